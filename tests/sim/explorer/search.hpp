#pragma once

#include <chrono>

#include "tests/sim/explorer/world.hpp"

namespace mmm::sim {

/// Breadth first through all worlds that can be reached; keeps them all.
class Search {
  public:
    explicit Search(const Options& options);

    /// True if two hosts had the address in some world. Prints the result, with the way there.
    bool run();
    [[nodiscard]] const std::vector<World>& worlds() const { return worlds_; }
    Laws& laws() { return laws_; }
    /// Prints the way to a world.
    void trace(std::size_t index);

  private:
    bool add(const World& world, std::uint32_t parent);
    void grow();
    [[nodiscard]] double seconds() const;
    void conclude(const char* result) const;

    Options options_;
    Laws laws_;
    std::vector<World> worlds_;
    std::vector<std::uint32_t> parents_;
    std::vector<std::uint32_t> table_;  ///< open addressing; index + 1, 0 for free
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace mmm::sim

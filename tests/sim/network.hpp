#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>

#include "tests/sim/random.hpp"
#include "tests/sim/timeline.hpp"

namespace mmm::sim {

/// A machine on the network: the four database hosts come first.
using Node = std::size_t;
inline constexpr Node kHosts = 4;
inline constexpr Node kMonitor = 4;
inline constexpr Node kGateway = 5;  ///< what `ping_ips` names
inline constexpr Node kSecondMonitor = 6;
inline constexpr Node kNodes = 7;

/// The way from one machine to another; the way back is another.
struct Path {
    unsigned cuts = 0;   ///< how many faults cut it now
    unsigned loss = 0;   ///< per cent
    unsigned twice = 0;  ///< per cent that arrive a second time
    Span least{200};
    Span most{1500};
};

class Network {
  public:
    Network(Timeline& timeline, Random random) : timeline_(timeline), random_(random) { powered.fill(true); }

    std::array<bool, kNodes> powered{};  ///< a machine without power neither sends nor answers

    Path& path(Node from, Node to) { return paths_[from][to]; }
    [[nodiscard]] bool open(Node from, Node to) const { return from == to || paths_[from][to].cuts == 0; }
    [[nodiscard]] bool open_both_ways(Node one, Node other) const { return open(one, other) && open(other, one); }

    /// How long one packet takes that is sent now; nothing: it is lost. Later ones may overtake it.
    std::optional<Span> transit(Node from, Node to);
    /// A question and its answer over a reliable connection, repeats of what is lost included. Nothing: cut.
    std::optional<Span> round_trip(Node from, Node to);
    /// An echo request and its answer: nothing is repeated.
    std::optional<Span> echo(Node from, Node to);
    /// Calls `arrive` each time that the datagram arrives: never, once, or twice.
    void datagram(Node from, Node to, const std::function<void()>& arrive);

  private:
    Timeline& timeline_;
    Random random_;
    std::array<std::array<Path, kNodes>, kNodes> paths_{};
};

}  // namespace mmm::sim

#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "tests/sim/explorer/node.hpp"

namespace mmm::sim {

/// Gives each different value a number, so that worlds are small and comparing them is cheap.
template <class T>
class Numbered {
  public:
    std::uint32_t number(const T& value) {
        const auto [found, is_new] = numbers_.try_emplace(value, static_cast<std::uint32_t>(values_.size()));
        if (is_new) values_.push_back(&found->first);
        return found->second;
    }
    [[nodiscard]] const T& operator[](std::uint32_t number) const { return *values_[number]; }
    [[nodiscard]] std::size_t size() const { return values_.size(); }

  private:
    std::map<T, std::uint32_t> numbers_;
    std::vector<const T*> values_;
};

/// What can happen to a node without a message; deliveries are numbered behind these.
enum class Act : std::uint32_t {
    propose_db1,
    propose_db2,
    grant,
    make_call,
    let_go,
    freeze,
    thaw,
    die,
    restart,
    lose_state,
    power_off,
    age,
    settle_down,
    first_delivery,
};

struct Outcome {
    std::uint32_t node = 0;
    bool younger_only = false;  ///< only the age of the last support changed: never makes anybody bolder
    std::vector<std::uint32_t> sent;
};

/// The real core's functions, each called once for each different node and input, and remembered.
class Store {
  public:
    explicit Store(const Options& options) : acts{options, options.timing()} {}

    const Outcome& apply(std::uint32_t node, Act act) { return outcome(node, static_cast<std::uint32_t>(act)); }
    const Outcome& deliver(std::uint32_t node, std::uint32_t message) {
        return outcome(node, static_cast<std::uint32_t>(Act::first_delivery) + message);
    }

    Acts acts;
    Numbered<Node> nodes;
    Numbered<Message> messages;

  private:
    const Outcome& outcome(std::uint32_t node, std::uint32_t input);
    void run(Node& node, std::uint32_t input, Outbox& out);

    std::unordered_map<std::uint64_t, Outcome> outcomes_;
};

}  // namespace mmm::sim

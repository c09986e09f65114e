#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config/config.hpp"

namespace mmm {

/// Something that follows from a configuration: what happens, and how soon.
struct Fact {
    std::string key;               ///< for programs: stable; empty: for people only
    std::string event;             ///< for people: what goes wrong
    std::string effect;            ///< and what is done about it
    std::optional<Duration> most;  ///< the longest that takes; nothing: no time bound
};

/// "3.5 s", and the words of the configuration for what is longer than two minutes.
std::string seconds(Duration duration);

/// The times that result from leases, checks and the rules of silence. Precondition: no faults.
std::vector<Fact> facts_of(const config::Config& config);

}  // namespace mmm

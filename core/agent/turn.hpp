#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/agent/effect.hpp"
#include "core/agent/state.hpp"
#include "core/config/config.hpp"

namespace mmm::agent {

/// One call of agent_step: what its parts read, change, and add effects to.
struct Turn {
    const config::Config& config;
    State& state;
    Time now;
    Effects effects;

    void emit(Effect effect) { effects.push_back(std::move(effect)); }
    void log(LogLevel level, std::string message, std::vector<std::pair<std::string, std::string>> fields = {}) {
        effects.push_back(Log{level, std::move(message), std::move(fields)});
    }
};

}  // namespace mmm::agent

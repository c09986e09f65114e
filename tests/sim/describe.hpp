#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"
#include "core/model/log_level.hpp"
#include "core/monitor/effect.hpp"
#include "core/monitor/event.hpp"

namespace mmm::sim {

// For the trace: one line each, empty for what comes all the time and says nothing.

std::string describe(const agent::Event& event);
std::string describe(const agent::Task& task);
std::string describe(const monitor::Event& event);
std::string describe(const proto::Order& order);
std::string describe(const lease::Message& message);
std::string describe(LogLevel level, const std::string& message,
                     const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace mmm::sim

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cmd/monitor_place.hpp"
#include "core/base/result.hpp"
#include "core/proto/control.hpp"
#include "net/link/control_client.hpp"

namespace mmm {

/// Asks as the original client does; returns what the monitor says, unchanged. Errors: as ask().
Result<std::string> ask_classic(const MonitorPlace& place, const std::vector<std::string>& words,
                                const net::ControlLimits& limits = {});

/// Asks in the structured form; a monitor that doesn't know that is asked again in the classic one.
/// Errors: there is no monitor to talk to; the message says what was tried and how to start one. Code::cancelled.
Result<proto::ControlReply> ask(const MonitorPlace& place, const std::vector<std::string>& words,
                                const net::ControlLimits& limits = {});

}  // namespace mmm

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cmd/ctl_options.hpp"
#include "cmd/link_security.hpp"
#include "core/base/result.hpp"
#include "core/proto/control.hpp"
#include "net/link/control_client.hpp"

namespace mmm {

/// Which monitor to ask and how, and who said so (for messages).
struct MonitorPlace {
    net::ControlEndpoint endpoint;
    std::string said_by;      ///< "--monitor", or the configuration file's path
    Result<Tls> tls = Tls();  ///< or why this user can't prove by TCP that it belongs to the cluster
    std::string local = {};   ///< the monitor's unix socket, if it may be on this host: tried first
};

/// Errors: Code::invalid, Code::not_found and the like, with the remedy.
Result<MonitorPlace> find_monitor(const CtlOptions& options);

/// Asks as the original client does; returns what the monitor says, unchanged. Errors: as ask().
Result<std::string> ask_classic(const MonitorPlace& place, const std::vector<std::string>& words,
                                const net::ControlLimits& limits = {});

/// Asks in the structured form; a monitor that doesn't know that is asked again in the classic one.
/// Errors: there is no monitor to talk to; the message says what was tried and how to start one. Code::cancelled.
Result<proto::ControlReply> ask(const MonitorPlace& place, const std::vector<std::string>& words,
                                const net::ControlLimits& limits = {});

}  // namespace mmm

#pragma once

#include <string>

#include "cmd/ctl_options.hpp"
#include "cmd/link_security.hpp"
#include "core/base/result.hpp"
#include "net/link/control_client.hpp"

namespace mmm {

/// Which monitor to ask and how, and who said so (for messages).
struct MonitorPlace {
    net::ControlEndpoint endpoint;
    std::string said_by;      ///< "--monitor", or the configuration file's path
    Result<Tls> tls = Tls();  ///< or why this user can't prove by TCP that it belongs to the cluster
    std::string local = {};   ///< the monitor's unix socket, if it may be on this host: tried first

    /// For people: HOST:PORT, or the socket where only that is known.
    [[nodiscard]] std::string text() const;
};

/// Errors: Code::invalid, Code::not_found and the like, with the remedy.
Result<MonitorPlace> find_monitor(const CtlOptions& options);

}  // namespace mmm

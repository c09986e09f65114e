#pragma once

#include "cmd/ctl_ask.hpp"

namespace mmm {

/// `mmm ctl watch`: asks for `show` at each interval until SIGINT or SIGTERM, and goes on while the monitor is away.
/// On a terminal in place; else block after block, with --json one line of JSON each. Returns the exit status.
int watch(const MonitorPlace& place, const CtlOptions& options);

}  // namespace mmm

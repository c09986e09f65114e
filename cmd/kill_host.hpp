#pragma once

#include <functional>

#include "core/config/config.hpp"
#include "core/monitor/event.hpp"

namespace asio {
class io_context;
}

namespace mmm {

/// Runs `kill_host_bin HOST PING` (PING is 1 when the host answers pings, else 0) without a shell, for at most
/// `kill_host_timeout`, and calls `done` once with what came of it: only exit status 0 counts as killed.
/// Precondition: kill_host_bin is set.
void kill_host(asio::io_context& loop, const config::Monitor& monitor, const HostName& host, bool ping,
               std::function<void(monitor::KillDone)> done);

}  // namespace mmm

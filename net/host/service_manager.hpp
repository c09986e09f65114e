#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace mmm::net {

/// Speaks with the service manager that started us (systemd's notification protocol: datagrams to $NOTIFY_SOCKET).
/// Without one every call does nothing. Never blocks and never fails: a service manager that doesn't listen is no
/// reason to stop working.
class ServiceManager {
  public:
    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID from the environment.
    static ServiceManager from_environment();

    /// Start-up is done.
    void ready() const;
    /// One line for `systemctl status`.
    void status(std::string_view text) const;
    /// Shutdown has begun.
    void stopping() const;
    /// Still alive; call it every watchdog_interval() from the loop that would hang if anything did.
    void watchdog() const;
    /// How often watchdog() is due: half of what the service manager tolerates. Nothing: it doesn't watch.
    [[nodiscard]] std::optional<Duration> watchdog_interval() const { return watchdog_interval_; }

  private:
    void send(std::string_view message) const;

    std::string socket_path_;
    std::optional<Duration> watchdog_interval_;
};

/// The credential `name` that the service manager passed (a file in $CREDENTIALS_DIRECTORY), without its last newline.
/// Errors: Code::not_found (none passed; the message says which line in the unit does it), Code::invalid (a name with
/// '/'), and those of read_secret().
Result<std::string> read_credential(const std::string& name);

}  // namespace mmm::net

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace mmm::net {

class TlsContext;

/// Where a monitor's control port is: a name or an address, and a port.
struct ControlEndpoint {
    std::string host;
    std::uint16_t port = 0;

    /// `db5:9988`, `192.168.10.135:9988`, `[2001:db8::5]:9988`.
    [[nodiscard]] std::string text() const;
    bool operator==(const ControlEndpoint&) const = default;
};

/// Reads what text() writes; without `:PORT` the port is `default_port`, and a bare IPv6 address needs no brackets
/// then. Errors: Code::invalid.
Result<ControlEndpoint> parse_control_endpoint(std::string_view text, std::uint16_t default_port);

struct ControlLimits {
    Duration resolve_timeout{3000};  ///< only for names
    Duration connect_timeout{1000};
    Duration handshake_timeout{2000};          ///< of TLS, after connecting
    Duration answer_timeout{30000};            ///< from the connection to the answer's end
    std::size_t max_answer = 4 * 1024 * 1024;  ///< bytes
    int cancel_fd = -1;                        ///< when this becomes readable, waiting ends with Code::cancelled
};

/// Sends one command to a monitor, by TLS when `tls` is given, and returns all that it says until it closes. Blocks, at
/// most for the limits' sum. Errors: Code::unreachable, Code::timeout, Code::not_found (no such name), Code::cancelled,
/// Code::io, Code::refused (one side refuses the other's certificate), Code::invalid (the answer is too long; one side
/// speaks TLS and the other one doesn't); the message says which of the host's addresses was tried.
Result<std::string> ask_monitor(const ControlEndpoint& endpoint, std::string_view command,
                                const ControlLimits& limits = {},
                                const std::shared_ptr<const TlsContext>& tls = nullptr);

/// The same by the monitor's unix socket on this host. Errors: as BlockingStream::connect_local() and ask_monitor().
Result<std::string> ask_local_monitor(const std::string& path, std::string_view command,
                                      const ControlLimits& limits = {});

}  // namespace mmm::net

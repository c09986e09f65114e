#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/model/host.hpp"
#include "core/proto/message.hpp"

namespace mmm::proto {

inline constexpr std::string_view kHello = "HELLO";
inline constexpr std::string_view kWelcome = "WELCOME";
inline constexpr std::string_view kRefused = "REFUSED";

/// The first line of a monitor on a new connection to an agent.
struct Hello {
    HostName host;           ///< which host the monitor believes to reach
    std::string cluster;     ///< may be empty
    std::string monitor_id;  ///< differs from one monitor process to another; never empty
    std::string version;     ///< of the monitor program

    bool operator==(const Hello&) const = default;
};

/// The agent's answer when it accepts; messages of any kind may follow from both sides.
struct Welcome {
    HostName host;
    std::string version;  ///< of the agent program
    bool leases = false;  ///< it takes part in leases; older agents don't say so

    bool operator==(const Welcome&) const = default;
};

/// The agent's answer when it doesn't; it closes the connection then.
struct Refused {
    HostName host;
    std::string reason;

    bool operator==(const Refused&) const = default;
};

/// From the monitor on a link that stands: read keys and certificates again. Nothing is answered.
inline constexpr std::string_view kReload = "RELOAD";
std::string encode_reload(const HostName& host);

std::string encode_hello(const Hello& hello);
std::string encode_welcome(const Welcome& welcome);
std::string encode_refused(const Refused& refused);

/// Errors of all three: Code::invalid, naming the key.
Result<Hello> decode_hello(const Message& message);
Result<Welcome> decode_welcome(const Message& message);
Result<Refused> decode_refused(const Message& message);

/// May an agent with this name and cluster take orders from who sent `hello`? `current_monitor` is the id of the
/// monitor that holds a live link, empty if none; the same monitor may come again on a new connection. Errors:
/// Code::refused with the reason, fit for Refused; Code::busy while another monitor has the link.
Result<void> accept_hello(const Hello& hello, const HostName& self, const std::string& cluster,
                          const std::string& current_monitor);

}  // namespace mmm::proto

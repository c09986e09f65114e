#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/address.hpp"
#include "core/model/host.hpp"
#include "core/model/role.hpp"

/// Version 1 of the agent protocol, MMM 2.2's: one line a command, `COMMAND|1|HOST|param|...`, and one line back,
/// `OK: text|field|...|UP:seconds` or `ERROR: text|UP:seconds`. Nothing is escaped. Source: mmm-2.2-behaviour.
namespace mmm::proto::v1 {

enum class Command { ping, set_status, get_agent_status, get_system_status, clear_bad_roles };

/// The word on the wire: `SET_STATUS`.
std::string_view word(Command command);

/// By this answer to PING a monitor of ours knows that the agent can be greeted by version 2.
inline constexpr std::string_view kPingedByUs = "Pinged; this agent speaks version 2 as well";

/// What a monitor tells an agent, and what the agent repeats.
struct AgentStatus {
    HostState state = HostState::unknown;
    Slots roles;
    HostName active_master;  ///< empty: none
    bool operator==(const AgentStatus&) const = default;
};

/// What the agent's system shows.
struct SystemStatus {
    bool writable = false;  ///< read_only is off; also false when the server can't be asked
    Slots roles;            ///< whose address is on an interface
    std::optional<Address> source;
    bool operator==(const SystemStatus&) const = default;
};

struct Request {
    Command command = Command::ping;
    HostName host;
    AgentStatus status;  ///< of SET_STATUS
    bool operator==(const Request&) const = default;
};

struct Reply {
    bool ok = true;
    std::string text;
    std::vector<std::string> fields;
    Duration uptime{0};  ///< of the host
    bool operator==(const Reply&) const = default;
};

/// Does the line look like a request of version 1, `COMMAND|1|HOST...`?
bool is_request(std::string_view line);

std::string encode(const Request& request);
/// Errors: Code::invalid with what is wrong, fit for an `ERROR:` reply. Superfluous parameters are ignored, as the old
/// programs do.
Result<Request> decode_request(std::string_view line);

/// The uptime in seconds with two decimals.
std::string encode(const Reply& reply);
/// Errors: Code::invalid when the line isn't such a reply.
Result<Reply> decode_reply(std::string_view line);

std::vector<std::string> fields_of(const AgentStatus& status);
std::vector<std::string> fields_of(const SystemStatus& status);
/// Errors: Code::invalid, naming the field.
Result<AgentStatus> agent_status(const std::vector<std::string>& fields);
Result<SystemStatus> system_status(const std::vector<std::string>& fields);

/// `role(ip),role(ip)`. Errors: Code::invalid.
Result<Slots> parse_roles(std::string_view text);
std::string roles_text(const Slots& slots);

}  // namespace mmm::proto::v1

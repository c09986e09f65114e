#pragma once

#include <string>
#include <vector>

#include "core/monitor/state.hpp"
#include "core/proto/control.hpp"

// What the commands of core/monitor/admin share: not for others.

namespace mmm::monitor {

/// A command with all that it may look at and change.
struct AdminCommand {
    const Config& config;
    State& state;
    const std::vector<std::string>& words;  ///< the command and its arguments, as many as its table row allows
    Now now;
    Effects& effects;
    const std::string& who;  ///< where it came from
    std::uint64_t id;        ///< of the question
};

/// `OK: text`
proto::ControlReply done(const std::string& text);
/// `ERROR: text`; a refusal says why, and what to do.
proto::ControlReply refused(const std::string& text);
/// The same for a command that makes no sense in any state.
proto::ControlReply usage(const std::string& text);
proto::ControlReply unknown_host(const AdminCommand& command, const HostName& name);
/// `a, b, c`
std::string joined(const std::vector<std::string>& names);

/// In PASSIVE mode the answer to what changes a host or a role ends so.
inline constexpr const char* kNotTold = "; nothing is sent before set_active or set_manual.";

proto::ControlReply set_online(AdminCommand& command);
proto::ControlReply set_offline(AdminCommand& command);
proto::ControlReply move_role(AdminCommand& command);
proto::ControlReply set_ip(AdminCommand& command);
proto::ControlReply confirm_dead(AdminCommand& command);
proto::ControlReply explain_command(AdminCommand& command);
proto::ControlReply history(AdminCommand& command);
proto::ControlReply losses(AdminCommand& command);
proto::ControlReply accept_loss(AdminCommand& command);
proto::ControlReply take_late(AdminCommand& command);

}  // namespace mmm::monitor

#include "core/monitor/admin_commands.hpp"
#include "core/monitor/fence.hpp"
#include "core/monitor/holders.hpp"

// confirm_dead: the operator's word stands for a kill command's.

namespace mmm::monitor {

proto::ControlReply confirm_dead(AdminCommand& command) {
    const HostName& name = command.words.at(1);
    State& state = command.state;
    const auto found = state.hosts.find(name);
    if (found == state.hosts.end()) return unknown_host(command, name);
    const HostRecord& host = found->second;
    if (agent_reachable(host, command.now.time))
        return refused("The agent on host '" + name + "' answers: it lives. Use set_offline to take its roles away.");
    if (good(host, CheckKind::ping))
        return refused("Host '" + name + "' still answers pings. Switch it off first, then say so.");
    const auto supporters = supporters_of_roles(state, name, command.now.time);
    if (!supporters.empty())
        return refused("Host '" + name + "' lives: its lease is supported by " +
                       joined({supporters.begin(), supporters.end()}) + ". Switch it off first, then say so.");
    int freed = 0;
    for (const auto& [slot, record] : state.slots) freed += record.maybe_held.contains(name) ? 1 : 0;
    if (freed == 0) return done("Host '" + name + "' holds nothing. Nothing to do.");
    state.hosts.at(name).confirmed_dead = true;
    take_off_killed(state, name, command.effects);
    return done("Host '" + name + "' is taken to be dead: " + std::to_string(freed) +
                " address(es) that it may have had are free for others. Keep it switched off, or off the network, "
                "until its agent runs again.");
}

}  // namespace mmm::monitor

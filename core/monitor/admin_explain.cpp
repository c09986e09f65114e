#include "core/monitor/admin_commands.hpp"
#include "core/monitor/explain.hpp"

namespace mmm::monitor {

proto::ControlReply explain_command(AdminCommand& command) {
    const std::string name = command.words.size() > 1 ? command.words[1] : "";
    if (!name.empty() && !command.state.hosts.contains(name) && command.config.role(name) == nullptr) {
        std::vector<std::string> names;
        for (const auto& [host, record] : command.state.hosts) names.push_back(host);
        for (const auto& [role, settings] : command.config.roles) names.push_back(role);
        return refused("Unknown host or role '" + name + "'. There are: " + joined(names));
    }
    const auto all = explain(command.config, command.state, name, command.now);
    return {proto::kExitDone, explain_text(all), explain_json(all)};
}

}  // namespace mmm::monitor

#include "core/monitor/admin.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/monitor/admin_commands.hpp"
#include "core/monitor/reload.hpp"
#include "core/monitor/show.hpp"
#include "core/monitor/show_checks.hpp"
#include "core/monitor/startup.hpp"

namespace mmm::monitor {

using proto::ControlReply;

ControlReply done(const std::string& text) {
    return {proto::kExitDone, "OK: " + text, ""};
}

ControlReply refused(const std::string& text) {
    return {proto::kExitRefused, "ERROR: " + text, ""};
}

ControlReply usage(const std::string& text) {
    return {proto::kExitUsage, "ERROR: " + text, ""};
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

ControlReply unknown_host(const AdminCommand& command, const HostName& name) {
    std::vector<std::string> names;
    for (const auto& [host, record] : command.state.hosts) names.push_back(host);
    return refused("Unknown host '" + name + "'. Hosts are: " + joined(names));
}

namespace {

ControlReply set_mode(AdminCommand& command, MonitorMode mode) {
    State& state = command.state;
    if (state.mode == mode) return done("The monitor is in " + mode_word(mode) + " mode already. Nothing to do.");
    const std::string before = mode_word(state.mode);
    state.mode = mode;
    state.mode_reason = mode == MonitorMode::passive ? "an operator's command" : "";
    command.effects.push_back(
        Log{LogLevel::info, "mode changed by an operator", {{"from", before}, {"to", mode_word(mode)}}});
    return done("Switched from " + before + " to " + mode_word(mode) + " mode.");
}

ControlReply checks(AdminCommand& command) {
    const std::string host = command.words.size() > 1 ? command.words[1] : "all";
    const std::string kind = command.words.size() > 2 ? command.words[2] : "all";
    if (host != "all" && !command.state.hosts.contains(host)) return unknown_host(command, host);
    if (kind != "all" && !check_kind(kind)) {
        return refused("Unknown check '" + kind + "'. Checks are: ping, mysql, rep_backlog, rep_threads");
    }
    return {proto::kExitDone, checks_text(command.state, host, kind, command.now),
            checks_json(command.state, host, kind, command.now)};
}

/// Its answer comes when all have read.
ControlReply reload(AdminCommand& command) {
    if (!begin_reload(command.state, command.id, command.who, command.now, command.effects))
        return refused("A `reload` is on its way already; it is answered within seconds.");
    return {};
}

struct CommandRow {
    std::size_t least = 0;  ///< arguments
    std::size_t most = 0;
    const char* arguments = "";
    const char* meaning = "";
    ControlReply (*run)(AdminCommand&) = nullptr;
};

ControlReply help(AdminCommand& command);

const std::map<std::string, CommandRow>& commands() {
    static const std::map<std::string, CommandRow> table{
        {"help", {0, 0, "", "show this text", help}},
        {"ping",
         {0, 0, "", "see whether the monitor lives",
          [](AdminCommand&) { return done("Pinged the monitor, it lives."); }}},
        {"show",
         {0, 0, "", "show hosts, their states and roles",
          [](AdminCommand& command) {
              return ControlReply{proto::kExitDone, show_text(command.config, command.state, command.now),
                                  show_json(command.config, command.state, command.now)};
          }}},
        {"checks", {0, 2, "[HOST|all [CHECK|all]]", "show the checks' results", checks}},
        {"explain",
         {0, 1, "[HOST|ROLE]", "say why roles are where they are, and what is in their way", explain_command}},
        {"history",
         {0, 2, "[--last N]", "show the last changes of the writer: when, why, how, and what was lost", history}},
        {"losses", {0, 1, "[HOST]", "show what hosts that came back have and the writer lacks", losses}},
        {"accept_loss", {1, 1, "HOST", "give up what a host has and the writer lacks", accept_loss}},
        {"take_late", {1, 1, "HOST", "let the writer take what a host has and it lacks", take_late}},
        {"set_online", {1, 1, "HOST", "put a host into service", set_online}},
        {"set_offline", {1, 1, "HOST", "take a host out of service", set_offline}},
        {"mode",
         {0, 0, "", "print the mode",
          [](AdminCommand& command) {
              return ControlReply{proto::kExitDone, mode_word(command.state.mode), ""};
          }}},
        {"set_active", {0, 0, "", "act on failures", [](AdminCommand& c) { return set_mode(c, MonitorMode::active); }}},
        {"set_manual",
         {0, 0, "", "leave roles on failed hosts", [](AdminCommand& c) { return set_mode(c, MonitorMode::manual); }}},
        {"set_passive",
         {0, 0, "", "watch, change nothing", [](AdminCommand& c) { return set_mode(c, MonitorMode::passive); }}},
        {"move_role", {2, 3, "[--force] ROLE HOST", "move a role to a host", move_role}},
        {"set_ip", {2, 2, "IP HOST", "in passive mode: say whose address it is", set_ip}},
        {"reload", {0, 0, "", "read keys and certificates again, here and on all hosts", reload}},
        {"confirm_dead", {1, 1, "HOST", "say that a host is switched off and holds nothing", confirm_dead}},
    };
    return table;
}

ControlReply help(AdminCommand&) {
    std::string text = "Commands:\n";
    for (const auto& [name, row] : commands()) {
        std::string left = "  " + name + " " + row.arguments;
        left.resize(std::max<std::size_t>(left.size() + 1, 34), ' ');
        text += left + row.meaning + "\n";
    }
    return {proto::kExitDone, text, ""};
}

}  // namespace

ControlReply run_command(const Config& config, State& state, const std::vector<std::string>& words, Now now,
                         Effects& effects, const std::string& who, std::uint64_t id) {
    if (words.empty()) return usage("No command given. Try `help`.");
    const auto found = commands().find(words.front());
    if (found == commands().end()) return usage("Invalid command '" + words.front() + "'. Try `help`.");
    const CommandRow& row = found->second;
    const std::size_t arguments = words.size() - 1;
    if (arguments < row.least || arguments > row.most) {
        const std::string expected = row.arguments;
        return usage("Usage: " + words.front() + (expected.empty() ? "" : " ") + expected);
    }
    if (state.phase == Phase::collecting && changes_something(words)) {
        return refused(
            refused_by_all(state)
                ? "All agents that answer refuse this monitor, so it can't act; `show` says why they do."
                : "The monitor is still starting: it looks at the cluster before it acts. Try again in a few seconds.");
    }
    AdminCommand command{config, state, words, now, effects, who, id};
    return row.run(command);
}

Log log_of_command(const std::vector<std::string>& words, const std::string& who, const ControlReply& reply) {
    const bool changes = changes_something(words);
    std::string command;
    for (const auto& word : words) command += (command.empty() ? "" : " ") + word;
    return {changes ? LogLevel::info : LogLevel::debug,
            "operator's command",
            {{"command", command}, {"from", who}, {"answer", changes ? reply.text : std::to_string(reply.exit)}}};
}

bool changes_something(const std::vector<std::string>& words) {
    static const std::set<std::string> others{"move_role", "confirm_dead", "accept_loss", "take_late", "reload"};
    return !words.empty() && (words.front().starts_with("set_") || others.contains(words.front()));
}

}  // namespace mmm::monitor

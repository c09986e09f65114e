#include <fmt/format.h>

#include "core/model/gtid.hpp"
#include "core/monitor/admin_commands.hpp"
#include "core/monitor/divergence.hpp"
#include "core/monitor/losses.hpp"
#include "core/monitor/show_losses.hpp"

// losses, accept_loss and take_late: what a host that came back has and the writer lacks, and the two ways on.

namespace mmm::monitor {

using proto::ControlReply;

namespace {

/// Why nothing can be decided about this host; empty: it can.
std::string why_undecidable(const AdminCommand& command, const HostName& name, const Comparison& found) {
    const HostRecord& host = command.state.hosts.at(name);
    if (command.state.mode == MonitorMode::passive)
        return "the monitor is in PASSIVE mode and changes nothing: set_active or set_manual first";
    if (host.state != HostState::awaiting_recovery)
        return fmt::format(
            "it is {}; only about a host in AWAITING_RECOVERY there is something to decide. Reason of its "
            "state: {}",
            word(host.state), host.reason);
    using Verdict = Comparison::Verdict;
    switch (found.verdict) {
        case Verdict::none:
            return command.state.slots.at(writer_slot(command.config)).holder.empty()
                       ? "there is no writer to compare it with"
                       : "agents of version 1 don't tell what their servers have";
        case Verdict::pending:
            return found.why + "; try again when that is known";
        case Verdict::unknown:
            return found.why + ". " + way_out_of_quarantine(command.state, name, command.now);
        case Verdict::clean:
            return "it has nothing that the writer lacks";
        case Verdict::extra:
            return host.quarantined ? "" : "it was not seen for long enough; try again in a moment";
    }
    return "";
}

ControlReply refused_about(const HostName& name, const std::string& why) {
    return refused("Nothing is decided about '" + name + "': " + why + (why.ends_with('.') ? "" : "."));
}

/// Why the writer can't take what the host has; empty: nothing is known against it.
std::string why_not_taken(const AdminCommand& command, const HostName& name, const Comparison& found) {
    const State& state = command.state;
    const HostName& writer = state.active_master;
    if (const HostName other = late_source(state); !other.empty() && other != name)
        return writer + " is taking those of " + other + " now; one host at a time";
    if (state.move) return "the writer role is about to move; wait for the end of that";
    for (const HostName& one : {name, writer}) {
        if (!agent_reachable(state.hosts.at(one), command.now.time))
            return "the agent on " + one + " can't be reached; start `mmm agent` there first";
    }
    const std::string why = why_not_takeable(found.extra, *state.hosts.at(writer).status);
    if (why.empty()) return "";
    return fmt::format(
        "{} can't take them: {}. `losses {}` lists them: write to {} what is needed of them, then accept_loss {}. A "
        "gtid_domain_id of its own for each master makes it possible another time",
        writer, why, name, writer, name);
}

void decide(AdminCommand& command, const HostName& name, LossDecision::Kind kind, LateDecision::What what,
            const Comparison& found) {
    State& state = command.state;
    const std::string gtids = found.extra.text();
    state.hosts.at(name).decision = LossDecision{kind, gtids, std::nullopt};
    record_decision(state, {0, {}, what, name, state.active_master, command.who, gtids, ""}, command.now,
                    command.effects);
}

/// The same was decided before, about all that the host has too much.
bool is_decided(const HostRecord& host, LossDecision::Kind kind, const Comparison& found) {
    return host.decision && host.decision->kind == kind && host.decision->gtids == found.extra.text();
}

}  // namespace

ControlReply losses(AdminCommand& command) {
    const HostName only = command.words.size() > 1 ? command.words[1] : "";
    if (!only.empty() && !command.state.hosts.contains(only)) return unknown_host(command, only);
    const auto hosts = hosts_with_losses(command.state, only);
    return {proto::kExitDone, losses_text(command.state, hosts, command.now),
            losses_json(command.state, hosts, command.now)};
}

ControlReply accept_loss(AdminCommand& command) {
    const HostName& name = command.words.at(1);
    if (!command.state.hosts.contains(name)) return unknown_host(command, name);
    const Comparison found = compare_with_writer(command.config, command.state, name);
    if (auto why = why_undecidable(command, name, found); !why.empty()) return refused_about(name, why);
    const HostName& writer = command.state.active_master;
    if (is_decided(command.state.hosts.at(name), LossDecision::Kind::accept_loss, found))
        return done(fmt::format("The loss was accepted already. Clone '{}' anew from '{}'.", name, writer));
    decide(command, name, LossDecision::Kind::accept_loss, LateDecision::What::accept_loss, found);
    return done(
        fmt::format("The loss of {} is accepted and in the journal. Host '{}' stays out of service: clone it anew from "
                    "'{}', and it comes back by itself after that.",
                    found.extra.text(), name, writer));
}

ControlReply take_late(AdminCommand& command) {
    const HostName& name = command.words.at(1);
    if (!command.state.hosts.contains(name)) return unknown_host(command, name);
    const Comparison found = compare_with_writer(command.config, command.state, name);
    if (auto why = why_undecidable(command, name, found); !why.empty()) return refused_about(name, why);
    const HostName& writer = command.state.active_master;
    const HostRecord& host = command.state.hosts.at(name);
    if (takes_late(host))
        return done(fmt::format("'{}' is taking them already; look with `explain {}`.", writer, name));
    if (auto why = why_not_taken(command, name, found); !why.empty()) return refused_about(name, why);
    decide(command, name, LossDecision::Kind::take_late, LateDecision::What::take_late, found);
    return done(fmt::format(
        "'{}' replicates from '{}' until it has {}. Host '{}' comes back by itself then; if '{}' can't take "
        "them, it stops, and `explain {}` says why.",
        writer, name, found.extra.text(), name, writer, name));
}

}  // namespace mmm::monitor

#include "tests/sim/describe.hpp"

#include <array>
#include <string_view>

#include "core/proto/status_codec.hpp"

namespace mmm::sim {
namespace {

std::string told(const Result<std::string>& outcome) {
    return outcome ? "ok: " + *outcome : "failed: " + outcome.error().message;
}

std::string listed(const Slots& slots) {
    std::string text;
    for (const auto& slot : slots) text += " " + slot.text();
    return text.empty() ? " nothing" : text;
}

std::string listed(const std::map<Slot, Epoch>& slots) {
    std::string text;
    for (const auto& [slot, epoch] : slots) text += " " + slot.text() + "@" + std::to_string(epoch);
    return text.empty() ? " nothing" : text;
}

std::string listed(const std::map<Slot, lease::Epoch>& slots) {
    std::string text;
    for (const auto& [slot, epoch] : slots) text += " " + slot.text() + "@" + epoch.text();
    return text.empty() ? " nothing" : text;
}

std::string_view word(lease::Refusal refusal) {
    constexpr std::array<std::string_view, 6> kWords{"",
                                                     "refuses, isn't the voter",
                                                     "refuses, silent",
                                                     "refuses, other voters",
                                                     "refuses, outdated",
                                                     "refuses, held"};
    return kWords.at(static_cast<std::size_t>(refusal));
}

/// How far in the past of the sender's clock isn't known here, so the number itself.
std::string round_name(Time sent) {
    return " round " + std::to_string(sent.time_since_epoch().count());
}

struct Messages {
    std::string operator()(const lease::PromiseRequest& message) const {
        return "promise " + message.slot.text() + "@" + message.epoch.text() + " for " + message.target +
               (message.regrant_of ? ", again after " + message.regrant_of.text() : "");
    }
    std::string operator()(const lease::PromiseReply& message) const {
        const bool promised = message.refusal == lease::Refusal::none;
        return message.slot.text() + "@" + message.epoch.text() + " " +
               (promised ? "promised" : std::string(word(message.refusal))) + ", last " +
               (message.last.known ? message.last.epoch.text() + " of " + message.last.holder : "unknown") + " " +
               std::to_string(message.last.age.count()) + " ms ago";
    }
    std::string operator()(const lease::Renewal& message) const {
        return "renew" + listed(message.slots) + round_name(message.sent);
    }
    std::string operator()(const lease::Support& message) const {
        return "support" + listed(message.slots) +
               (message.promised_newer.empty() ? "" : ", newer:" + listed(message.promised_newer)) + " " +
               std::string(word(message.refusal)) + round_name(message.sent);
    }
    std::string operator()(const lease::Grant& message) const {
        return "grant " + message.slot.text() + "@" + message.epoch.text();
    }
};

struct AgentEvents {
    std::string operator()(const agent::Started& event) const { return "started with" + listed(event.present); }
    std::string operator()(const agent::LinkOpened&) const { return "link opened"; }
    std::string operator()(const agent::LinkClosed& event) const { return "link closed: " + event.reason; }
    std::string operator()(const agent::OrderReceived& event) const { return "order: " + describe(event.order); }
    std::string operator()(const agent::AddressesSeen& event) const { return "has" + listed(event.present); }
    std::string operator()(const agent::AddressFailed& event) const { return "address failed: " + event.slot.text(); }
    std::string operator()(const agent::TaskDone& event) const { return "task " + told(event.outcome); }
    std::string operator()(const agent::LeaseHeard& event) const {
        return event.from + ": " + std::visit(Messages{}, event.message);
    }
    template <class Other>
    std::string operator()(const Other&) const {
        return "";
    }
};

struct MonitorEvents {
    std::string operator()(const monitor::Started& event) const {
        return event.problem.empty() ? "started, file of " + std::to_string(event.saved.size()) + " bytes"
                                     : "started: " + event.problem;
    }
    std::string operator()(const monitor::Checked& event) const {
        if (event.report.outcome == Outcome::ok) return "";
        return std::string(word(event.report.kind)) + " of " + event.report.host + ": " + event.report.message;
    }
    std::string operator()(const monitor::NetworkSeen& event) const {
        return event.reachable ? "" : "no ping_ip answers";
    }
    std::string operator()(const monitor::AgentConnected& event) const { return "link to " + event.host; }
    std::string operator()(const monitor::AgentGone& event) const { return "no " + event.host + ": " + event.reason; }
    std::string operator()(const monitor::AgentSaid& event) const {
        const auto& status = event.status;
        return event.host + " says: order " + std::to_string(status.order) + ", granted" + listed(status.granted) +
               ", present" + listed(status.present) + ", mysqld " + std::string(proto::word(status.server)) +
               ", writer " + std::string(proto::word(status.writer)) + (status.read_only == false ? ", writable" : "") +
               (status.problem.empty() ? "" : ", problem: " + status.problem);
    }
    std::string operator()(const monitor::KillDone& event) const {
        return event.host + (event.killed ? " was killed" : " could not be killed");
    }
    std::string operator()(const monitor::SecurityRead& event) const { return "keys read again " + event.problem; }
    std::string operator()(const monitor::AdminAsked& event) const {
        std::string text = "admin:";
        for (const auto& word : event.words) text += " " + word;
        return text;
    }
    std::string operator()(const monitor::LossesRead& event) const { return event.host + " told what it alone has"; }
    std::string operator()(const monitor::LeaseHeard& event) const {
        return event.from + ": " + std::visit(Messages{}, event.message);
    }
    std::string operator()(const monitor::RecordSaved&) const { return ""; }
    std::string operator()(const monitor::Tick&) const { return ""; }
};

struct Tasks {
    std::string operator()(const agent::SetReadOnly&) const { return "set read_only=1"; }
    std::string operator()(const agent::EndClients&) const { return "end clients"; }
    std::string operator()(const agent::FreezeWrites& task) const {
        return task.forced ? "stop writes, forced" : "stop writes";
    }
    std::string operator()(const agent::Unlock&) const { return "unlock"; }
    std::string operator()(const agent::CatchUp& task) const { return "catch up to '" + task.position + "'"; }
    std::string operator()(const agent::ListPrivileged&) const { return "list privileged sessions"; }
    std::string operator()(const agent::ReadLosses&) const { return "read what only this host has"; }
    std::string operator()(const agent::SetEvents& task) const { return task.on ? "events on" : "events off"; }
    std::string operator()(const agent::SetWritable&) const { return "set read_only=0"; }
    std::string operator()(const agent::Drain& task) const {
        const std::string fetching = " and to '" + task.fetch + "' from " + task.fetch_from;
        return "drain to '" + task.catch_up + "'" + (task.fetch_from.empty() ? "" : fetching);
    }
    std::string operator()(const agent::GiveUpRest&) const { return "give up the rest"; }
    std::string operator()(const agent::Replicate& task) const { return "replicate from '" + task.source + "'"; }
    std::string operator()(const agent::StopReplication&) const { return "stop replication"; }
    std::string operator()(const agent::Beat&) const { return "beat"; }
    std::string operator()(const agent::EndSemiSync&) const { return "end semi-sync"; }
};

}  // namespace

std::string describe(const agent::Event& event) {
    return std::visit(AgentEvents{}, event);
}

std::string describe(const agent::Task& task) {
    return std::visit(Tasks{}, task);
}

std::string describe(const lease::Message& message) {
    return std::visit(Messages{}, message);
}

std::string describe(const monitor::Event& event) {
    return std::visit(MonitorEvents{}, event);
}

std::string describe(const proto::Order& order) {
    return "#" + std::to_string(order.sequence) + " " + std::string(word(order.state)) + listed(order.slots) +
           (order.active_master.empty() ? "" : ", writer " + order.active_master) +
           (order.catch_up.empty() ? "" : ", catch up " + order.catch_up) +
           (order.freeze == proto::Freeze::no ? "" : ", stop writes") +
           (order.await.empty() ? "" : ", await " + order.await) +
           (order.source.empty() ? "" : ", source " + order.source);
}

std::string describe(LogLevel level, const std::string& message,
                     const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string text = level == LogLevel::error ? "ERROR " : level == LogLevel::warning ? "WARNING " : "log ";
    text += message;
    for (const auto& [key, value] : fields) text += " " + key + "=" + value;
    return text;
}

}  // namespace mmm::sim

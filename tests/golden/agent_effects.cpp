#include "tests/golden/agent_script.hpp"

namespace mmm::agent::test {

namespace {

std::string ms(Duration duration) {
    return std::to_string(duration.count()) + "ms";
}

struct TaskText {
    std::string operator()(const SetReadOnly& task) const { return "set-read-only lock_wait=" + ms(task.lock_wait); }
    std::string operator()(const EndClients& task) const { return "end-clients grace=" + ms(task.grace); }
    std::string operator()(const FreezeWrites& task) const {
        return "freeze-writes grace=" + ms(task.grace) + (task.forced ? " forced" : "") +
               (task.events ? " events" : "");
    }
    std::string operator()(const Unlock&) const { return "unlock"; }
    std::string operator()(const CatchUp& task) const {
        return "catch-up " + task.position + (task.history.empty() ? "" : " history=" + task.history);
    }
    std::string operator()(const ListPrivileged& task) const { return task.end ? "end-privileged" : "list-privileged"; }
    std::string operator()(const SetEvents& task) const { return task.on ? "events-on" : "events-off"; }
    std::string operator()(const SetWritable&) const { return "set-writable"; }
    std::string operator()(const Drain& task) const {
        return "drain" + (task.catch_up.empty() ? "" : " catch_up=" + task.catch_up) +
               (task.ask.empty() ? "" : " ask=" + task.ask) +
               (task.fetch_from.empty() ? "" : " fetch=" + task.fetch + " fetch_from=" + task.fetch_from);
    }
    std::string operator()(const Replicate& task) const {
        return "replicate source=" + task.source + (task.writer ? " as the writer" : "");
    }
    std::string operator()(const StopReplication&) const { return "stop-replication"; }
    std::string operator()(const ReadLosses& task) const { return "read-losses " + task.gtids; }
    std::string operator()(const Beat& task) const { return "beat " + task.table; }
    std::string operator()(const EndSemiSync&) const { return "end-semi-sync"; }
    std::string operator()(const GiveUpRest& task) const {
        return "give-up-rest" + (task.catch_up.empty() ? "" : " catch_up=" + task.catch_up) +
               (task.fetch.empty() ? "" : " fetch=" + task.fetch);
    }
};

std::string server_word(proto::Server server) {
    constexpr const char* kWords[] = {"unknown", "up", "down", "hung"};
    return kWords[static_cast<int>(server)];
}

std::string phase_word(proto::WriterPhase phase) {
    constexpr const char* kWords[] = {"none", "arriving", "holding", "leaving"};
    return kWords[static_cast<int>(phase)];
}

std::string joined(const std::string& list, const std::string& item) {
    return list.empty() ? item : list + "," + item;
}

std::map<std::string, std::string> fields_of(const proto::AgentStatus& status) {
    std::string granted;
    std::string present;
    std::string hears;
    for (const auto& [slot, epoch] : status.granted)
        granted = joined(granted, slot.text() + "@" + std::to_string(epoch));
    for (const auto& slot : status.present) present = joined(present, slot.text());
    for (const auto& host : status.hears) hears = joined(hears, host);
    std::map<std::string, std::string> fields{
        {"order", std::to_string(status.order)},
        {"state", std::string(word(status.state))},
        {"granted", granted.empty() ? "none" : granted},
        {"active", status.active_master.empty() ? "none" : status.active_master},
        {"present", present.empty() ? "none" : present},
        {"server", server_word(status.server)},
        {"read_only", !status.read_only   ? "?"
                      : *status.read_only ? "1"
                                          : "0"},
        {"owed", status.read_only_owed ? "yes" : "no"},
        {"writer", phase_word(status.writer)},
        {"source", status.source ? status.source->text() : "none"},
        {"sql_error", status.sql_error == 0 ? "none" : std::to_string(status.sql_error)},
        {"position", status.position.empty() ? "none" : status.position},
        {"hears", hears.empty() ? "none" : hears},
        {"problem", status.problem.empty() ? "none" : '"' + status.problem + '"'}};
    if (!status.draining.empty()) fields["draining"] = '"' + status.draining + '"';
    if (!status.drain_lost.empty()) fields["lost"] = status.drain_lost;
    return fields;
}

std::string level_word(LogLevel level) {
    switch (level) {
        case LogLevel::error:
            return "error";
        case LogLevel::warning:
            return "warning";
        case LogLevel::info:
            return "info";
        case LogLevel::debug:
            return "debug";
    }
    return "?";
}

struct EffectText {
    Time origin;
    LeaseWriter& leases;

    std::string operator()(const StartTask& effect) const {
        constexpr const char* kWorkers[] = {" fence: ", " replication: ", " heartbeat: "};
        return "start " + std::to_string(effect.id) + kWorkers[static_cast<int>(effect.worker)] +
               std::visit(TaskText{}, effect.task) + " until " + ms(effect.deadline - origin);
    }
    std::string operator()(const CancelTask& effect) const { return "cancel " + std::to_string(effect.id); }
    std::string operator()(const PutAddress& effect) const {
        return "put " + effect.slot.text() + " for " + std::to_string(effect.lifetime.count()) + "s" +
               (effect.kill_at ? " or die at " + ms(*effect.kill_at - origin) : "");
    }
    std::string operator()(const RemoveAddress& effect) const { return "remove " + effect.slot.text(); }
    std::string operator()(const Announce& effect) const { return "announce " + effect.slot.text(); }
    std::string operator()(const AnswerVersion1& effect) const {
        return "answer " + std::to_string(effect.id) + " " + effect.line;
    }
    std::string operator()(const LookAround&) const { return {}; }
    std::string operator()(const SendAlive&) const { return {}; }
    std::string operator()(const SaveRecord& effect) const { return leases.text(effect); }
    std::string operator()(const NoteLeases& effect) const { return leases.text(effect); }
    std::string operator()(const SendLease& effect) const { return leases.text(effect); }
    std::string operator()(const LookAtServer&) const { return {}; }
    std::string operator()(const SendStatus&) const { return {}; }
    std::string operator()(const SendLosses& effect) const {
        std::string text = "losses of " + effect.losses.of + ":";
        for (const auto& lost : effect.losses.transactions) text += " " + lost.gtid + " at " + lost.place;
        return text + (effect.losses.problem.empty() ? "" : " problem=\"" + effect.losses.problem + '"');
    }
    std::string operator()(const CloseLink& effect) const { return "close-link: " + effect.reason; }
    std::string operator()(const Log& effect) const {
        std::string text = "log " + level_word(effect.level) + ": " + effect.message;
        for (const auto& [key, value] : effect.fields) text += " " + key + "=" + value;
        return text;
    }
};

}  // namespace

std::string EffectWriter::text(const Effect& effect, Time origin) {
    if (const auto* sent = std::get_if<SendStatus>(&effect)) return text(*sent);
    return std::visit(EffectText{origin, leases_}, effect);
}

std::string EffectWriter::text(const SendStatus& sent) {
    auto fields = fields_of(sent.status);
    std::string by_contact;
    for (const auto& slot : sent.status.lease.by_contact) by_contact = joined(by_contact, slot.text());
    if (fields.at("sql_error") == "none" && !last_status_.contains("sql_error")) fields.erase("sql_error");
    auto of_leases = LeaseWriter::fields_of(sent.status.lease);
    of_leases["by_contact"] = by_contact.empty() || !shows_contact_ ? "none" : by_contact;
    for (const auto& [key, value] : of_leases) {
        if (value != "none" || last_status_.contains(key)) fields[key] = value;
    }
    std::string changed;
    for (const auto& [key, value] : fields) {
        const auto last = last_status_.find(key);
        if (last == last_status_.end() || last->second != value) changed += " " + key + "=" + value;
    }
    last_status_ = fields;
    return changed.empty() ? "" : "status" + changed;
}

}  // namespace mmm::agent::test

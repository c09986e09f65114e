#include "core/proto/status_codec.hpp"

#include <array>
#include <utility>

#include "core/proto/escape.hpp"
#include "core/proto/field_reader.hpp"
#include "core/proto/lease_report.hpp"
#include "core/proto/semi_sync_words.hpp"
#include "core/proto/utf8.hpp"

namespace mmm::proto {
namespace {

constexpr std::array<std::pair<Server, std::string_view>, 4> kServerWords{{
    {Server::unknown, "unknown"},
    {Server::up, "up"},
    {Server::down, "down"},
    {Server::hung, "hung"},
}};

constexpr std::array<std::pair<WriterPhase, std::string_view>, 4> kWriterWords{{
    {WriterPhase::none, "none"},
    {WriterPhase::arriving, "arriving"},
    {WriterPhase::holding, "holding"},
    {WriterPhase::leaving, "leaving"},
}};

constexpr std::array<std::pair<Handover, std::string_view>, 5> kHandoverWords{{
    {Handover::unsupported, "unsupported"},
    {Handover::none, "none"},
    {Handover::freezing, "freezing"},
    {Handover::frozen, "frozen"},
    {Handover::refused, "refused"},
}};

std::string_view flag_text(bool value) {
    return value ? "1" : "0";
}

void read_slots(FieldReader& reader, AgentStatus& status) {
    for (const std::string& text : reader.all("granted")) {
        const auto granted = parse_granted(text);
        if (!granted || !status.granted.insert(*granted).second) reader.refuse_value("granted", text);
    }
    for (const std::string& text : reader.all("present")) {
        const auto slot = parse_slot(text);
        if (!slot || !status.present.insert(*slot).second) reader.refuse_value("present", text);
    }
}

/// What agents of before don't say. From an empty history of theirs nothing can be concluded.
void read_history_details(FieldReader& reader, AgentStatus& status) {
    if (!reader.has("history_problem")) {
        if (status.history.empty()) status.history_problem = "its agent is older and doesn't tell; upgrade it";
        return;
    }
    status.history_problem = reader.text("history_problem");
    status.server_uuid = reader.text("server_uuid");
    status.gtids = reader.flag("gtids");
    status.io_error = static_cast<std::uint32_t>(reader.number("io_error"));
}

/// What doesn't apply isn't there.
void add_handover(Message& message, const AgentStatus& status) {
    if (status.handover != Handover::unsupported)
        message.fields.emplace_back("handover", word_in(kHandoverWords, status.handover));
    if (!status.refusal.empty()) message.fields.emplace_back("refusal", cut_text(status.refusal, kMaxSessions));
    if (!status.reached.empty()) message.fields.emplace_back("reached", status.reached);
    if (!status.privileged.empty())
        message.fields.emplace_back("privileged", cut_text(status.privileged, kMaxSessions));
}

void read_handover(FieldReader& reader, AgentStatus& status) {
    if (reader.has("handover")) status.handover = reader.choice("handover", kHandoverWords);
    if (reader.has("refusal")) status.refusal = reader.text("refusal");
    if (reader.has("reached")) status.reached = reader.text("reached");
    if (reader.has("privileged")) status.privileged = reader.text("privileged");
}

std::optional<bool> read_only(FieldReader& reader) {
    const std::string text = reader.text("read_only");
    if (text.empty()) return std::nullopt;
    if (text != "0" && text != "1") reader.refuse_value("read_only", text);
    return text == "1";
}

std::optional<Address> source(FieldReader& reader) {
    const std::string text = reader.text("source");
    if (text.empty()) return std::nullopt;
    const auto address = Address::parse(text);
    if (!address) reader.refuse_value("source", text);
    return address.value_or(Address());
}

SemiSync semi_sync(FieldReader& reader) {
    const std::string text = reader.text("semi_sync");
    const auto semi_sync = parse_semi_sync(text);
    if (!semi_sync) reader.refuse_value("semi_sync", text);
    return semi_sync.value_or(SemiSync{});
}

/// Only what there is: agents of before don't say it.
void add_replication(Message& message, const AgentStatus& status) {
    const auto add = [&](std::string_view key, const std::string& text) {
        if (!text.empty()) message.fields.emplace_back(key, text);
    };
    // A line has room for one long set: the position is the one that others are held against.
    if (escape(status.received).size() + escape(status.position).size() <= kMaxPosition)
        add("received", status.received);
    if (status.receiving) add("receiving", "1");
    add("sql_problem", std::string(cut_text(status.sql_problem, kMaxProblem / 4)));
    add("draining", std::string(cut_text(status.draining, kMaxProblem / 4)));
    add("drain_lost", std::string(cut_text(status.drain_lost, kMaxProblem)));
}

void read_replication(FieldReader& reader, AgentStatus& status) {
    const auto take = [&](std::string_view key) { return reader.has(key) ? reader.text(key) : std::string(); };
    status.received = take("received");
    status.receiving = reader.has("receiving") && reader.flag("receiving");
    status.sql_problem = take("sql_problem");
    status.draining = take("draining");
    status.drain_lost = take("drain_lost");
}

void add_security(Message& message, const SecurityReport& security) {
    if (security.reads == 0) return;
    message.fields.emplace_back("security_reads", std::to_string(security.reads));
    message.fields.emplace_back("security", cut_text(security.in_force, kMaxProblem / 4));
    message.fields.emplace_back("security_problem", cut_text(security.problem, kMaxProblem / 4));
}

SecurityReport read_security(FieldReader& reader) {
    if (!reader.has("security_reads")) return {};
    return {reader.number("security_reads"), reader.text("security"), reader.text("security_problem")};
}

}  // namespace

std::string_view word(Server server) {
    return word_in(kServerWords, server);
}

std::string_view word(WriterPhase phase) {
    return word_in(kWriterWords, phase);
}

std::string encode_status(const HostName& host, const AgentStatus& status) {
    const bool history_fits = escape(status.history).size() <= kMaxHistory;
    const std::string history_problem =
        history_fits ? std::string(cut_text(status.history_problem, kMaxProblem))
                     : "its GTID set is too long to be told: " + std::to_string(status.history.size()) + " bytes";
    const bool position_fits = escape(status.position).size() <= kMaxPosition;
    Message message{std::string(kStatus),
                    host,
                    {{"order", std::to_string(status.order)},
                     {"state", std::string(mmm::word(status.state))},
                     {"active_master", status.active_master},
                     {"server", std::string(word(status.server))},
                     {"read_only", status.read_only ? std::string(flag_text(*status.read_only)) : ""},
                     {"read_only_owed", std::string(flag_text(status.read_only_owed))},
                     {"writer", std::string(word(status.writer))},
                     {"source", status.source ? status.source->text() : ""},
                     {"rejoining", std::string(flag_text(status.rejoining))},
                     {"position", position_fits ? status.position : ""},
                     {"history", history_fits ? status.history : ""},
                     {"history_problem", history_problem},
                     {"server_id", std::to_string(status.server_id)},
                     {"server_uuid", status.server_uuid},
                     {"gtids", std::string(flag_text(status.gtids))},
                     {"io_error", std::to_string(status.io_error)},
                     {"problem", std::string(cut_text(status.problem, kMaxProblem))},
                     {"uptime_ms", std::to_string(status.uptime.count())},
                     {"version", status.version}}};
    add_handover(message, status);
    add_replication(message, status);
    for (const auto& [slot, epoch] : status.granted) message.fields.emplace_back("granted", granted_text(slot, epoch));
    for (const Slot& slot : status.present) message.fields.emplace_back("present", slot.text());
    for (const HostName& heard : status.hears) message.fields.emplace_back("hears", heard);
    if (status.semi_sync != SemiSync{}) message.fields.emplace_back("semi_sync", semi_sync_text(status.semi_sync));
    if (status.sql_error != 0) message.fields.emplace_back("sql_error", std::to_string(status.sql_error));
    if (status.other_channels) message.fields.emplace_back("other_channels", flag_text(true));
    if (status.looked) message.fields.emplace_back("looked", flag_text(true));
    add_security(message, status.security);
    return encode_with_report(std::move(message), status.lease);
}

Result<AgentStatus> decode_status(const Message& message) {
    FieldReader reader(message, kStatus);
    AgentStatus status;
    status.order = reader.number("order");
    status.state = reader.choice("state", kHostStateWords);
    status.active_master = reader.text("active_master");
    status.server = reader.choice("server", kServerWords);
    status.read_only = read_only(reader);
    status.read_only_owed = reader.flag("read_only_owed");
    status.writer = reader.choice("writer", kWriterWords);
    status.source = source(reader);
    status.rejoining = reader.flag("rejoining");
    status.position = reader.text("position");
    status.history = reader.text("history");
    status.server_id = static_cast<std::uint32_t>(reader.number("server_id"));
    read_history_details(reader, status);
    status.problem = reader.text("problem");
    status.uptime = reader.duration("uptime_ms");
    status.version = reader.text("version");
    read_handover(reader, status);
    read_replication(reader, status);
    read_slots(reader, status);
    for (std::string& heard : reader.all("hears")) {
        if (heard.empty()) reader.refuse_value("hears", heard);
        status.hears.insert(std::move(heard));
    }
    if (reader.has("semi_sync")) status.semi_sync = semi_sync(reader);
    if (reader.has("sql_error")) status.sql_error = static_cast<std::uint32_t>(reader.number("sql_error"));
    if (reader.has("other_channels")) status.other_channels = reader.flag("other_channels");
    if (reader.has("looked")) status.looked = reader.flag("looked");
    status.security = read_security(reader);
    status.lease = read_report(reader);
    if (auto outcome = reader.outcome(); !outcome) return tl::make_unexpected(outcome.error());
    return status;
}

}  // namespace mmm::proto

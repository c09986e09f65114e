#include "core/monitor/change_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace mmm::monitor {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kKinds{
    std::pair{ChangeKind::failover, std::string_view("failover")},
    std::pair{ChangeKind::planned, std::string_view("planned")},
    std::pair{ChangeKind::given_up, std::string_view("given_up")},
    std::pair{ChangeKind::resumed, std::string_view("resumed")},
    std::pair{ChangeKind::self_regrant, std::string_view("self_regrant")},
    std::pair{ChangeKind::first, std::string_view("first")},
    std::pair{ChangeKind::found, std::string_view("found")},
};

constexpr std::array kDecisions{
    std::pair{LateDecision::What::accept_loss, std::string_view("accept_loss")},
    std::pair{LateDecision::What::take_late, std::string_view("take_late")},
    std::pair{LateDecision::What::taken, std::string_view("taken")},
    std::pair{LateDecision::What::given_up, std::string_view("given_up")},
    std::pair{LateDecision::What::rebuilt, std::string_view("rebuilt")},
};

/// A text for what is empty when it isn't known.
Json or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

std::string cut(const std::string& set) {
    if (set.size() <= kMostSetBytes) return set;
    const auto comma = set.rfind(',', kMostSetBytes);
    return set.substr(0, comma == std::string::npos ? kMostSetBytes : comma) + "...";
}

Json sets_json(const ServerSets& sets) {
    return {{"position", or_null(cut(sets.position))},
            {"history", or_null(cut(sets.history))},
            {"server_id", sets.server_id},
            {"server_uuid", or_null(sets.server_uuid)},
            {"frozen", sets.frozen},
            {"told_ms", sets.told ? Json(sets.told->count()) : Json(nullptr)}};
}

Json loss_json(const WriterChange& change) {
    const Loss& loss = change.loss;
    Json json{{"gtids", loss.gtids ? Json(cut(*loss.gtids)) : Json(nullptr)},
              {"complete", loss.complete},
              {"unknown_until_seen", loss.complete ? Json(nullptr) : or_null(change.from)}};
    if (!loss.acknowledged.empty()) json["acknowledged"] = loss.acknowledged;
    if (!change.settled) return json;
    json["settled_at"] = utc_text(change.settled->at);
    json["settled_by"] = change.settled->number;
    return json;
}

Json json_of(const WriterChange& change) {
    Json timeline = Json::array();
    for (const auto& step : change.timeline)
        timeline.push_back({{"ms", step.at.count()}, {"step", step.what}, {"host", or_null(step.host)}});
    return {{"number", change.number},
            {"at", utc_text(change.at)},
            {"time", change.at.count()},
            {"kind", word(change.kind)},
            {"reason", change.reason},
            {"from", or_null(change.from)},
            {"to", or_null(change.to)},
            {"epoch_before", change.epoch_before},
            {"epoch_after", change.epoch_after},
            {"held_by", change.by_lease ? "lease" : "contact"},
            {"proof", or_null(change.proof)},
            {"timeline", std::move(timeline)},
            {"before", sets_json(change.before)},
            {"after", sets_json(change.after)},
            {"lost", loss_json(change)}};
}

Json json_of(const LateDecision& decision) {
    return {{"number", decision.number},    {"at", utc_text(decision.at)},  {"time", decision.at.count()},
            {"what", word(decision.what)},  {"host", decision.host},        {"writer", or_null(decision.writer)},
            {"who", or_null(decision.who)}, {"gtids", cut(decision.gtids)}, {"reason", or_null(decision.reason)}};
}

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// In the year 2255. Later moments can't be written as dates, which count nanoseconds in 64 bits.
constexpr std::chrono::seconds kLatest{9'000'000'000};

/// Takes values out of one object; `wrong` names the first key whose value isn't what it has to be.
struct Reader {
    const Json& object;
    std::string& wrong;

    [[nodiscard]] const Json* find(const char* key) const {
        const auto found = object.is_object() ? object.find(key) : object.end();
        return found == object.end() || found->is_null() ? nullptr : &*found;
    }
    void refuse(const char* key) const {
        if (wrong.empty()) wrong = key;
    }
    void text(const char* key, std::string& into) const {
        const Json* value = find(key);
        if (value == nullptr) return;
        if (!value->is_string()) return refuse(key);
        into = value->get<std::string>();
    }
    template <class Number>
    void number(const char* key, Number& into) const {
        const Json* value = find(key);
        if (value == nullptr) return;
        const bool fits = value->is_number_unsigned()
                              ? std::in_range<Number>(value->get<std::uint64_t>())
                              : value->is_number_integer() && std::in_range<Number>(value->get<std::int64_t>());
        if (!fits) return refuse(key);
        into = value->get<Number>();
    }
    void span(const char* key, Duration& into) const {
        Duration::rep count = into.count();
        number(key, count);
        if (count < -Duration(kLatest).count() || count > Duration(kLatest).count()) return refuse(key);
        into = Duration{count};
    }
    void truth(const char* key, bool& into) const {
        const Json* value = find(key);
        if (value == nullptr) return;
        if (!value->is_boolean()) return refuse(key);
        into = value->get<bool>();
    }
    void moment(const char* key, std::chrono::seconds& into) const {
        std::chrono::seconds::rep count = 0;
        number(key, count);
        if (count < 0 || count > kLatest.count()) return refuse(key);
        into = std::chrono::seconds{count};
    }
};

void read_sets(const Reader& in, const char* key, ServerSets& sets) {
    const Json* value = in.find(key);
    if (value == nullptr || !value->is_object()) return in.refuse(key);
    const Reader inner{*value, in.wrong};
    inner.text("position", sets.position);
    inner.text("history", sets.history);
    inner.number("server_id", sets.server_id);
    inner.text("server_uuid", sets.server_uuid);
    inner.truth("frozen", sets.frozen);
    if (inner.find("told_ms") != nullptr) inner.span("told_ms", sets.told.emplace());
}

void read_loss(const Reader& in, Loss& loss) {
    const Json* value = in.find("lost");
    if (value == nullptr || !value->is_object()) return in.refuse("lost");
    const Reader inner{*value, in.wrong};
    if (inner.find("gtids") != nullptr) inner.text("gtids", loss.gtids.emplace());
    inner.truth("complete", loss.complete);
    if (const Json* hosts = inner.find("acknowledged"); hosts != nullptr) {
        if (!hosts->is_array()) return in.refuse("acknowledged");
        for (const Json& name : *hosts) {
            if (!name.is_string()) return in.refuse("acknowledged");
            loss.acknowledged.insert(name.get<std::string>());
        }
    }
}

void read_timeline(const Reader& in, std::vector<ChangeStep>& timeline) {
    const Json* value = in.find("timeline");
    if (value == nullptr || !value->is_array()) return in.refuse("timeline");
    for (const Json& entry : *value) {
        const Reader inner{entry, in.wrong};
        ChangeStep& step = timeline.emplace_back();
        inner.text("step", step.what);
        inner.text("host", step.host);
        inner.span("ms", step.at);
    }
}

WriterChange read_change(const Reader& in) {
    WriterChange change;
    std::string kind;
    in.number("number", change.number);
    in.moment("time", change.at);
    in.text("kind", kind);
    const auto* known =
        std::find_if(kKinds.begin(), kKinds.end(), [&kind](const auto& entry) { return entry.second == kind; });
    if (known == kKinds.end()) {
        in.refuse("kind");
    } else {
        change.kind = known->first;
    }
    in.text("reason", change.reason);
    in.text("from", change.from);
    in.text("to", change.to);
    in.number("epoch_before", change.epoch_before);
    in.number("epoch_after", change.epoch_after);
    std::string held_by;
    in.text("held_by", held_by);
    change.by_lease = held_by == "lease";
    in.text("proof", change.proof);
    read_timeline(in, change.timeline);
    read_sets(in, "before", change.before);
    read_sets(in, "after", change.after);
    read_loss(in, change.loss);
    return change;
}

Settlement read_settlement(const Reader& in) {
    Settlement settled;
    in.number("number", settled.number);
    in.number("of", settled.of);
    in.moment("time", settled.at);
    in.text("host", settled.host);
    in.text("gtids", settled.gtids);
    return settled;
}

LateDecision read_decision(const Reader& in) {
    LateDecision decision;
    in.number("number", decision.number);
    in.moment("time", decision.at);
    std::string what;
    in.text("what", what);
    const auto* known =
        std::find_if(kDecisions.begin(), kDecisions.end(), [&what](const auto& entry) { return entry.second == what; });
    if (known == kDecisions.end()) {
        in.refuse("what");
    } else {
        decision.what = known->first;
    }
    in.text("host", decision.host);
    in.text("writer", decision.writer);
    in.text("who", decision.who);
    in.text("gtids", decision.gtids);
    in.text("reason", decision.reason);
    return decision;
}

Json with_entry(const char* entry, const Json& rest) {
    Json json{{"entry", entry}};
    json.update(rest);
    return json;
}

struct Lines {
    std::string operator()(const WriterChange& change) const { return dump(with_entry("change", json_of(change))); }
    std::string operator()(const ChangeUnderWay& open) const {
        return dump(with_entry("under_way", json_of(open.change)));
    }
    std::string operator()(const Settlement& settled) const {
        return dump(Json{{"entry", "account"},
                         {"number", settled.number},
                         {"of", settled.of},
                         {"at", utc_text(settled.at)},
                         {"time", settled.at.count()},
                         {"host", settled.host},
                         {"gtids", cut(settled.gtids)}});
    }
    std::string operator()(const LateDecision& decision) const {
        return dump(with_entry("decision", json_of(decision)));
    }
};

}  // namespace

std::string_view word(ChangeKind kind) {
    return std::find_if(kKinds.begin(), kKinds.end(), [kind](const auto& entry) { return entry.first == kind; })
        ->second;
}

std::string_view word(LateDecision::What what) {
    return std::find_if(kDecisions.begin(), kDecisions.end(), [what](const auto& entry) { return entry.first == what; })
        ->second;
}

std::string utc_text(std::chrono::seconds since_epoch) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::sys_seconds(since_epoch));
}

std::string change_json(const WriterChange& change) {
    return dump(json_of(change));
}

std::string decision_json(const LateDecision& decision) {
    return dump(json_of(decision));
}

std::string entry_line(const JournalEntry& entry) {
    return std::visit(Lines{}, entry);
}

Result<JournalEntry> parse_entry(std::string_view line) {
    constexpr int kMaxDepth = 8;
    constexpr bool kThrow = false;
    const auto keep = [](int depth, Json::parse_event_t, Json&) { return depth <= kMaxDepth; };
    const Json json = Json::parse(line, keep, kThrow);
    if (!json.is_object()) return fail(Code::invalid, "not a JSON object");
    std::string wrong;
    const Reader in{json, wrong};
    std::string entry;
    in.text("entry", entry);
    JournalEntry read;
    if (entry == "change") {
        read = read_change(in);
    } else if (entry == "under_way") {
        read = ChangeUnderWay{read_change(in)};
    } else if (entry == "account") {
        read = read_settlement(in);
    } else if (entry == "decision") {
        read = read_decision(in);
    } else {
        return fail(Code::invalid, "its entry is none of change, under_way, account, decision");
    }
    if (!wrong.empty()) return fail(Code::invalid, "its '" + wrong + "' makes no sense");
    return read;
}

}  // namespace mmm::monitor

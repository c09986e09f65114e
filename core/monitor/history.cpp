#include "core/monitor/history.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/monitor/change_text.hpp"

namespace mmm::monitor {
namespace {

/// The words of timelines, for people.
constexpr std::array kSteps{
    std::pair{"failing", "fails: the first sign"},
    std::pair{"asked", "is to hand the role over"},
    std::pair{"declared", "left ONLINE"},
    std::pair{"taken_off", "has the role taken off"},
    std::pair{"assigned", "is to have it"},
    std::pair{"let_go", "let go"},
    std::pair{"gone", "can't have it any more"},
    std::pair{"promises_asked", "has promises asked for it"},
    std::pair{"promised", "has a majority's promises"},
    std::pair{"waiting", "waits until nobody else can have a lease"},
    std::pair{"granted", "has the grant"},
    std::pair{"catching_up", "applies what it received"},
    std::pair{"writable", "is writable"},
    std::pair{"in_service", "is in service"},
    std::pair{"monitor_restarted", "the monitor was started anew"},
    std::pair{"given_up", "goes on: the move was given up"},
};

/// What was decided, or came of it; {} is the writer.
constexpr std::array kDecisions{
    std::pair{LateDecision::What::accept_loss, "what {} lacks is given up"},
    std::pair{LateDecision::What::take_late, "{} may take what it lacks"},
    std::pair{LateDecision::What::taken, "{} has all of it"},
    std::pair{LateDecision::What::given_up, "{} can't take it"},
    std::pair{LateDecision::What::rebuilt, "the host has nothing that {} lacks any more"},
};

std::string_view sentence(const std::string& what) {
    const auto* found =
        std::find_if(kSteps.begin(), kSteps.end(), [&](const auto& entry) { return entry.first == what; });
    return found == kSteps.end() ? std::string_view(what) : std::string_view(found->second);
}

std::string named(const HostName& host) {
    return host.empty() ? "nobody" : host;
}

std::string heading(const WriterChange& change, Now now) {
    const auto local = std::chrono::sys_seconds(change.at + now.wall.utc_offset);
    std::string text = fmt::format("#{} {:%Y/%m/%d %H:%M:%S}  {}: {} -> {}", change.number, local, word(change.kind),
                                   named(change.from), change.to.empty() ? "under way" : change.to);
    if (!change.reason.empty()) text += ": " + change.reason;
    return text + "\n";
}

std::string sets_line(const HostName& host, const ServerSets& sets) {
    if (host.empty()) return "";
    if (sets.position.empty() && sets.history.empty()) return fmt::format("    {} had: not known\n", host);
    const std::string when =
        sets.told ? fmt::format(" at {} ms{}", sets.told->count(), sets.frozen ? ", read-only" : "") : std::string();
    return fmt::format("    {} had{}: {}\n", host, when,
                       sets.history.empty() || sets.frozen ? sets.position : sets.history);
}

std::string loss_line(const WriterChange& change) {
    const Loss& loss = change.loss;
    std::string text = "    lost: ";
    if (change.settled) {
        return text + fmt::format("{} ({} was seen again, #{} {})\n", loss.gtids->empty() ? "nothing" : *loss.gtids,
                                  change.from, change.settled->number, utc_text(change.settled->at));
    }
    if (loss.complete) return text + (loss.gtids && !loss.gtids->empty() ? *loss.gtids : "nothing") + "\n";
    if (!loss.gtids) {
        text += "not known";
    } else {
        text += loss.gtids->empty() ? "nothing that is known" : "at least " + *loss.gtids;
    }
    if (loss.acknowledged.empty())
        return text + fmt::format("; what {} had beyond that is unknown until it is seen\n", change.from);
    return text + fmt::format(
                      "; nothing that {} had acknowledged to a client, by semi-synchronous replication: {} has all "
                      "that {} received\n",
                      change.from, change.to, fmt::join(loss.acknowledged, ", "));
}

std::string record_text(const WriterChange& change, Now now) {
    std::string text = heading(change, now);
    std::string basis = change.by_lease ? "by lease" : "by contact";
    if (!change.proof.empty()) basis += fmt::format(", {} doesn't have it: {}", change.from, change.proof);
    text += fmt::format("    epoch {} -> {} {}\n", change.epoch_before, change.epoch_after, basis);
    for (const auto& step : change.timeline)
        text += fmt::format("    {:>8} ms  {}{}{}\n", step.at.count(), step.host, step.host.empty() ? "" : " ",
                            sentence(step.what));
    if (change.to.empty()) return text;
    if (change.from != change.to) text += sets_line(change.from, change.before);
    return text + sets_line(change.to, change.after) + loss_line(change);
}

/// An entry of the journal as it is shown.
struct Shown {
    std::uint64_t number = 0;
    std::string text;
};

/// The records that fit, oldest first, each as `show` makes it, and how many there would be beside them.
template <class Show>
std::pair<std::vector<Shown>, std::size_t> fitting(const State& state, std::size_t count, Show show) {
    const auto& records = state.journal.records;
    std::vector<Shown> shown;
    std::size_t bytes = 0;
    for (auto record = records.rbegin(); record != records.rend() && shown.size() < count; ++record) {
        std::string one = show(*record);
        bytes += one.size();
        if (bytes > kMostHistoryBytes && !shown.empty()) break;
        shown.push_back({record->number, std::move(one)});
    }
    std::reverse(shown.begin(), shown.end());
    const std::size_t left = records.size() - shown.size();
    return {std::move(shown), left};
}

/// The decisions since the oldest of those records, or all of them if none was left off; oldest first. As many as fit.
template <class Show>
std::vector<Shown> decisions_beside(const State& state, const std::vector<Shown>& records, std::size_t left,
                                    Show show) {
    const auto& decisions = state.journal.decisions;
    std::vector<Shown> shown;
    std::size_t bytes = 0;
    for (auto decision = decisions.rbegin(); decision != decisions.rend(); ++decision) {
        if (left > 0 && !records.empty() && decision->number < records.front().number) break;
        std::string one = show(*decision);
        bytes += one.size();
        if (bytes > kMostHistoryBytes / 2) break;
        shown.push_back({decision->number, std::move(one)});
    }
    std::reverse(shown.begin(), shown.end());
    return shown;
}

std::string decision_text(const LateDecision& decision, Now now) {
    const auto local = std::chrono::sys_seconds(decision.at + now.wall.utc_offset);
    const auto* found = std::find_if(kDecisions.begin(), kDecisions.end(),
                                     [&](const auto& entry) { return entry.first == decision.what; });
    std::string text =
        fmt::format("#{} {:%Y/%m/%d %H:%M:%S}  {} of {}: {}", decision.number, local, word(decision.what),
                    decision.host, fmt::format(fmt::runtime(found->second), decision.writer));
    if (!decision.who.empty()) text += ", by " + decision.who;
    if (!decision.reason.empty()) text += ": " + decision.reason;
    return text + "\n    " + decision.gtids + "\n";
}

std::string listed(const std::vector<Shown>& shown) {
    std::string text;
    for (const auto& one : shown) text += (text.empty() ? "" : ",") + one.text;
    return text;
}

}  // namespace

std::string history_text(const State& state, std::size_t count, Now now) {
    auto [shown, left] = fitting(state, count, [now](const auto& change) { return record_text(change, now); });
    auto beside =
        decisions_beside(state, shown, left, [now](const auto& decision) { return decision_text(decision, now); });
    std::string text;
    if (left > 0) text += fmt::format("# {} older record(s) aren't shown; the journal's file has them too\n", left);
    shown.insert(shown.end(), beside.begin(), beside.end());
    std::stable_sort(shown.begin(), shown.end(),
                     [](const Shown& one, const Shown& other) { return one.number < other.number; });
    for (const auto& one : shown) text += one.text;
    if (const auto& open = state.journal.open) text += record_text(open->change, now);
    return text.empty() ? "No change of the writer is in the journal yet.\n" : text;
}

std::string history_json(const State& state, std::size_t count) {
    const auto [shown, left] = fitting(state, count, change_json);
    const auto beside = decisions_beside(state, shown, left, decision_json);
    const auto& open = state.journal.open;
    return fmt::format(R"({{"records":[{}],"decisions":[{}],"under_way":{},"left_off":{}}})", listed(shown),
                       listed(beside), open ? change_json(open->change) : "null", left);
}

}  // namespace mmm::monitor

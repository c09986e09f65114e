#include "tests/sim/journal_rules.hpp"

#include <algorithm>
#include <utility>

#include "core/monitor/change_text.hpp"
#include "tests/sim/world.hpp"

namespace mmm::sim {

void JournalRules::recorded(const std::string& line) {
    const auto entry = monitor::parse_entry(line);
    if (!entry) return world_.invariants.broken("(8) the journal can be read", entry.error().message + ": " + line);
    const auto number = [](const auto& one) {
        if constexpr (requires { one.change; }) {
            return one.change.number;
        } else {
            return one.number;
        }
    };
    const std::uint64_t is = std::visit(number, *entry);
    if (is != ++number_) {
        world_.invariants.broken("(8) the journal's entries are numbered one by one",
                                 std::to_string(is) + " instead of " + std::to_string(number_));
    }
    if (const auto* change = std::get_if<monitor::WriterChange>(&*entry)) check(*change);
    if (const auto* settled = std::get_if<monitor::Settlement>(&*entry))
        compare("account of #" + std::to_string(settled->of), settled->host, seen_, settled->gtids);
    if (const auto* open = std::get_if<monitor::ChangeUnderWay>(&*entry)) {
        under_way_ = open->change.to == writer_ ? HostName() : open->change.to;
    }
}

/// What the process before saw and didn't write is lost with it.
void JournalRules::monitor_started() {
    seen_ = under_way_.empty() ? writer_ : under_way_;
    changes_ = records_ + (under_way_.empty() ? 0U : 1U);
}

void JournalRules::check(const monitor::WriterChange& change) {
    const std::string what = "#" + std::to_string(change.number) + " " + change.from + " -> " + change.to;
    if (change.from != writer_)
        world_.invariants.broken("(8) a record begins where the one before ended", what + " after " + writer_);
    if (change.to.empty() || change.timeline.empty() || change.timeline.back().what != "in_service")
        world_.invariants.broken("(8) a record ends with the writer in service", what);
    const bool negative = std::any_of(change.timeline.begin(), change.timeline.end(),
                                      [](const auto& step) { return step.at < Duration{0}; });
    const bool sorted = std::is_sorted(change.timeline.begin(), change.timeline.end(),
                                       [](const auto& one, const auto& other) { return one.at < other.at; });
    if (negative || !sorted) world_.invariants.broken("(8) a timeline runs from the first sign to the service", what);
    if (change.loss.complete && !change.from.empty() && change.loss.gtids)
        compare(what, change.from, change.to, *change.loss.gtids);
    writer_ = change.to;
    under_way_.clear();
    records_ += change.from == change.to ? 0U : 1U;
}

/// What is said for good about a loss, against what the two servers really have.
void JournalRules::compare(const std::string& what, const HostName& from, const HostName& to,
                           const std::string& told) const {
    const auto server = [&](const HostName& name) -> const Mysqld& {
        return (*std::find_if(world_.hosts.begin(), world_.hosts.end(),
                              [&](const auto& host) { return host->name == name; }))
            ->server;
    };
    const bool lacks = server(from).diverged_from(server(to));
    if (lacks != told.empty()) return;
    world_.invariants.broken(
        "(8) a loss is told, and nothing else as one",
        what + ": '" + told + "', but " + to + (lacks ? " lacks something of " : " has all of ") + from);
}

void JournalRules::monitor_stepped(const monitor::State& state) {
    const HostName& writer = state.active_master;
    if (state.mode == monitor::MonitorMode::passive || state.phase != monitor::Phase::running || writer.empty()) return;
    // What is recorded in this step is yet to be written: this judges the step before. The last change's account is due
    // a moment after it.
    if (records_ > changes_ || records_ + 1 < changes_) {
        world_.invariants.broken("(8) each change of the writer ends in exactly one record",
                                 std::to_string(records_) + " records of " + std::to_string(changes_) + " changes");
    }
    if (std::exchange(seen_, writer) != writer) ++changes_;
}

}  // namespace mmm::sim

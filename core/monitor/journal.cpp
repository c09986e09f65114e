#include "core/monitor/journal.hpp"

#include <algorithm>
#include <utility>

#include "core/monitor/account.hpp"
#include "core/monitor/change_text.hpp"
#include "core/monitor/holders.hpp"
#include "core/monitor/semi_sync.hpp"
#include "core/monitor/unable.hpp"

namespace mmm::monitor {
namespace {

/// The account is due so long after the new writer came into service: its server is looked at once a second and
/// reported twice, so what it says by then is no older than the end of its drain.
constexpr Duration kAccountAfter{2500};
/// A change that goes wrong again and again doesn't fill the disk.
constexpr std::size_t kMostSteps = 40;

bool has_step(const WriterChange& change, const char* what, const HostName& host) {
    return std::any_of(change.timeline.begin(), change.timeline.end(),
                       [&](const ChangeStep& step) { return step.what == what && step.host == host; });
}

/// One look at the writer's slot.
struct Look {
    const Config& config;
    State& state;
    Now now;
    Effects& effects;
    const Slot slot = writer_slot(config);
    SlotRecord& record = state.slots.at(slot);
    JournalState& journal = state.journal;

    [[nodiscard]] const HostRecord* host(const HostName& name) const {
        const auto found = state.hosts.find(name);
        return found == state.hosts.end() ? nullptr : &found->second;
    }
    [[nodiscard]] std::chrono::seconds wall(Time at) const {
        return now.wall.since_epoch - std::chrono::floor<std::chrono::seconds>(now.time - at);
    }

    void mark(const char* what, const HostName& name, Time at);
    void watch_in_service();
    void begin_if_gone();
    void begin(const HostName& from);
    [[nodiscard]] Time first_sign(const HostName& from) const;
    [[nodiscard]] bool is_wish(const HostName& from) const;
    void follow();
    void follow_old(const HostName& from);
    void follow_new();
    void serve();
    void note_under_way();
    void end(bool looked);
    void write(WriterChange&& change);
    void note_found();
    [[nodiscard]] bool asked_itself() const;
};

void Look::mark(const char* what, const HostName& name, Time at) {
    WriterChange& change = journal.open->change;
    if (change.timeline.size() >= kMostSteps || has_step(change, what, name)) return;
    // The first sign is the first sign, whatever is found out later.
    change.timeline.push_back({what, name, std::max(Duration{0}, at - journal.open->origin)});
}

/// Is the epoch at which the writer holds one that it asked for itself?
bool Look::asked_itself() const {
    const lease::HeldReport* held = held_by(state, record.holder, slot, now.time);
    return held != nullptr && held->epoch.proposer == record.holder;
}

void Look::watch_in_service() {
    const HostName& writer = state.active_master;
    // How it came off the slot's list before is no proof for the next time.
    record.proofs.erase(writer);
    const HostRecord* seen = host(writer);
    if (const auto sets = seen->status ? sets_of(*seen->status) : std::nullopt) {
        journal.last = *sets;
        journal.last_told = seen->heard;
        journal.acknowledging = acknowledging_of(state, writer);
    }
    journal.in_service = true;
    if (record.epoch == journal.epoch) return;
    const Epoch before = std::exchange(journal.epoch, record.epoch);
    if (record.epoch < before || !asked_itself()) return;
    WriterChange change;
    change.at = now.wall.since_epoch;
    change.kind = ChangeKind::self_regrant;
    change.reason = writer + " asked the voters for itself";
    change.from = change.to = writer;
    change.epoch_before = before;
    change.epoch_after = record.epoch;
    change.by_lease = true;
    change.timeline.push_back({"in_service", writer, Duration{0}});
    change.before = change.after = journal.last;
    change.loss = {"", true};
    write(std::move(change));
}

/// It changed while nobody looked: before this process began, that is.
void Look::note_found() {
    WriterChange change;
    change.at = now.wall.since_epoch;
    change.kind = ChangeKind::found;
    change.reason = record.reason;
    change.from = journal.writer;
    change.to = state.active_master;
    change.epoch_before = journal.epoch;
    change.epoch_after = record.epoch;
    change.by_lease = by_leases(state);
    change.timeline.push_back({"in_service", change.to, Duration{0}});
    const HostRecord* seen = host(change.to);
    if (seen->status) change.after = sets_of(*seen->status).value_or(ServerSets{});
    change.loss = change.from.empty() ? Loss{"", true} : Loss{};
    journal.in_service = true;
    write(std::move(change));
}

Time Look::first_sign(const HostName& from) const {
    const HostRecord* old = host(from);
    if (old == nullptr || is_wish(from)) return now.time;
    Time first = now.time;
    for (const CheckKind kind : {CheckKind::ping, CheckKind::mysql}) {
        const auto check = old->checks.find(kind);
        if (check != old->checks.end() && check->second.failing_since)
            first = std::min(first, *check->second.failing_since);
    }
    if (old->state != HostState::online) first = std::min(first, old->since);
    if (agent_silent(*old, now.time)) first = std::min(first, old->heard_by_anyone);
    // What was before it began to serve has to do with something else.
    return std::max(first, state.started);
}

/// Was the writer taken off a host that could go on?
bool Look::is_wish(const HostName& from) const {
    if (state.move && state.move->from == from) return true;
    const HostRecord* old = host(from);
    if (old == nullptr) return false;
    return old->state == HostState::admin_offline ||
           (old->state == HostState::online && agent_reachable(*old, now.time) && !is_unable(*old, now.time) &&
            old->status->server == proto::Server::up && record.holder != from);
}

void Look::begin(const HostName& from) {
    const bool wish = is_wish(from);
    OpenChange open;
    open.origin = from.empty() ? now.time : first_sign(from);
    WriterChange& change = open.change;
    change.at = wall(open.origin);
    change.kind = from.empty() ? ChangeKind::first : wish ? ChangeKind::planned : ChangeKind::failover;
    change.reason = record.reason;
    change.from = from;
    change.epoch_before = journal.epoch;
    change.before = journal.last;
    change.before.frozen = false;
    if (journal.in_service && !from.empty()) change.before.told = journal.last_told - open.origin;
    open.acknowledging = std::exchange(journal.acknowledging, std::nullopt);
    journal.open = std::move(open);
    journal.in_service = false;
    journal.last = {};
    if (from.empty()) return;
    mark(wish ? "asked" : "failing", from, journal.open->origin);
    const HostRecord* old = host(from);
    if (!wish && old != nullptr && old->state != HostState::online) mark("declared", from, old->since);
    if (record.holder != from) mark("taken_off", from, now.time);
}

/// Without a change under way: does one begin?
void Look::begin_if_gone() {
    const HostName& active = state.active_master;
    if (!active.empty()) {
        if (active == journal.writer) return watch_in_service();
        // Assigned and served in one step: it was there already.
        return note_found();
    }
    const bool elsewhere = record.holder != journal.writer;
    if (!journal.in_service && !elsewhere) return;
    begin(journal.writer);
    follow();
    note_under_way();
}

void Look::follow_old(const HostName& from) {
    WriterChange& change = journal.open->change;
    const HostRecord* old = host(from);
    if (record.granted_to == from && !change.proof.empty()) {
        // It let go and got it back: where its writes ended then says nothing any more.
        record.proofs.erase(from);
        change.proof.clear();
        change.before.frozen = false;
    }
    if (old == nullptr || !change.proof.empty()) return;
    if (record.holder != from) mark("taken_off", from, now.time);
    if (const auto proof = record.proofs.find(from); proof != record.proofs.end()) {
        change.proof = proof->second;
        mark(change.proof == "observed" || change.proof == "released" ? "let_go" : "gone", from, now.time);
        if (record.catch_up_of == from && !record.catch_up.empty()) {
            change.before.position = record.catch_up;
            change.before.frozen = true;
            change.before.told = now.time - journal.open->origin;
        }
        return;
    }
    // On its way out it says more than it did as the writer.
    const auto sets = old->status ? sets_of(*old->status) : std::nullopt;
    if (!sets || old->heard < journal.open->origin) return;
    change.before = *sets;
    change.before.frozen = false;
    change.before.told = old->heard - journal.open->origin;
}

void Look::follow_new() {
    WriterChange& change = journal.open->change;
    const HostName& next = record.holder;
    if (next.empty()) return;
    const bool back = next == change.from;
    if (back && change.kind == ChangeKind::planned && !state.move && change.reason != record.reason) {
        change.kind = ChangeKind::given_up;
        change.reason = record.reason;
        mark("given_up", next, now.time);
    }
    mark("assigned", next, std::max(record.since, journal.open->origin));
    if (record.attempt && record.attempt->proposal.request.target == next) {
        mark("promises_asked", next, record.attempt->begun);
        if (record.attempt->proposal.quorum_at) mark("promised", next, *record.attempt->proposal.quorum_at);
        if (record.attempt->waits) mark("waiting", next, now.time);
    }
    if (record.granted_to != next) return;
    mark("granted", next, now.time);
    const auto& status = host(next)->status;
    if (!status || status->writer == proto::WriterPhase::none) return;
    if (status->writer == proto::WriterPhase::arriving) mark("catching_up", next, now.time);
    if (status->read_only == false) mark("writable", next, now.time);
}

void Look::serve() {
    OpenChange& open = *journal.open;
    WriterChange& change = open.change;
    // The last step always has its place.
    if (change.timeline.size() >= kMostSteps) change.timeline.pop_back();
    change.to = state.active_master;
    // Some moments are found out later than others that they came before.
    std::stable_sort(change.timeline.begin(), change.timeline.end(),
                     [](const ChangeStep& one, const ChangeStep& other) { return one.at < other.at; });
    mark("in_service", change.to, now.time);
    change.epoch_after = record.epoch;
    change.by_lease = by_leases(state);
    if (change.to == change.from && change.kind != ChangeKind::given_up) {
        change.kind =
            asked_itself() && change.epoch_before < record.epoch ? ChangeKind::self_regrant : ChangeKind::resumed;
    }
    open.served = now.time;
    journal.writer = change.to;
    journal.epoch = record.epoch;
    journal.in_service = true;
    note_under_way();
}

void Look::follow() {
    OpenChange& open = *journal.open;
    if (!open.served) {
        if (!open.change.from.empty()) follow_old(open.change.from);
        follow_new();
        if (!state.active_master.empty()) serve();
        return;
    }
    // After a restart it takes a moment until its agent says so.
    if (state.active_master.empty() && !journal.in_service && record.holder == open.change.to) return;
    if (state.active_master != open.change.to || record.epoch != journal.epoch) return end(false);
    watch_in_service();
    if (now.time - *open.served >= kAccountAfter) end(true);
}

/// `looked`: what the new writer's server says is as of now.
void Look::end(bool looked) {
    WriterChange change = std::move(journal.open->change);
    const auto acknowledging = journal.open->acknowledging;
    const auto served = journal.open->served;
    const HostRecord* seen = host(change.to);
    change.after = journal.last;
    if (seen != nullptr && seen->status) change.after = sets_of(*seen->status).value_or(change.after);
    change.after.frozen = false;
    change.after.told = now.time - journal.open->origin;
    if (change.from.empty() || change.from == change.to) {
        change.loss = {"", true};
    } else {
        change.loss = loss_of(change.before, looked ? change.after : ServerSets{});
        if (seen != nullptr && seen->status) add_given_up(change.loss, seen->status->drain_lost);
        // Until the new one served, the old one may have acknowledged.
        if (looked && acknowledging && served)
            change.loss.acknowledged = all_acknowledged(state, *acknowledging, change.to, *served, now.time);
    }
    journal.open.reset();
    write(std::move(change));
}

void Look::write(WriterChange&& change) {
    change.number = ++journal.number;
    effects.push_back(Log{LogLevel::info,
                          "the change of the writer is in the journal",
                          {{"event", "recorded"},
                           {"record", std::to_string(change.number)},
                           {"kind", std::string(word(change.kind))},
                           {"from", change.from},
                           {"to", change.to},
                           {"lost", change.loss.gtids.value_or("unknown")},
                           {"complete", change.loss.complete ? "yes" : "when " + change.from + " is seen"}}});
    effects.push_back(AppendJournal{entry_line(change), true});
    journal.add(std::move(change));
}

void Look::note_under_way() {
    WriterChange& change = journal.open->change;
    change.number = ++journal.number;
    effects.push_back(AppendJournal{entry_line(ChangeUnderWay{change}), false});
}

}  // namespace

void begin_journal(State& state, const std::vector<std::string>& lines, Now now, Effects& effects) {
    JournalState& journal = state.journal;
    std::size_t wrong = 0;
    std::string why;
    std::optional<WriterChange> open;
    for (const auto& line : lines) {
        auto entry = parse_entry(line);
        if (!entry) {
            ++wrong;
            why = entry.error().message;
            continue;
        }
        if (auto* change = std::get_if<WriterChange>(&*entry)) {
            journal.number = std::max(journal.number, change->number);
            open.reset();
            journal.add(std::move(*change));
        } else if (auto* under_way = std::get_if<ChangeUnderWay>(&*entry)) {
            journal.number = std::max(journal.number, under_way->change.number);
            open = std::move(under_way->change);
        } else if (const auto* settled = std::get_if<Settlement>(&*entry)) {
            journal.number = std::max(journal.number, settled->number);
            journal.settle(*settled);
        } else if (auto* decision = std::get_if<LateDecision>(&*entry)) {
            journal.number = std::max(journal.number, decision->number);
            journal.add(std::move(*decision));
        }
    }
    if (wrong > 0) {
        effects.push_back(Log{LogLevel::warning,
                              "lines of the journal make no sense and are left out",
                              {{"lines", std::to_string(wrong)}, {"reason", why}}});
    }
    if (!open) return;
    // Both clocks ran on; the wall clock is what the process before left us.
    const auto& before = open->timeline;
    const Duration since =
        std::max(before.empty() ? Duration{0} : before.back().at, Duration(now.wall.since_epoch - open->at));
    OpenChange again{std::move(*open), now.time - since, std::nullopt};
    WriterChange& change = again.change;
    if (!change.to.empty()) {
        journal.writer = change.to;
        journal.epoch = change.epoch_after;
        again.served = now.time;
    }
    // Once it is in service only its account is awaited, which is no part of what the change took.
    if (change.to.empty() && change.timeline.size() < kMostSteps)
        change.timeline.push_back({"monitor_restarted", "", since});
    journal.open = std::move(again);
}

void watch_writer(const Config& config, State& state, Now now, Effects& effects) {
    Look look{config, state, now, effects};
    if (state.journal.open) look.follow();
    if (!state.journal.open) look.begin_if_gone();
    settle_accounts(state, now, effects);
}

}  // namespace mmm::monitor

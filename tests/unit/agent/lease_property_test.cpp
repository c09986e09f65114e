#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "core/agent/leases.hpp"
#include "core/agent/step.hpp"
#include "core/lease/settings.hpp"
#include "tests/unit/agent/five_hosts.hpp"

using namespace mmm;
using namespace mmm::agent;
using test::reader_slot;
using test::writer_slot;
using namespace std::chrono_literals;

namespace {

/// What was seen to happen, so that no run is a success for lack of it.
struct Seen {
    int puts = 0;
    int writables = 0;
    int promises = 0;
    int votes = 0;
    int releases = 0;
    int resumed = 0;
    int own_proposals = 0;
};

/// db2 among voters, a monitor and a disk that do as they like. What it may do is judged by what they were seen to say
/// and what the disk has, never by the agent's own state.
class LeaseChaos {
  public:
    LeaseChaos(unsigned seed, Seen& seen) : seen_(seen), random_(seed) {
        disk_.settled = true;
        begin();
    }

    void step() {
        now_ += Duration{draw(150) == 0 ? draw(4000) : draw(60)};
        if (draw(400) == 0) return begin();
        take(drawn_event());
    }

  private:
    struct Round {
        std::map<Slot, lease::Epoch> slots;
        std::set<HostName> votes;
    };

    unsigned draw(unsigned below) { return static_cast<unsigned>(random_() % below); }
    bool coin() { return draw(2) == 0; }
    Slot drawn_slot() { return coin() ? writer_slot() : reader_slot(); }

    /// The process ends at any moment, also while the record is being written, and another begins.
    void begin() {
        if (pending_ && coin()) disk_ = *pending_;
        pending_.reset();
        state_ = initial("db2", now_, "test");
        Started started{on_};
        started.record = lease::record_text({"db2", "db2", disk_});
        started.noted = noted_;
        started.nonce = ++nonce_;
        sequence_ = 0;
        take(started);
        seen_.resumed += static_cast<int>(state_.leases.holder.slots.size());
    }

    void take(const Event& event) {
        contact_before_.clear();
        for (const auto& slot : {writer_slot(), reader_slot()})
            if (by_contact(slot)) contact_before_.insert(slot);
        const bool began = !std::holds_alternative<Started>(event);
        const lease::Record before = state_.leases.voter.record;
        for (const auto& effect : agent_step(config_, state_, event, Now{now_, {}})) std::visit(*this, effect);
        for (const auto& [slot, record] : state_.leases.voter.record.slots) {
            const bool given_up = before.of(slot).relinquished < record.relinquished;
            if (given_up && began && state_.leases.in_use) CHECK_FALSE(state_.addresses.present.contains(slot));
        }
    }

    Event drawn_event() {
        if (draw(250) == 0) {
            monitor_away_ = !monitor_away_;
            return LinkClosed{"cut"};
        }
        switch (monitor_away_ ? 5 + draw(12) : draw(17)) {
            case 0:
                sequence_ = 0;
                return LinkOpened{};
            case 1:
                return drawn_order();
            case 2:
                return drawn_request();
            case 3:
            case 4:
                return drawn_grant();
            case 5:
            case 6:
            case 7:
            case 8:
                return drawn_support();
            case 9:
                return draw(6) == 0 ? drawn_renewal() : monitor_away_ ? Event{PeerHeard{"db3"}} : Event{MonitorHeard{}};
            case 10:
                return AddressesSeen{on_};
            case 11:
                return drawn_look();
            case 12:
                return TaskDone{state_.last_task, draw(8) == 0 ? Result<std::string>{fail(Code::timeout, "no")} : "",
                                "0-1-1"};
            case 13:
            case 14:
                return saved();
            case 15:
                return drawn_promise();
            default:
                return Tick{};
        }
    }

    Event drawn_order() {
        proto::Order order;
        order.sequence = ++sequence_;
        order.state = HostState::online;
        order.leases = draw(30) != 0;
        for (const auto& slot : {writer_slot(), reader_slot()}) {
            if (draw(8) != 0) order.slots[slot] = 1;
        }
        return OrderReceived{order};
    }
    Event drawn_request() {
        const Slot slot = drawn_slot();
        if (draw(6) == 0) counter_ += draw(3);
        lease::PromiseRequest request{slot, {counter_, "monitor"}, draw(5) == 0 ? "db3" : "db2", hash_};
        if (draw(6) == 0) request.regrant_of = {draw(static_cast<unsigned>(counter_) + 1), "db1"};
        return LeaseHeard{lease::kMonitor, request};
    }
    Event drawn_grant() {
        const lease::Nonce nonce = draw(10) == 0 ? nonce_ - 1 : nonce_;
        const auto counter = draw(4) == 0 ? counter_ - draw(2) : counter_;
        return LeaseHeard{lease::kMonitor, lease::Grant{"db2", drawn_slot(), {counter, "monitor"}, nonce, hash_}};
    }
    Event drawn_support() {
        if (rounds_.empty()) return Tick{};
        const auto back = std::min<std::size_t>(draw(3), rounds_.size() - 1);
        auto& [sent, round] = *std::prev(rounds_.end(), static_cast<std::ptrdiff_t>(back) + 1);
        static const std::vector<HostName> kVoters{"db1", "db3", "db4", "monitor"};
        const HostName voter = kVoters[draw(4)];
        lease::Support support{voter, "db2", sent, round.slots};
        support.nonce = nonce_;
        round.votes.insert(voter);
        return LeaseHeard{voter, support};
    }
    Event drawn_renewal() {
        return LeaseHeard{
            "db1", lease::Renewal{"db1", now_, hash_, {{drawn_slot(), {counter_ + draw(2), "monitor"}}}, nonce_}};
    }
    Event drawn_promise() {
        if (asked_.empty()) return Tick{};
        const auto& [slot, epoch] = *asked_.begin();
        lease::PromiseReply reply{coin() ? "db1" : "db3", slot, epoch};
        reply.last = {false, {}, {}, 10s};
        return LeaseHeard{reply.voter, reply};
    }
    Event drawn_look() {
        ServerSeen seen;
        seen.server = draw(10) == 0 ? static_cast<proto::Server>(draw(4)) : proto::Server::up;
        seen.read_only = coin();
        return seen;
    }
    Event saved() {
        if (!pending_) return Tick{};
        const bool ok = draw(6) != 0;
        if (ok) disk_ = *pending_;
        pending_.reset();
        return RecordSaved{ok, ok ? "" : "no space left on device"};
    }

    /// Until when a majority was seen to support the slot; with the agent's own vote two others are one.
    Time lease_end(const Slot& slot) const {
        Time end{};
        for (const auto& [sent, round] : rounds_) {
            if (round.votes.size() >= 2 && round.slots.contains(slot)) end = sent + config_.lease;
        }
        return end;
    }
    bool by_contact(const Slot& slot) const { return contact_rules(state_) || state_.leases.by_contact.contains(slot); }

  public:
    void operator()(const PutAddress& put) {
        on_.insert(put.slot);
        // The last vote for the first lease may be its own, at the end of the step.
        const bool put_by_contact = by_contact(put.slot) || contact_before_.contains(put.slot);
        CHECK((put.kill_at || put_by_contact));
        if (!put.kill_at) {
            CHECK(now_ < state_.contact.hold_until);
            return;
        }
        ++seen_.puts;
        CHECK(now_ < lease_end(put.slot));
        CHECK(now_ + put.lifetime <= lease_end(put.slot) + 1s);
        CHECK(*put.kill_at == now_ + 200ms);
    }
    void operator()(const RemoveAddress& removed) { on_.erase(removed.slot); }
    void operator()(const StartTask& started) {
        if (!std::holds_alternative<SetWritable>(started.task)) return;
        CHECK(state_.granted.contains(writer_slot()));
        if (by_contact(writer_slot()) || contact_before_.contains(writer_slot())) {
            CHECK(now_ < state_.contact.hold_until);
            return;
        }
        ++seen_.writables;
        CHECK(now_ < lease_end(writer_slot()));
        CHECK(started.deadline <= lease_end(writer_slot()));
    }
    void operator()(const SaveRecord& save) {
        CHECK_FALSE(pending_);
        pending_ = lease::parse_record(save.text).value().record;
    }
    void operator()(const NoteLeases& note) { noted_ = note.noted; }
    void operator()(const SendStatus& sent) {
        for (const auto& [slot, release] : sent.status.lease.released) {
            CHECK(release.relinquished <= disk_.of(slot).relinquished);
            CHECK(release.promised <= disk_.of(slot).promised);
            CHECK_FALSE(state_.addresses.present.contains(slot));
            given_up_[slot] = std::max(given_up_[slot], release.relinquished);
            if (release.relinquished) ++seen_.releases;
        }
    }
    void operator()(const SendLease& sent) { std::visit(*this, sent.message); }
    void operator()(const lease::Renewal& renewal) {
        for (const auto& [slot, epoch] : renewal.slots) {
            CHECK(epoch == disk_.of(slot).accepted);
            CHECK(epoch > given_up_[slot]);
        }
        // One round may be in two parts.
        rounds_[renewal.sent].slots.insert(renewal.slots.begin(), renewal.slots.end());
        if (rounds_.size() > 40) rounds_.erase(rounds_.begin());
    }
    void operator()(const lease::Support& support) {
        for (const auto& [slot, epoch] : support.slots) {
            CHECK(epoch <= disk_.of(slot).supported);
            CHECK(epoch <= disk_.of(slot).promised);
            ++seen_.votes;
        }
    }
    void operator()(const lease::PromiseReply& reply) {
        if (reply.refusal != lease::Refusal::none) return;
        CHECK(reply.epoch <= disk_.of(reply.slot).promised);
        ++seen_.promises;
    }
    void operator()(const lease::PromiseRequest& request) {
        CHECK(request.epoch.counter <= disk_.of(request.slot).highest);
        asked_ = {{request.slot, request.epoch}};
        ++seen_.own_proposals;
    }
    template <class Other>
    void operator()(const Other&) {}

  private:
    Seen& seen_;
    std::mt19937 random_;
    const config::Config config_ = test::five_hosts();
    const lease::VotersHash hash_ = lease::voters_of(config_).hash();
    State state_;
    Time now_{1000s};
    lease::Nonce nonce_ = 0;
    std::uint64_t sequence_ = 0;
    std::uint64_t counter_ = 1;
    lease::Record disk_;
    std::optional<lease::Record> pending_;
    std::map<Slot, lease::Noted> noted_;
    bool monitor_away_ = false;
    Slots on_;
    Slots contact_before_;
    std::map<Time, Round> rounds_;
    std::map<Slot, lease::Epoch> asked_;
    std::map<Slot, lease::Epoch> given_up_;
};

}  // namespace

TEST_CASE("no sequence of events holds beyond a lease, or tells what isn't on the disk") {
    Seen seen;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        LeaseChaos chaos(seed, seen);
        for (int i = 0; i < 2500; ++i) chaos.step();
    }
    CAPTURE(seen.puts, seen.writables, seen.promises, seen.votes, seen.releases, seen.resumed, seen.own_proposals);
    CHECK(seen.puts > 300);
    CHECK(seen.writables > 100);
    CHECK(seen.promises > 300);
    CHECK(seen.votes > 500);
    CHECK(seen.releases > 500);
    CHECK(seen.resumed > 10);
    CHECK(seen.own_proposals > 100);
}

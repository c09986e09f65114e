#pragma once

#include "core/lease/settings.hpp"
#include "core/monitor/hindrance.hpp"
#include "core/monitor/leases.hpp"
#include "core/monitor/proposals.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

namespace mmm::monitor::test {

/// The epoch of that counter, as a monitor proposes it.
inline lease::Epoch epoch(std::uint64_t counter) {
    return {counter, "monitor-0000abcd"};
}

/// The cluster in good order, with every role held by a lease that all five voters support.
inline State leased(const Config& config) {
    State state = good_order(config);
    LeaseState& own = state.lease;
    lease::Record record;
    record.settled = true;
    for (const auto& [slot, slot_record] : state.slots) {
        const lease::Epoch held = epoch(slot_record.epoch);
        record.slots[slot] = {held, held, {}, {}, held.counter};
    }
    own.begun = true;
    own.proposer = "monitor-0000abcd";
    own.timing = lease::timing_of(config);
    own.voter = lease::start_voter(lease::kMonitor, lease::voters_of(config), record, 1, kStart - 600s, own.timing);
    own.saved = own.voter.record;
    for (auto& [name, host] : state.hosts) {
        host.by_lease = true;
        host.status->lease.voters = own.voter.voters.hash();
        host.order = proto::Order{};
        host.order->leases = host.order_accepted = true;
        for (const auto& [slot, slot_record] : state.slots) {
            host.status->lease.supported[slot] = {true, epoch(slot_record.epoch), slot_record.holder, 100ms};
            own.voter.life.supported[slot] = {epoch(slot_record.epoch), slot_record.holder, kStart - 100ms};
            if (slot_record.holder != name) continue;
            host.status->lease.held[slot] = {epoch(slot_record.epoch), true, 1800ms, own.voter.voters.names};
        }
    }
    return state;
}

/// `host` reports no more of the slot, as it does when it let go.
inline void gives_up(State& state, const HostName& host, const Slot& slot) {
    auto& status = *state.hosts.at(host).status;
    status.present.erase(slot);
    status.granted.erase(slot);
    status.lease.held.erase(slot);
    status.writer = proto::WriterPhase::none;
    status.lease.released[slot] = {epoch(state.slots.at(slot).epoch), epoch(state.slots.at(slot).epoch)};
    state.slots.at(slot).maybe_held.erase(host);
}

/// Assigns the writer, which db1 gave up, to db2.
inline void moves_to_db2(State& state) {
    SlotRecord& record = state.slots.at(kWriter);
    gives_up(state, "db1", kWriter);
    record.holder = "db2";
    record.granted_to.clear();
    record.since = kStart - 1s;
}

/// A voter's promise, or its refusal, of what is asked for now.
inline lease::PromiseReply reply(const State& state, const HostName& voter,
                                 lease::Refusal refusal = lease::Refusal::none, std::uint64_t highest = 0) {
    const auto& request = state.slots.at(kWriter).attempt.value().proposal.request;
    return {voter, kWriter, request.epoch, refusal, highest, {true, epoch(7), "db1", 100ms}, 5};
}

}  // namespace mmm::monitor::test

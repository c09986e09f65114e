#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/lease/holder.hpp"
#include "core/lease/settings.hpp"
#include "core/lease/voter.hpp"
#include "core/proto/status.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

namespace mmm::monitor::test {

/// A fake host's part in the lease protocol, by the real rules of core/lease: its vote, what it was granted, what it
/// sends. Its record is on the disk at once.
class LeaseAgent {
  public:
    struct Datagram {
        HostName to;
        lease::Message message;
    };

    LeaseAgent(HostName self, const Config& config)
        : self_(std::move(self)), voters_(lease::voters_of(config)), timing_(lease::timing_of(config)) {}

    std::deque<Datagram> outbox;              ///< datagrams on their way
    std::deque<lease::PromiseReply> replies;  ///< for the monitor's link
    std::optional<lease::Record> disk;        ///< nothing: the file is lost, as the next process will find out
    bool other_voters = false;                ///< its configuration has another list
    bool loses_grants = false;                ///< they never arrive
    Slots by_contact;                         ///< held without a lease
    std::map<Slot, Time> lasts_until;         ///< the kernel's lifetime of each address that a lease put

    /// A process begins. Returns which of the addresses that it finds go on by their lease.
    Slots start(const Slots& present, Time now) {
        lease::Voters voters = voters_;
        if (other_voters) voters.names.insert("another");
        voter_ = lease::start_voter(self_, voters, disk, ++nonce_, now, timing_);
        holder_ = lease::Holder{self_, voters, {}};
        outbox.clear();
        replies.clear();
        supporters_.clear();
        Slots kept;
        for (const auto& slot : present) {
            const auto until = lasts_until.find(slot);
            if (until == lasts_until.end()) continue;
            if (lease::resume(holder_, voter_, slot, until->second - now, now, timing_)) kept.insert(slot);
        }
        return kept;
    }
    /// What comes over the monitor's link.
    void take(const lease::Message& message, Time now) {
        if (const auto* request = std::get_if<lease::PromiseRequest>(&message))
            replies.push_back(lease::promise(voter_, *request, now).reply);
        const auto* grant = std::get_if<lease::Grant>(&message);
        if (grant != nullptr && !loses_grants) (void)lease::accept(holder_, voter_, *grant, now, timing_);
    }
    /// A datagram; returns the answer to a round of renewals.
    std::optional<lease::Support> hear(const lease::Message& message, Time now) {
        if (const auto* renewal = std::get_if<lease::Renewal>(&message))
            return lease::support(voter_, *renewal, now).reply;
        if (const auto* support = std::get_if<lease::Support>(&message)) {
            for (const auto& [slot, epoch] : support->slots) supporters_[slot][support->voter] = now;
            for (const auto& slot : lease::count(holder_, voter_, *support, now, timing_)) {
                by_contact.erase(slot);
                lasts_until[slot] = holder_.slots.at(slot).lease_end.value() + 1s;
            }
        }
        return std::nullopt;
    }
    /// Ends what is over. Returns the slots whose address has to go.
    Slots lapse(Time now) {
        (void)lease::settle(voter_, now);
        return lease::lapse(holder_, voter_, now);
    }
    /// A round to all voters, every other step.
    void renew(Time now) {
        if (now < round_at_) return;
        round_at_ = now + 200ms;
        const auto round = lease::renewal(holder_, voter_, now, timing_);
        if (!round) return;
        for (const auto& name : voters_.all()) outbox.push_back({name, *round});
    }
    /// What it may serve of what it was ordered.
    [[nodiscard]] std::map<Slot, Epoch> served(const std::map<Slot, Epoch>& ordered) const {
        std::map<Slot, Epoch> slots;
        for (const auto& [slot, epoch] : ordered) {
            const auto held = holder_.slots.find(slot);
            if (held != holder_.slots.end() && held->second.lease_end) slots[slot] = held->second.epoch.counter;
            if (by_contact.contains(slot)) slots[slot] = 0;
        }
        return slots;
    }
    /// Gives up for good what isn't ordered any more and is gone.
    void relinquish(const std::map<Slot, Epoch>& ordered, const Slots& present) {
        std::erase_if(by_contact, [&](const Slot& slot) { return !ordered.contains(slot); });
        for (const auto& [slot, record] : lease::Record(voter_.record).slots) {
            const bool gone = !ordered.contains(slot) && !present.contains(slot);
            if (gone && record.accepted > record.relinquished) (void)lease::relinquish(holder_, voter_, slot);
        }
    }
    /// An order without leases came.
    void hold_by_contact(const std::map<Slot, Epoch>& ordered) {
        relinquish({}, {});
        for (const auto& [slot, epoch] : ordered) by_contact.insert(slot);
    }
    /// The end of an address's lifetime; nothing if contact alone keeps it on.
    [[nodiscard]] std::optional<Time> lasts(const Slot& slot) const {
        const auto until = lasts_until.find(slot);
        if (until == lasts_until.end() || by_contact.contains(slot)) return std::nullopt;
        return until->second;
    }
    void save() { disk = voter_.record; }
    [[nodiscard]] lease::Report report(Time now) const {
        lease::Report report;
        report.by_contact = by_contact;
        report.voters = voter_.voters.hash();
        if (voter_.life.silent_until) report.silent_for = std::max(Duration{0}, *voter_.life.silent_until - now);
        for (const auto& [slot, held] : holder_.slots) {
            lease::HeldReport& told = report.held[slot];
            told.epoch = held.epoch;
            told.leased = held.leased;
            if (held.lease_end) told.left = std::max(Duration{0}, *held.lease_end - now);
            const auto supporters = supporters_.find(slot);
            if (supporters == supporters_.end()) continue;
            for (const auto& [name, when] : supporters->second)
                if (now - when <= timing_.lease) told.supporters.insert(name);
        }
        for (const auto& [slot, record] : voter_.record.slots)
            if (!holder_.slots.contains(slot)) report.released[slot] = {record.relinquished, record.promised};
        for (const auto& [slot, supported] : voter_.life.supported)
            report.supported[slot] = {true, supported.epoch, supported.holder, now - supported.at};
        return report;
    }
    /// Does it hold, or ask for, the slot?
    [[nodiscard]] bool holds(const Slot& slot) const { return holder_.slots.contains(slot); }

  private:
    HostName self_;
    lease::Voters voters_;
    lease::Timing timing_;
    lease::Voter voter_;
    lease::Holder holder_;
    lease::Nonce nonce_ = 0;
    Time round_at_{};
    std::map<Slot, std::map<HostName, Time>> supporters_;
};

/// A report without what changes all the time: what else differs is news.
inline proto::AgentStatus without_ages(proto::AgentStatus status) {
    status.uptime = Duration{0};
    status.lease.silent_for = std::min(status.lease.silent_for, Duration{1});
    for (auto& [slot, held] : status.lease.held) held.left = std::min(held.left, Duration{1});
    for (auto& [slot, supported] : status.lease.supported) supported.age = Duration{0};
    return status;
}

}  // namespace mmm::monitor::test

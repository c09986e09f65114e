#pragma once

#include "core/lease/holder.hpp"
#include "core/lease/proposer.hpp"
#include "core/lease/regrant.hpp"
#include "core/lease/voter.hpp"

namespace mmm::test {

/// db1, db2 and the monitor, all running since long, nothing ever granted; each save is kept as on disk.
struct ThreeVoters {
    lease::Timing timing;
    Time now{Duration{1'000'000}};
    Slot slot{"writer", Address::v4({192, 168, 10, 128})};
    lease::Voters voters{{"db1", "db2", "monitor"}};
    std::map<HostName, lease::Voter> voter;
    std::map<HostName, lease::Record> disk;
    std::map<HostName, lease::Holder> holder;

    ThreeVoters() {
        for (const auto& name : voters.names) {
            disk[name].settled = true;
            start(name, now - std::chrono::hours(1));
        }
    }
    void pass(Duration time) { now += time; }
    /// Starts the process of a host (again), from its disk.
    void start(const HostName& name, Time at) {
        const lease::Nonce nonce = voter.contains(name) ? voter.at(name).life.nonce + 1 : 100 * name.size();
        voter.insert_or_assign(name, lease::start_voter(name, voters, disk.at(name), nonce, at, timing));
        holder.insert_or_assign(name, lease::Holder{name, voters, {}});
    }
    void restart(const HostName& name) { start(name, now); }
    /// The process starts without its state file.
    void lose_state(const HostName& name) {
        disk[name] = {};
        voter.insert_or_assign(name, lease::start_voter(name, voters, std::nullopt, 77, now, timing));
        holder.insert_or_assign(name, lease::Holder{name, voters, {}});
    }

    lease::PromiseRequest request(std::uint64_t counter, const HostName& target,
                                  const HostName& proposer = "monitor") const {
        return {slot, {counter, proposer}, target, voters.hash()};
    }
    lease::PromiseReply promise(const HostName& name, const lease::PromiseRequest& request) {
        auto answer = lease::promise(voter.at(name), request, now);
        if (answer.save) disk[name] = voter.at(name).record;
        return answer.reply;
    }
    lease::Support support(const HostName& name, const lease::Renewal& renewal) {
        auto answer = lease::support(voter.at(name), renewal, now);
        if (answer.save) disk[name] = voter.at(name).record;
        return answer.reply;
    }
    lease::Renewal renewal_of(const HostName& name, std::uint64_t counter, const HostName& proposer = "monitor") const {
        return {name, now, voters.hash(), {{slot, {counter, proposer}}}};
    }
    lease::Proposal proposal(std::uint64_t counter, const HostName& target) const {
        return {request(counter, target), voters};
    }
    lease::GrantRefusal accept(const HostName& name, const lease::Grant& grant) {
        const auto accepted = lease::accept(holder.at(name), voter.at(name), grant, now, timing);
        if (accepted.save) disk[name] = voter.at(name).record;
        return accepted.refusal;
    }
    /// One round of a host, answered by those named; true if it made the lease longer.
    bool renew(const HostName& name, const std::set<HostName>& answering) {
        const auto round = lease::renewal(holder.at(name), voter.at(name), now, timing);
        if (!round) return false;
        bool longer = false;
        for (const auto& other : answering) {
            const auto answer = support(other, *round);
            longer = !lease::count(holder.at(name), voter.at(name), answer, now, timing).empty() || longer;
        }
        return longer;
    }
    /// The whole way: asks everybody and grants, whatever is left of an older lease. True if the grant was accepted.
    bool give(const HostName& name, std::uint64_t counter) {
        auto attempt = proposal(counter, name);
        for (const auto& each : {name, HostName("db1"), HostName("db2"), HostName("monitor")})
            take(attempt, promise(each, attempt.request), now);
        return accept(name, lease::grant(attempt)) == lease::GrantRefusal::none;
    }
    /// db1 holds the slot at epoch 1, with a lease from now.
    static ThreeVoters db1_holds() {
        ThreeVoters cluster;
        cluster.give("db1", 1);
        cluster.renew("db1", {"db1", "db2", "monitor"});
        return cluster;
    }
    [[nodiscard]] const lease::Held* held(const HostName& name) const {
        const auto found = holder.at(name).slots.find(slot);
        return found == holder.at(name).slots.end() ? nullptr : &found->second;
    }
    bool lapse(const HostName& name) { return !lease::lapse(holder.at(name), voter.at(name), now).empty(); }
    [[nodiscard]] std::optional<lease::AddressTerm> term(const HostName& name) const {
        return lease::term(holder.at(name), voter.at(name), slot, now, timing);
    }
};

}  // namespace mmm::test

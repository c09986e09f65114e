#include "core/lease/settings.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace mmm::lease {

namespace {

/// A lease has so many rounds of renewals at least, so that losing a few moves nothing.
constexpr int kRounds = 8;
/// A promise becomes a lease within X, which leaves two seconds for asking: a lost round must not take them all.
constexpr Duration kSlowestRounds{1000};

constexpr unsigned kLeaseShift = 32;
constexpr std::uint64_t kHold = std::uint64_t{1} << 31U;

std::string listed(const std::set<HostName>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// How many names are on one of the lists only.
std::size_t difference(const std::set<HostName>& one, const std::set<HostName>& other) {
    std::vector<HostName> names;
    std::set_symmetric_difference(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(names));
    return names.size();
}

std::set<HostName> default_voters(const config::Config& config) {
    std::set<HostName> names{kMonitor};
    for (const HostMode mode : {HostMode::master, HostMode::slave}) {
        for (const auto& [name, host] : config.hosts) {
            if (host.mode == mode && names.size() < kMostVoters) names.insert(name);
        }
    }
    return names;
}

}  // namespace

Timing timing_of(const config::Config& config) {
    Timing timing;
    timing.lease = config.lease;
    timing.renew_every = std::min<Duration>(config.lease / kRounds, kSlowestRounds);
    timing.drift_ppm = config.drift.ppm;
    timing.on_loss = config.quorum.on_loss == config::OnLoss::hold ? OnLoss::hold : OnLoss::demote;
    return timing;
}

Voters voters_of(const config::Config& config) {
    Voters voters;
    voters.names = config.quorum.voters.empty()
                       ? default_voters(config)
                       : std::set<HostName>(config.quorum.voters.begin(), config.quorum.voters.end());
    // Whoever reckons with another lease must not be counted (rule 22): its waiting would be too short.
    voters.settings = static_cast<std::uint64_t>(config.lease.count()) << kLeaseShift | config.drift.ppm;
    if (config.quorum.on_loss == config::OnLoss::hold) voters.settings |= kHold;
    return voters;
}

Change change_of(const std::optional<Record>& record, const Voters& configured, const Timing& timing) {
    Change change{configured, Duration{0}, ""};
    if (!record || !record->voters) return change;
    const Voters& old = *record->voters;
    if (difference(old.names, configured.names) > 1) {
        change.voters.names = old.names;
        change.note = "the list of voters differs from the one in force (" + listed(old.names) +
                      ") by more than one; that one stays. Change one at a time, on all hosts; or stop all agents and "
                      "the monitor, and remove their lease records";
    } else if (old.names != configured.names) {
        change.note = "the list of voters is another than before: " + listed(configured.names);
    }
    if (old.settings != configured.settings) {
        Timing longer = timing;
        longer.lease =
            std::max<Duration>(timing.lease, Duration{static_cast<Duration::rep>(old.settings >> kLeaseShift)});
        change.silence = longer.silence();
        if (!change.note.empty()) change.note += "; ";
        change.note += "lease, drift or on_loss is another than before: this host neither votes nor holds for " +
                       std::to_string(change.silence.count()) + " ms";
    }
    return change;
}

Voter start_changed(HostName self, const Change& change, std::optional<Record> record, Nonce nonce, Time now,
                    const Timing& timing) {
    Voter voter = start_voter(std::move(self), change.voters, std::move(record), nonce, now, timing);
    if (change.silence > Duration{0}) {
        silence(voter, change.silence, now);
    } else if (voter.record.voters) {
        voter.record.voters = change.voters;
    }
    return voter;
}

void note_voters(Voter& voter) {
    if (voter.record.settled) voter.record.voters = voter.voters;
}

bool survives_one(const Voters& voters) {
    return std::all_of(voters.names.begin(), voters.names.end(), [&](const HostName& away) {
        std::set<HostName> others = voters.names;
        others.erase(away);
        return voters.majority(others);
    });
}

}  // namespace mmm::lease

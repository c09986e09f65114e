#pragma once

#include <string>

#include "core/model/gtid.hpp"
#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// What comes of comparing what a host has with what the writer has.
struct Comparison {
    enum class Verdict {
        none,     ///< nothing to compare: it is the writer, there is none, or an agent of version 1 tells nothing
        pending,  ///< not possible yet: somebody hasn't told, or the writer isn't there yet
        unknown,  ///< a server can't tell what it has, which is never the same as nothing
        extra,    ///< it has transactions that the writer lacks
        clean,    ///< the writer has all of it
    };
    Verdict verdict = Verdict::none;
    std::string why{};  ///< for people, unless it is clean or none
    GtidSet extra{};
};

/// Compares as of now. Transactions that the writer wrote itself don't count, because its word may be older than the
/// host's; nor does what a slave wrote itself: that is local, and nobody replicates from it; nor what came to a host by
/// channels beside this cluster's: of domains or servers that the writer has no trace of.
Comparison compare_with_writer(const Config& config, const State& state, const HostName& host);

/// Is the host back, and kept out for no other reason than that the one that is to be the writer isn't it yet?
bool awaits_writer(const Config& config, const State& state, const HostName& host, Time now);

/// Takes the comparison into the host's record: what keeps it out (held_back), whether it is quarantined, and all that
/// it has too much. Says in the log when that begins.
void judge_divergence(const Config& config, State& state, const HostName& host, Time now, Effects& effects);

/// May this host not be told to replicate from the writer, because it could take in or lose something unasked? An empty
/// text: it may. For a host that may hold the writer role replication is stopped meanwhile.
std::string why_not_replicating(const Config& config, const State& state, const HostName& host);

/// Why an operator's set_online is refused: the transactions that the host has too much, and what can be done; empty:
/// it isn't refused for that.
std::string why_not_online(const Config& config, const State& state, const HostName& host, Now now);

/// What an operator can do about a quarantined host, in a sentence.
std::string way_out_of_quarantine(const State& state, const HostName& host, Now now);

}  // namespace mmm::monitor

#pragma once

#include <optional>
#include <set>
#include <string>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// What semi-synchronous replication proves of a writer that is lost.
struct SemiSyncProof {
    std::string why_not;           ///< empty: it proves something
    std::set<HostName> receivers;  ///< together they have received all that the writer acknowledged to its clients
};

/// Whoever has all that these hosts have received (each of them, or one that is shown to contain the others) has every
/// commit that the lost writer acknowledged. That holds only if commits waited for an acknowledgement when it was last
/// heard, at wait point AFTER_SYNC (else others saw rows first), if each acknowledging replica is a host of ours that
/// says so itself, and if it can't have fallen back since: between its last word and `lost`, the moment until which it
/// may have acknowledged anything, less time passed than it waits before falling back.
SemiSyncProof semi_sync_proof(const State& state, const HostName& writer, Time lost);

/// What there is to remember of a writer while it is in service; nothing: semi-synchronous replication proves nothing.
std::optional<Acknowledging> acknowledging_of(const State& state, const HostName& writer);

/// The receivers, if the new writer is shown to have all that each of them has, so that nothing is missing there that
/// the old one had acknowledged; else nobody. `lost`: as with semi_sync_proof().
std::set<HostName> all_acknowledged(const State& state, const Acknowledging& old, const HostName& writer, Time lost,
                                    Time now);

/// Would its loss now leave nothing acknowledged behind? Empty: yes; else why not.
std::string why_no_semi_sync_proof(const State& state, const HostName& writer);

}  // namespace mmm::monitor

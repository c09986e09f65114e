#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "core/base/time.hpp"
#include "core/model/host.hpp"
#include "core/model/role.hpp"

namespace mmm::monitor {

/// What happened to the writer role.
enum class ChangeKind {
    failover,      ///< its host failed
    planned,       ///< an operator's wish, or a preference
    given_up,      ///< a planned move that wasn't done in time: the old writer goes on
    resumed,       ///< nobody served for a while, and then the same host again
    self_regrant,  ///< the holder asked the voters for itself, while no monitor did
    first,         ///< nobody had it before
    found,         ///< it changed, or began, while this monitor didn't look
};

/// One moment of a change: what became true then, of which host.
struct ChangeStep {
    std::string what;  ///< a word, see docs/wire.md
    HostName host;
    Duration at{0};  ///< since the first sign
    bool operator==(const ChangeStep&) const = default;
};

/// What a host's server said that it has.
struct ServerSets {
    std::string position;  ///< AgentStatus::position; empty: unknown
    std::string history;   ///< AgentStatus::history; empty: unknown
    std::uint32_t server_id = 0;
    bool frozen = false;             ///< it took no writes any more: `position` is where they ended
    std::string server_uuid{};       ///< MySQL; empty: unknown
    std::optional<Duration> told{};  ///< since the first sign, negative before it; nothing: not known
    bool operator==(const ServerSets&) const = default;
};

/// What the new writer lacks of what the old one committed.
struct Loss {
    std::optional<std::string> gtids{};  ///< known to be lacking; empty: nothing; none: the two couldn't be compared
    bool complete = false;               ///< false: the old host has to be seen before there can be no more
    /// By semi-synchronous replication these hosts received all that the old writer acknowledged to its clients, and
    /// the new one has all of it; empty: nothing proves that.
    std::set<HostName> acknowledged{};
    bool operator==(const Loss&) const = default;
};

/// The old host was seen again and compared with the writer: an amendment to the record with this number.
struct Settlement {
    std::uint64_t number = 0;  ///< its own
    std::uint64_t of = 0;      ///< the record's
    std::chrono::seconds at{0};
    HostName host;  ///< that was seen
    std::string gtids;
    bool operator==(const Settlement&) const = default;
};

/// An operator's word on transactions that a host has and the writer lacks, or what became of it.
struct LateDecision {
    enum class What {
        accept_loss,  ///< they are given up
        take_late,    ///< the writer may pull them
        taken,        ///< it has them all
        given_up,     ///< it can't take them
        rebuilt,      ///< they were given up, and the host has none of them any more
    };
    std::uint64_t number = 0;  ///< its own
    std::chrono::seconds at{0};
    What what = What::accept_loss;
    HostName host;
    HostName writer;       ///< at that time
    std::string who;       ///< where the operator's command came from; empty: nobody's command
    std::string gtids;     ///< as GtidSet writes them
    std::string reason{};  ///< with given_up: why
    bool operator==(const LateDecision&) const = default;
};

/// The record of one change of the writer. While it is under way `to` is empty; then it serves, and its account is due.
struct WriterChange {
    std::uint64_t number = 0;    ///< rises by one with each entry of the journal
    std::chrono::seconds at{0};  ///< wall-clock time of the first sign, since 1970 UTC
    ChangeKind kind = ChangeKind::failover;
    std::string reason;
    HostName from;  ///< empty: nobody before, as far as is known
    HostName to;
    Epoch epoch_before = 0;
    Epoch epoch_after = 0;
    bool by_lease = false;  ///< what held it: a lease, or contact
    std::string proof;      ///< why the old host can't have had it any more; empty: nothing was needed or seen
    std::vector<ChangeStep> timeline;
    ServerSets before;
    ServerSets after;
    Loss loss;
    std::optional<Settlement> settled{};
    bool operator==(const WriterChange&) const = default;
};

/// A change that isn't done: what is known so far, so that a restarted monitor can end it.
struct ChangeUnderWay {
    WriterChange change;
    bool operator==(const ChangeUnderWay&) const = default;
};

/// One line of the journal.
using JournalEntry = std::variant<WriterChange, ChangeUnderWay, Settlement, LateDecision>;

}  // namespace mmm::monitor

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "core/monitor/change.hpp"

namespace mmm::monitor {

/// So many records are kept at hand for `history`.
inline constexpr std::size_t kMostRecords = 100;
/// So many old hosts are waited for; with more the oldest is given up, and its record stays unsettled.
inline constexpr std::size_t kMostAccounts = 32;

/// What semi-synchronous replication proved of the writer when its server was heard last.
struct Acknowledging {
    std::set<HostName> receivers;  ///< together they received all that it acknowledged to its clients
    Time heard{};
    Duration timeout{0};  ///< after such a wait it falls back
    bool operator==(const Acknowledging&) const = default;
};

/// A change of the writer on its way into the journal.
struct OpenChange {
    WriterChange change;
    Time origin{};                 ///< the first sign
    std::optional<Time> served{};  ///< `change.to` is in service since; its account is due a moment later
    std::optional<Acknowledging> acknowledging{};  ///< of the old writer
    bool operator==(const OpenChange&) const = default;
};

/// A record that waits for its old host to be seen.
struct OpenAccount {
    std::uint64_t of = 0;
    HostName host;
    std::optional<Time> seen_since{};  ///< its server answers, takes no writes and says what it has
    bool operator==(const OpenAccount&) const = default;
};

/// The journal of the writer's changes: what was written last, and what is to be.
struct JournalState {
    std::uint64_t number = 0;  ///< of the last entry
    HostName writer;           ///< the one in service by the last record (or the one under way)
    Epoch epoch = 0;           ///< at which it was
    bool in_service = false;   ///< this process saw it there
    ServerSets last;           ///< what the writer said last that it has
    Time last_told{};
    std::optional<Acknowledging> acknowledging{};  ///< nothing: it proves nothing
    std::optional<OpenChange> open;
    std::vector<OpenAccount> accounts;
    std::deque<WriterChange> records;    ///< oldest first
    std::deque<LateDecision> decisions;  ///< oldest first
    bool operator==(const JournalState&) const = default;

    /// The record is among the last ones, and its old host waited for if need be.
    void add(WriterChange record);
    /// The amendment becomes part of its record, if that is still at hand.
    void settle(const Settlement& settled);
    void add(LateDecision decision);
    /// The last one about that host that is at hand, or null.
    [[nodiscard]] const LateDecision* last_decision(const HostName& host) const;
};

}  // namespace mmm::monitor

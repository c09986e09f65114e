#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/model/host.hpp"
#include "core/model/role.hpp"

namespace mmm::proto {

/// What replication on a host shall do.
enum class Replication {
    leave,  ///< as it is
    run,    ///< replicate from `source`
    stop,   ///< both threads stopped (ADMIN_OFFLINE)
};

/// Is the writer to stop writes because its role is about to move? It keeps role and address meanwhile.
enum class Freeze {
    no,
    careful,  ///< only if it can be seen to succeed
    forced,   ///< by an operator's word: what would refuse it is tried all the same
};

/// Longer positions (MySQL's, of many servers and gaps) aren't waited for in this way: an agent's line has its bounds.
inline constexpr std::size_t kMaxAwait = 3000;

/// What a new writer does that hasn't applied all it received at the end of drain_timeout.
enum class LateDrain {
    configured,  ///< as the agent's configuration says
    wait,        ///< applies on, and gives nothing up: the move can be undone, or an operator wants it so
    promote,     ///< an operator's word: becomes writable with what is applied, and lists the rest
};

/// What the monitor wants of one agent: absolute ("you hold exactly these slots"), so that it can be repeated freely.
struct Order {
    std::uint64_t sequence = 0;  ///< rises with each order sent; the agent reports the last it accepted
    HostState state = HostState::unknown;
    std::map<Slot, Epoch> slots;  ///< exactly these; anything else is let go
    HostName active_master;       ///< who is writable; empty: nobody
    Replication replication = Replication::leave;
    HostName source;  ///< with Replication::run: whom to replicate from; empty: keep the source there is
    /// For a new writer: the old writer's last GTID position, to be reached before it becomes writable.
    /// Empty: apply all that was received.
    std::string catch_up;
    /// For a new writer: the host that `catch_up` is of and that may have what never arrived here; without `catch_up`
    /// the host whose server is asked for its position itself, if it answers.
    HostName catch_up_from;
    std::string fetch;        ///< for a new writer: the position of a slave that has more; empty: none is known to
    HostName fetch_from;      ///< that slave, to be replicated from until its position is reached
    bool was_writer = false;  ///< no other host was in service as the writer since this one was
    LateDrain late_drain = LateDrain::configured;
    /// No other agent of version 2 is there to be heard: echoes of other hosts count as contact, and the monitor takes
    /// this agent's silence for no proof.
    bool alone = false;
    /// Slots are held by leases alone: `slots` says which this host may have, and a grant of its own comes for each.
    bool leases = false;
    Freeze freeze = Freeze::no;  ///< for the writer
    /// For the host that is to take the role over: a position of the writer's, to be told when it is applied here.
    /// Empty: nothing.
    std::string await{};
    /// MariaDB: with `await`, the last transactions that the writer itself wrote, to be in this host's history too.
    std::string await_history{};
    /// Transactions that only this host has, as GtidSet writes them: they are read from its binary log, and what was
    /// read is told by LOSSES. Empty: nothing.
    std::string losses{};

    bool operator==(const Order&) const = default;
    /// Equal in all but the sequence.
    [[nodiscard]] bool same_content(const Order& other) const {
        Order copy = other;
        copy.sequence = sequence;
        return copy == *this;
    }
};

}  // namespace mmm::proto

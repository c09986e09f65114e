#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/model/check.hpp"
#include "core/monitor/effect.hpp"
#include "core/monitor/journal_state.hpp"
#include "core/monitor/lease_state.hpp"
#include "core/proto/order.hpp"
#include "core/proto/read_losses.hpp"
#include "core/proto/status.hpp"

namespace mmm::monitor {

using config::Config;
using config::MonitorMode;

/// One check of one host over time. `good` is the verdict: it falls after `trap_period` of failures and rises with
/// the first success.
struct CheckRecord {
    bool seen = false;
    bool good = false;
    Outcome last = Outcome::unknown;
    std::optional<Time> failing_since;
    Time reported{};
    Time changed{};  ///< when the verdict changed
    std::string message;
    std::optional<Time> timed_out{};               ///< last time that it got no answer
    std::optional<std::chrono::seconds> behind{};  ///< rep_backlog: how far, as last known
    bool operator==(const CheckRecord&) const = default;
};

/// What is to become of the transactions that a host has and the writer lacks, by an operator's word. It is about these
/// and no others.
struct LossDecision {
    enum class Kind {
        accept_loss,  ///< they are lost; the host waits to be cloned
        take_late,    ///< the writer pulls them
        taken,        ///< it did, and is to stop replicating from that host
        given_up,     ///< it can't take them, and is to stop
    };
    Kind kind = Kind::accept_loss;
    std::string gtids;            ///< as GtidSet writes them
    std::optional<Time> begun{};  ///< with take_late: the writer was told and took the order, since then
    bool operator==(const LossDecision&) const = default;
};

/// All that is known of one host.
struct HostRecord {
    HostState state = HostState::unknown;
    Time since{};              ///< in this state
    std::string reason;        ///< why it is in this state, for people
    std::string held_back;     ///< why it isn't back although its checks may be fine; empty: nothing is in its way
    bool returning = false;    ///< was HARD_OFFLINE since it was last ONLINE, so it is compared with the writer
    bool quarantined = false;  ///< kept out because of what that showed, or couldn't show
    std::string extra{};       ///< transactions that it has and the writer lacks, all of them, as GtidSet writes them
    std::optional<Time> extra_since{};
    std::optional<LossDecision> decision{};     ///< what is to become of these
    std::optional<proto::ReadLosses> losses{};  ///< what its agent read of them
    std::map<CheckKind, CheckRecord> checks;
    std::string errant;           ///< transactions of its own that the writer lacks, as GTIDs; seen while there is one
    std::string errant_accepted;  ///< those that an operator put up with, by move_role --force
    std::optional<Time> errant_since{};
    ReplicationSetup setup;  ///< of its server, as last seen

    bool version1 = false;  ///< its agent speaks version 1 only: holds what it has for ever, and says little
    bool version2 = false;  ///< its agent spoke version 2 on some link, of an earlier monitor's maybe
    bool alone = false;  ///< it was told that nobody else of version 2 is there, and may hold by echoes (Order::alone)
    bool no_leases = false;  ///< its agent speaks version 2 and takes no part in leases
    /// It was seen to hold nothing without a lease, so voters tell whether it may hold, not its silence.
    bool by_lease = false;
    bool unseen = false;                       ///< it serves, or may, and only we don't see it; see watch_unseen()
    std::optional<Time> link_lost{};           ///< last time that the link to its agent broke
    Time unable_until{};                       ///< it couldn't put an address, and gets nothing new before
    bool confirmed_dead = false;               ///< an operator said so, and nobody heard it since
    bool connected = false;                    ///< the link to its agent is up
    Time connected_at{};                       ///< since then, or the last time it was
    std::string link_problem;                  ///< why it isn't
    bool refuses = false;                      ///< the agent is there, but doesn't take our orders (yet)
    Time heard{};                              ///< last line of its agent
    Time heard_by_anyone{};                    ///< by us, or by another agent that says so
    std::optional<Time> said_up;               ///< its agent said last, and then, that mysqld answers it
    std::optional<proto::AgentStatus> status;  ///< as last said on this link
    std::optional<proto::Order> order;         ///< as last sent on this link
    bool order_accepted = false;               ///< the agent answered with that order's sequence

    Duration uptime_online{0};     ///< host's uptime when last seen ONLINE; 0: never seen
    std::vector<Time> departures;  ///< from ONLINE, not by an operator, oldest first
    bool flapping = false;
    bool kill_running = false;
    bool kill_tried = false;
    Time kill_started{};  ///< last time, with kill_tried
    bool operator==(const HostRecord&) const = default;
};

/// One slot: who shall have it, and who may still have it.
/// Asking what is on all servers, before a new writer is granted its role.
struct Canvass {
    Time since{};                 ///< begun
    std::uint64_t after = 0;      ///< number of the last order before: only words on later ones count
    std::set<HostName> looked{};  ///< whose word is there
    std::set<HostName> awaited{};
    bool operator==(const Canvass&) const = default;
};

struct SlotRecord {
    HostName holder;        ///< assigned to; empty: orphan
    HostName granted_to;    ///< whom `epoch` was given to; empty: nobody yet, or it has let go since
    HostName last_granted;  ///< the last one that was in `granted_to`; empty: nobody since this process began
    Epoch epoch = 0;
    std::set<HostName> maybe_held;          ///< hosts that may have the address now
    std::string catch_up;                   ///< writer only: position the last holder let go at; empty: unknown
    HostName catch_up_from;                 ///< writer only: the last holder, when it can't tell but its server may
    Time since{};                           ///< assigned
    std::string reason{};                   ///< why it was, for people
    std::optional<LeaseAttempt> attempt{};  ///< its grant by lease, on its way
    bool failed_before{};  ///< an attempt for this assignment came to nothing: the next ones aren't worth a line each
    std::optional<Time> lacking_since{};       ///< the holder has all but the address
    std::string fetch{};                       ///< writer only: position of a host that has more than the holder
    HostName fetch_from{};                     ///< writer only: that host; empty: none is known to have more
    proto::LateDrain late_drain{};             ///< writer only: an operator's word, for this assignment
    HostName catch_up_of{};                    ///< writer only: whose position `catch_up` is
    bool caught_up = false;                    ///< a writer was in service since, so it had all of `catch_up`
    std::map<HostName, std::string> proofs{};  ///< how each host came off `maybe_held` last
    std::optional<Canvass> canvass{};          ///< writer only: what is on all servers is being asked
    bool operator==(const SlotRecord&) const = default;
};

/// How far a planned move of the writer is. Up to `freeze` nothing is lost by giving it up: the old writer still has
/// its role.
enum class MoveStage {
    approach,  ///< nothing is stopped yet: the new writer is to apply what the old one has now
    freeze,    ///< the old one stops writes, then the new one applies the rest
    leave,     ///< the old one leaves the role, the new one is granted it
};

/// A move of the writer that an operator asked for or a preference causes: given up at its deadline.
struct PlannedMove {
    HostName from;
    HostName to;
    Time deadline;
    MoveStage stage = MoveStage::leave;
    bool forced = false;   ///< what would make it wait or fail early is tried all the same
    std::string reason{};  ///< why it is moved, for people
    std::string await{};   ///< the position that `to` is to reach; empty: not known yet
    bool operator==(const PlannedMove&) const = default;
};

/// An operator's `reload`, on its way.
struct Reload {
    std::uint64_t id = 0;  ///< of the question that is answered at its end
    std::string who;       ///< where it came from
    Time agents_read_by{};
    std::optional<Time> monitor_reads_by{};            ///< the agents' turn is over
    std::map<HostName, std::uint64_t> reads_before{};  ///< those that were told: SecurityReport::reads until then
    std::uint64_t own_reads_before = 0;
    bool operator==(const Reload&) const = default;
};

enum class Phase {
    collecting,  ///< start-up: looking, not acting
    running,
};

struct State {
    std::string version;  ///< of this program, for `show`
    Time started{};
    Time last_step{};
    Time watch_until{};  ///< after a stall: nothing is changed before
    Phase phase = Phase::collecting;
    MonitorMode mode = MonitorMode::active;
    std::string mode_reason;  ///< why it is passive, if not by an operator's wish
    bool network_seen = false;
    bool network_ok = false;
    bool network_lossy = false;                ///< checks time out on several hosts whose agents say that all is well
    std::optional<Time> network_since;         ///< fine since
    std::optional<Time> one_master_since;      ///< wait mode: one master is ONLINE since
    bool open_links = false;                   ///< nothing proves who commands, and the configuration doesn't say so
    proto::SecurityReport security{};          ///< of the monitor itself
    std::optional<Reload> reload{};            ///< an operator waits for it
    std::vector<std::string> setup_faults;     ///< what is wrong with how the masters are set up
    std::vector<std::string> server_faults{};  ///< what is wrong with servers' settings
    std::map<HostName, HostRecord> hosts;
    std::map<Slot, SlotRecord> slots;
    HostName active_master;  ///< the writer as observed: writable, address on; empty: nobody
    std::optional<PlannedMove> move;
    std::string move_failure;       ///< why the last planned move was given up; empty: it wasn't
    std::string move_failed_route;  ///< which one that was: "from db1 to db2"
    Time move_failed_at{};
    Time preference_from{};      ///< no preference moves the writer before: its last such move was given up
    std::uint64_t sequence = 0;  ///< of orders
    std::string saved;           ///< status text as last saved
    LeaseState lease;
    JournalState journal;
    bool operator==(const State&) const = default;
};

/// How long an agent that hears nobody keeps its addresses at most, 2 s, plus the kernel's whole-second lifetimes and
/// slack: after this long without a sign a host holds nothing.
inline constexpr Duration kSilentHost{4000};
/// An agent that said nothing for so long isn't given anything new.
inline constexpr Duration kAgentAway{1500};
/// The same for an agent of version 1, which answers nobody while it moves a role.
inline constexpr Duration kVersion1Away{10'000};
/// An agent of version 1 is asked every second: one that said nothing for so long gets nothing new.
inline constexpr Duration kVersion1Fresh{3000};
/// Two steps further apart than this: we were stopped or starved, and watch before we act.
inline constexpr Duration kStall{2000};
/// For so long it then watches: what arrives first may be as old as the stall.
inline constexpr Duration kWatchAfterStall{1000};

/// The state before anything is known.
State initial(const Config& config, Time now);

/// The link is up and the agent spoke lately.
inline bool agent_reachable(const HostRecord& host, Time now) {
    return host.connected && host.status.has_value() && now - host.heard < (host.version1 ? kVersion1Away : kAgentAway);
}
/// Did its agent speak on any link since this process began?
inline bool ever_heard(const State& state, const HostRecord& host) {
    return host.heard >= state.started;
}
/// No sign of the agent for so long that all its addresses are gone. An agent of version 1 keeps them for ever, and one
/// that is alone may, so their silence proves nothing.
inline bool agent_silent(const HostRecord& host, Time now) {
    return !host.version1 && !host.alone && now - host.heard_by_anyone >= kSilentHost;
}

/// Are slots held by leases alone? Not while some host's agent is known to take no part in them: then contact decides
/// for all hosts, as it does as long as no agent is known to take part.
inline bool by_leases(const State& state) {
    return state.lease.begun && std::none_of(state.hosts.begin(), state.hosts.end(), [](const auto& entry) {
               return entry.second.version1 || entry.second.no_leases;
           });
}

inline bool good(const HostRecord& host, CheckKind kind) {
    const auto found = host.checks.find(kind);
    return found != host.checks.end() && found->second.good;
}

/// The one slot of the active master role.
Slot writer_slot(const Config& config);

/// Changes a host's state, with the reason and a log line; the same state again changes nothing.
void change_state(State& state, const HostName& host, HostState to, std::string reason, Time now, Effects& effects);

}  // namespace mmm::monitor

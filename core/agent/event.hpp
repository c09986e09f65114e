#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "core/base/result.hpp"
#include "core/lease/holder.hpp"
#include "core/model/host.hpp"
#include "core/model/role.hpp"
#include "core/model/semi_sync.hpp"
#include "core/proto/order.hpp"
#include "core/proto/read_losses.hpp"
#include "core/proto/status.hpp"

namespace mmm::agent {

using TaskId = std::uint64_t;

/// The process began; `present` are the slots of this host that were found on its interfaces.
struct Started {
    Slots present;
    Slots lasting{};  ///< those whose address outlives any that version 2 puts: a version 1 agent's, most likely
    std::map<Slot, lease::Noted> noted{};  ///< leases that the process before noted, of this boot
    std::string record{};                  ///< text of the lease record's file; empty: there is none
    std::string record_problem{};          ///< why it can't be used
    lease::Nonce nonce = 0;                ///< random, new at each start
};
/// The monitor's link is up (greeting done) or gone.
struct LinkOpened {};
struct LinkClosed {
    std::string reason;
};
/// A line that isn't an order came from the monitor: it lives.
struct MonitorHeard {};
struct OrderReceived {
    proto::Order order;
};
/// A line of version 1 came; AnswerVersion1 with its `id` follows.
struct Version1Asked {
    std::uint64_t id = 0;
    std::string line;
};
/// The monitor's host or another host of the cluster answered an echo that LookAround sent.
struct EchoHeard {};
/// A datagram of another agent.
struct PeerHeard {
    HostName host;
    Duration age{0};  ///< what it says may be so old; 0 where datagrams aren't sealed, and nothing is known of that
};
/// The slots of this host that are on its interfaces now; sent after each address effect and each change in the kernel.
struct AddressesSeen {
    Slots present;
};
/// A message of the lease protocol; `from` is a host, or lease::kMonitor.
struct LeaseHeard {
    HostName from;
    lease::Message message;
};
/// The lease record is on the disk, or it couldn't be written.
struct RecordSaved {
    bool ok = false;
    std::string problem{};
};
/// Putting or removing an address failed.
struct AddressFailed {
    Slot slot;
    Error error;
};
/// What the server worker saw: sent at each change, and at least with every look (about 5 times a second).
struct ServerSeen {
    proto::Server server = proto::Server::unknown;
    std::optional<bool> read_only;
    bool clients_only = false;      ///< read_only doesn't hold for privileged users (MySQL without super_read_only)
    std::optional<Address> source;  ///< replication source
    bool io_running = false;        ///< connected, or connecting
    bool io_connected = false;
    bool sql_running = false;
    bool replication_error = false;  ///< a thread stopped by an error, not by hand
    std::string sql_problem{};       ///< what stopped the SQL thread; empty: no error did
    std::string received{};          ///< see AgentStatus
    std::string position;
    // As in AgentStatus, while the server is up.
    std::string history;
    std::string history_problem;
    std::string applied{};  ///< the history without what was only received
    std::uint32_t server_id = 0;
    std::string server_uuid;
    bool gtids = true;
    std::uint32_t io_error = 0;
    std::uint32_t sql_error = 0;
    std::string events{};   ///< event_scheduler: "ON", "OFF" or "DISABLED"; empty: not known
    bool complete = false;  ///< everything was read in this look, not only read_only
    unsigned restarts = 0;  ///< of the server since this process began
    std::string message;    ///< for people: why it isn't up, or what can't be looked at
    SemiSync semi_sync{};
    bool other_channels = false;  ///< it replicates from elsewhere too
    std::uint64_t look = 0;       ///< the last LookAtServer that came before the last complete look began
};
/// A task ended. `position`: the server's GTID position after it, where the task reads it (SetReadOnly, EndClients,
/// FreezeWrites); `history` as in AgentStatus (FreezeWrites).
struct TaskDone {
    TaskId id = 0;
    Result<std::string> outcome;  ///< a text for the log on success
    std::string position;
    std::string history{};
    proto::ReadLosses losses{};  ///< of ReadLosses
    /// GTIDs that aren't here: given up by GiveUpRest; or, where a Drain failed, all that it lacks, and nobody who has
    /// it answers.
    std::string lost{};
};
/// A Drain goes on.
struct TaskProgress {
    TaskId id = 0;
    std::uint64_t left = 0;  ///< transactions that aren't applied yet; 0: nobody can count them
    std::string what;        ///< for people
};
/// The files of [security] were read, or couldn't be.
struct SecurityRead {
    std::string in_force;   ///< as in proto::SecurityReport
    std::string problem{};  ///< why what was read before stays in force; empty: it doesn't
};
/// Time passed; at least every 100 ms.
struct Tick {
    Duration uptime{0};  ///< of the host
};
/// The program was told to end: let go of everything in order? No: keep what is held, the next process adopts it.
struct Stopping {};

using Event = std::variant<Started, LinkOpened, LinkClosed, MonitorHeard, OrderReceived, Version1Asked, EchoHeard,
                           PeerHeard, AddressesSeen, LeaseHeard, RecordSaved, AddressFailed, ServerSeen, TaskDone,
                           TaskProgress, SecurityRead, Tick, Stopping>;

}  // namespace mmm::agent

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/agent/event.hpp"
#include "core/base/time.hpp"
#include "core/lease/message.hpp"
#include "core/model/log_level.hpp"

namespace mmm::agent {

// Work for the SQL workers. Each ends with TaskDone, at its deadline at the latest, and is checked by reading back.

/// read_only=1 (and super_read_only on MySQL); a lock that is in the way is waited for `lock_wait`.
struct SetReadOnly {
    Duration lock_wait{0};
};
/// Ends clients' connections: sleeping ones at once, running statements after `grace`.
struct EndClients {
    Duration grace{0};
};
/// Stops all writes for a planned move, or changes nothing for long: looks for what would be in the way, read_only=1 as
/// above, ends clients, and then a global read lock, which stops even those that may write to a read-only server. It
/// lasts until SetWritable or Unlock, or until the worker's session ends.
struct FreezeWrites {
    Duration grace{0};    ///< for what is running
    bool forced = false;  ///< what the look finds is only told
    bool events = false;  ///< the event scheduler is stopped first
};
/// Gives the lock of FreezeWrites back.
struct Unlock {};
/// read_only=0.
struct SetWritable {};
/// Stops the I/O thread and applies what was received. With `catch_up` the I/O thread runs until that position has been
/// received, and is started for it where it was stopped, as long as `ask` answers. Then what of `fetch` isn't here is
/// replicated from `fetch_from`.
struct Drain {
    std::string catch_up;
    HostName ask{};  ///< whose position `catch_up` is; without it that host's server is asked, if it answers soon
    std::string fetch{};
    HostName fetch_from{};
    /// What a server that can't tell any more had received, it had applied before it became the writer last.
    bool was_writer = false;
    bool operator==(const Drain&) const = default;
};
/// CHANGE MASTER to `source` by GTID unless that is so already, then start both threads.
struct Replicate {
    HostName source;      ///< empty: only start the threads
    bool writer = false;  ///< this host takes writes, so its own position is ahead of its source's
};
struct StopReplication {};
/// Waits until `position` is applied here, replication running on. `history`: see Order::await_history.
struct CatchUp {
    std::string position;
    std::string history;
};
/// Lists the sessions that can write although the server is read-only, in the outcome's text; `end`: ends them.
struct ListPrivileged {
    bool end = false;
};
/// Switches the event scheduler.
struct SetEvents {
    bool on = false;
};
/// Reads transactions that only this host has from its server's binary log, as far as SQL shows them.
struct ReadLosses {
    std::string gtids;  ///< as GtidSet writes them
};
/// Writes the time into the heartbeat table, as the replication user: a server that is read-only takes none.
struct Beat {
    std::string table;  ///< "database.table"
};
/// Switches the source's side of semi-synchronous replication off: commits that wait end, as committed.
struct EndSemiSync {};

/// Stops both threads: what was received and isn't applied is thrown away, and so is what never arrived of `catch_up`
/// and `fetch`. TaskDone lists it.
struct GiveUpRest {
    std::string received;  ///< as last seen: a server may hide it once it applies by file and position
    std::string catch_up;
    std::string fetch;
};

using Task = std::variant<SetReadOnly, EndClients, FreezeWrites, Unlock, SetWritable, Drain, Replicate, StopReplication,
                          CatchUp, ListPrivileged, SetEvents, ReadLosses, Beat, EndSemiSync, GiveUpRest>;

/// Fencing never queues behind catching up, so each has a connection of its own.
enum class Worker { fence, replication, heartbeat };

struct StartTask {
    TaskId id = 0;
    Worker worker = Worker::fence;
    Task task;
    Time deadline;
};
/// Gives up on a task at once; a TaskDone that comes for it afterwards is ignored.
struct CancelTask {
    TaskId id = 0;
};
/// Adds or renews an address; the kernel removes it after `lifetime` unless renewed.
struct PutAddress {
    Slot slot;
    std::chrono::seconds lifetime{0};
    /// By a lease: a process that hasn't ended the kernel's call by then has to be dead (lease protocol, rule 16).
    std::optional<Time> kill_at{};
};
/// Destroys the TCP sockets on the address, then removes it. Removing an absent one is success.
struct RemoveAddress {
    Slot slot;
};
/// Gratuitous ARP or unsolicited neighbour advertisement.
struct Announce {
    Slot slot;
};
/// Everything about the server is read now; ServerSeen with that number or a later one follows.
struct LookAtServer {
    std::uint64_t number = 0;
};
struct SendStatus {
    proto::AgentStatus status;
};
/// What ReadLosses read, for the monitor.
struct SendLosses {
    proto::ReadLosses losses;
};
/// One line for whoever asked by version 1, unless it is gone.
struct AnswerVersion1 {
    std::uint64_t id = 0;
    std::string line;
};
/// Echo requests to the other hosts and to the version 1 monitor's; EchoHeard follows for each that answers.
struct LookAround {};
/// A datagram to every other agent: this one lives.
struct SendAlive {};
/// Replaces the file of the lease record, synced; RecordSaved follows. What depends on it is sent after that.
struct SaveRecord {
    std::string text;
};
/// Keeps for this host's next process, until the next boot, when leases end. Without a sync: losing it costs a gap
/// only.
struct NoteLeases {
    std::map<Slot, lease::Noted> noted;
};
/// Replies to promises and what else concerns the monitor's own proposals go over its link, all else by datagram.
struct SendLease {
    HostName to;  ///< a host, or lease::kMonitor
    lease::Message message;
};
/// Drops the monitor's connection with whatever it still holds unread: it may be stale.
struct CloseLink {
    std::string reason;
};
struct Log {
    LogLevel level = LogLevel::info;
    std::string message;
    std::vector<std::pair<std::string, std::string>> fields;
};

using Effect =
    std::variant<StartTask, CancelTask, PutAddress, RemoveAddress, Announce, LookAtServer, SendStatus, SendLosses,
                 AnswerVersion1, LookAround, SendAlive, SaveRecord, NoteLeases, SendLease, CloseLink, Log>;
using Effects = std::vector<Effect>;

}  // namespace mmm::agent

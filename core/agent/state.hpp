#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"
#include "core/lease/proposer.hpp"

namespace mmm::agent {

/// Who was heard, and until when what is held may be held.
struct Contact {
    Time hold_until;                 ///< last contact + kSilenceLimit; at this moment everything is let go
    Time deaf_until;                 ///< after a stall: what comes before this moment may be stale
    Time monitor_heard;              ///< last line of the monitor on this link
    std::map<HostName, Time> peers;  ///< last datagram of each other agent
    bool link_open = false;
    std::uint64_t sequence = 0;  ///< of the last order accepted on this link
    std::uint64_t look = 0;      ///< number of the LookAtServer that it caused
};

/// A monitor of version 1: it comes by, gives its whole order each time, and is gone again.
struct Version1 {
    bool in_force = false;                 ///< what is held was given by version 1
    Time heard{Duration::min() / 2};       ///< its last SET_STATUS
    bool missed = false;                   ///< it was told that the monitor doesn't come by any more
    std::optional<std::uint64_t> waiting;  ///< the SET_STATUS to be answered when it is carried out
    Time answer_by;
    Time look_at;  ///< when to send echo requests next
};

/// What was done to one wanted address, and seen of it.
struct Held {
    Time put_at;               ///< last time it was put or renewed
    Time put_until;            ///< how long it could be held then: a later end makes a renewal worthwhile
    bool seen = false;         ///< was on the interface after it was put
    Time announce_at;          ///< when to announce it next
    bool announced = false;    ///< at least once since it came
    bool announceable = true;  ///< false: adopted, and no order has confirmed it yet
};

/// A failure to put or remove an address; kept until the address is as wanted again.
struct AddressProblem {
    Time at;
    std::string text;
};

struct Addresses {
    Slots present;                  ///< as last seen on the interfaces
    std::map<Slot, Held> held;      ///< those that are wanted
    std::map<Slot, Time> removing;  ///< removal asked for then, and not yet seen to have happened
    std::map<Slot, AddressProblem> problems;
};

/// The way into the writer role and out of it, in order. proto::WriterPhase is the short form of it.
enum class WriterStep {
    none,            ///< not the writer
    adopted,         ///< the address was there at the start; whether the server is writable isn't known or not so
    drain,           ///< arriving: applies what was received
    give_up,         ///< arriving: does without what isn't applied
    make_writable,   ///< arriving: read_only=0
    open,            ///< arriving: the address was put and hasn't been seen yet
    hold,            ///< writable, and the address is on
    freeze,          ///< holding still, about to be moved: writes are being stopped
    frozen,          ///< holding still: writes are stopped, until the order says otherwise
    make_read_only,  ///< leaving: read_only=1
    end_blockers,    ///< leaving: read_only=1 waited for locks too long, their clients are ended
    end_clients,     ///< leaving: read-only now, clients are ended
    close,           ///< leaving: the address was removed and hasn't been seen gone yet
};

/// How far a drain has come.
struct DrainProgress {
    Time at;                 ///< of `left`
    std::uint64_t left = 0;  ///< transactions
    std::string text;        ///< for people; empty: nothing is known yet
    Time log_at;             ///< not in the log before
};

struct Writer {
    WriterStep step = WriterStep::none;
    Slot slot;                   ///< meaningless with WriterStep::none
    bool drained = false;        ///< everything received was applied since the host last wasn't the writer
    Time drain_until;            ///< drain_timeout is over then
    bool drain_stopped = false;  ///< it was over, and the operator's word is waited for
    DrainProgress progress{};
    std::string received{};    ///< by its replication, as last seen in this drain
    std::string lost{};        ///< GTIDs that it became writable without, until the next grant
    bool server_away = false;  ///< mysqld was gone while holding: only a living monitor's word makes it writable again
    unsigned failures = 0;     ///< of the step that is tried now
    Time retry_at;             ///< no task is started for the writer before
    bool read_only_owed = false;  ///< should be read-only, and isn't known to be
    bool was_writable = false;    ///< leaving: it may have been written to, so where it stopped matters
    bool leaving_owed = false;    ///< the debt is of a writer that left without read_only=1
    bool kept_read_only = false;  ///< was seen read-only since mysqld is up and the host isn't the writer
    std::string frozen_position;  ///< where the writer stood when it became read-only, until the next grant
    std::string problem;

    // A planned move, see writer_handover.cpp.
    Time freeze_until{};       ///< a writer that isn't moved by then takes writes again; after it left: its lock ends
    bool locked = false;       ///< the fencing session may have the global read lock
    bool gave_up = false;      ///< not again before the order was without a move
    std::string refusal{};     ///< why
    std::string privileged{};  ///< sessions that can write here although this isn't the writer
    Time privileged_at{};      ///< when to look for them next
    std::string cant_look{};   ///< why they can't be seen
    Time events_at{};          ///< no attempt at the event scheduler before
    std::string events_problem{};
};

/// Stopping replication for ADMIN_OFFLINE: done once, so that an admin may start it by hand.
enum class AdminStop { none, begun, done };

struct ReplicationState {
    bool start_wanted = false;  ///< something happened after which the threads are to be started, once
    bool revalidate = false;    ///< a master that may have been the writer must connect anew, from its own position
    bool unconfirmed = true;    ///< since the server came up, replication wasn't seen to work
    Time confirm_after;         ///< what the server shows before may be about to fail
    AdminStop admin_stop = AdminStop::none;
    bool io_stopped_by_us = false;  ///< a drain stopped the I/O thread
    Time refused_retry_at;          ///< the source refused the position: not asked again before
    /// A task was cut off: its statements may yet be carried out, after those of the next one.
    bool unsettled = false;
    std::optional<Time> settled_at;  ///< from then on a look shows what became of both
    Time source_set_until;           ///< the source was just set: until then what the server shows isn't judged
    Time retry_at;
    Duration backoff{0};
    std::string problem;
    std::string reached{};  ///< the awaited position (Order::await) that is applied here
    Time await_at{};        ///< not asked for again before
    std::string await_problem{};
};

/// The writer's row in the heartbeat table.
struct Heartbeat {
    Time due;
    std::string problem;
};

/// What was done about commits that waited for ever.
struct SemiSyncState {
    bool switched_off = false;  ///< by this agent, and not on again since
    Time retry_at;
    std::string problem;
};

struct RunningTask {
    TaskId id = 0;
    Task task;
    Time deadline;
};

/// This host's part in the lease protocol: as a voter, and as a holder of slots.
struct Leases {
    lease::Timing timing;
    lease::Voter voter;
    lease::Holder holder;
    bool in_use = true;  ///< false: the last order was one without leases
    Slots by_contact;    ///< held without a lease: found at the start, or from before the cluster used leases

    lease::Record saved;                  ///< as on the disk
    std::optional<lease::Record> saving;  ///< on its way there
    Time save_at;                         ///< saving failed: not again before
    std::string problem;                  ///< why the record can't be used or saved
    std::vector<SendLease> outbox;        ///< waits until the disk has what it rests on

    Time round_at;                                        ///< the next round of renewals
    std::map<Slot, std::map<HostName, Time>> supporters;  ///< the newest round of ours that each voter supported
    Slots losing;                                         ///< hardly anything is left of the lease
    std::optional<Time> server_gone_since;

    Time monitor_heard;                        ///< on any link
    std::map<Slot, lease::Proposal> regrants;  ///< by this host for itself
    std::map<Slot, Time> regrant_at;           ///< not before
    Time ask_at;                               ///< when to ask for promises again
};

/// The transactions that only this host has, as Order::losses names them, read from its binary log.
struct LossesState {
    std::string of;
    std::optional<proto::ReadLosses> read;  ///< what could be read; nothing: not yet
    bool told = false;                      ///< to the monitor, on this link
    Time retry_at;                          ///< not all could be read: not tried again before
};

/// When what was reported last.
struct Reporting {
    Time alive_at;                           ///< when to tell the other agents next
    Time heartbeat_at;                       ///< when to tell the monitor next, even if nothing changed
    bool due = false;                        ///< an order was accepted, or the link is new: answer now
    std::optional<proto::AgentStatus> sent;  ///< the last status sent on this link
};

/// Everything the agent knows. A plain value: copied, it can be stepped on from there.
struct State {
    HostName self;
    std::string version;
    proto::SecurityReport security{};
    Time last_step;
    bool stopping = false;

    std::optional<proto::Order> order;  ///< in force; nothing: none since the start, or void since an isolation
    std::map<Slot, Epoch> granted;      ///< slots that this host holds or is to hold
    bool ordered_once = false;          ///< any order since the start: from then on read_only is guarded
    HostState ordered_state = HostState::unknown;
    HostName ordered_active_master;
    std::string order_problem;

    ServerSeen server;       ///< as last seen; read_only only while the server is up
    Time server_settled_at;  ///< until then a look at the server may be older than a task's reading

    Duration uptime{0};
    TaskId last_task = 0;
    std::map<Worker, RunningTask> running;

    Contact contact;
    Version1 version1;
    Addresses addresses;
    Leases leases;
    Writer writer;
    ReplicationState replication;
    Heartbeat heartbeat;
    SemiSyncState semi_sync;
    LossesState losses;
    Reporting reporting;
};

/// The state before the first event (which is Started). `self` is a host of the configuration.
inline State initial(HostName self, Time now, std::string version) {
    State state;
    state.self = std::move(self);
    state.version = std::move(version);
    state.last_step = now;
    state.contact.hold_until = now;
    return state;
}

}  // namespace mmm::agent

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/base/time.hpp"
#include "core/lease/report.hpp"
#include "core/model/host.hpp"
#include "core/model/role.hpp"
#include "core/model/semi_sync.hpp"

namespace mmm::proto {

/// What the agent's own connection tells of its mysqld.
enum class Server {
    unknown,  ///< not looked yet, or the look says nothing (wrong password, too many connections)
    up,
    down,  ///< the connection broke and connecting is refused: hard evidence
    hung,  ///< no answer within the deadline
};

/// Where a host is on its way into or out of the writer role.
enum class WriterPhase {
    none,      ///< not the writer: read-only (or owing it), no writer address
    arriving,  ///< applying what was received, or being made writable
    holding,   ///< writable, and the address is on
    leaving,   ///< on the way out; the address may still be there
};

/// What became of Order::freeze.
enum class Handover {
    unsupported,  ///< an agent of an older version, which knows of no such thing
    none,
    freezing,  ///< writes are being stopped
    frozen,    ///< no write can come any more, `position` is the last
    refused,   ///< it couldn't be done, or not for longer: the server takes writes again
};

/// What a program has of the files of [security].
struct SecurityReport {
    std::uint64_t reads = 0;  ///< how often it tried to read them, the first time at its start; 0: it doesn't tell
    std::string in_force;     ///< names of keys and certificates, for people; empty: plain text
    std::string problem;      ///< why the last try changed nothing; empty: it worked

    /// One more try. `why`: as `problem`.
    void note(const std::string& now_in_force, const std::string& why) {
        ++reads;
        problem = why;
        if (why.empty()) in_force = now_in_force;
    }
    bool operator==(const SecurityReport&) const = default;
};

/// What an agent observes on its host. Sent at each change, as an answer to an order, and as a heartbeat.
struct AgentStatus {
    std::uint64_t order = 0;               ///< sequence of the last order accepted on this link; 0: none yet
    HostState state = HostState::unknown;  ///< as last ordered; unknown: never since it started
    std::map<Slot, Epoch> granted;         ///< slots as last ordered (or adopted at start, with epoch 0 when unknown)
    HostName active_master;                ///< as last ordered
    Slots present;                         ///< slots whose address is on an interface of this host now
    Server server = Server::unknown;
    std::optional<bool> read_only;  ///< as last read back; nothing: not known
    bool read_only_owed = false;    ///< should be read-only, and that could not be set yet
    WriterPhase writer = WriterPhase::none;
    std::optional<Address> source;  ///< whom it replicates from
    bool rejoining = false;         ///< since its server came up, replication wasn't seen to work yet
    std::string position;           ///< GTID position of everything in its binlog; empty: unknown
    /// All transactions that it has or was sent, as GtidSet reads them. A writer whose SQL thread doesn't run leaves
    /// out what it was only sent.
    std::string history;
    std::string history_problem;  ///< why that isn't known; empty: it is, while the server is up
    std::uint32_t server_id = 0;  ///< 0: unknown
    std::string server_uuid;      ///< MySQL; empty: unknown
    bool gtids = true;            ///< false: MySQL without gtid_mode=ON
    std::uint32_t io_error = 0;   ///< the error number that its I/O thread stopped with
    std::uint32_t sql_error = 0;  ///< the same of its SQL thread
    std::string received;         ///< what its replication received, applied or not; empty: nothing, or unknown
    bool receiving = false;       ///< its replication is connected to its source
    std::string sql_problem;      ///< what stopped its SQL thread; empty: no error did
    std::string draining;         ///< a new writer: how much of what was received is left, at which rate
    std::string drain_lost;       ///< a new writer: the GTIDs that it did without; empty: it lacks nothing it knows of
    std::set<HostName> hears;     ///< agents heard within the last second
    std::string problem;          ///< the step that fails now and why; empty: none
    Duration uptime{0};           ///< of the host
    std::string version;          ///< of the agent program
    lease::Report lease{};        ///< its part in the lease protocol
    SemiSync semi_sync{};         ///< of its server
    bool other_channels = false;  ///< its server replicates from elsewhere too
    bool looked = false;          ///< all that is said of the server was read after the last order was accepted
    Handover handover = Handover::unsupported;
    std::string refusal{};     ///< with Handover::refused: why
    std::string reached{};     ///< the awaited position that is applied here (Order::await)
    std::string privileged{};  ///< sessions that can write here although the server is read-only; empty: none known
    SecurityReport security{};
    bool version1 = false;  ///< put together from what an agent of version 1 says; never on the wire

    bool operator==(const AgentStatus&) const = default;
};

}  // namespace mmm::proto

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tests/sim/network.hpp"
#include "tests/sim/tcp.hpp"
#include "tests/sim/trace.hpp"

namespace mmm::sim {

/// The moments at which a fault is most likely to find a gap: right after a program did this.
enum class Point {
    saved,       ///< the monitor saved its status
    granted,     ///< the monitor sent an order that gives somebody a slot
    revoked,     ///< the monitor sent an order that takes a slot
    ordered,     ///< any other order
    killing,     ///< the kill command was started
    connected,   ///< an agent took the monitor's greeting
    making_ro,   ///< an agent began to set read_only=1
    ending,      ///< an agent began to end clients
    draining,    ///< an agent began to apply what was received
    making_rw,   ///< an agent began to set read_only=0
    repointing,  ///< an agent began to re-point replication
    put_writer,  ///< an agent put or renewed the writer's address
    put_reader,  ///< the same with another address
    removed,     ///< an agent removed an address
    reported,    ///< an agent sent its status
    asked,       ///< the monitor sent a request for a promise
    granting,    ///< the monitor sent a grant by lease
    promised,    ///< a host answered a request for a promise
    accepted,    ///< a host took a grant, its own or the monitor's: it has no lease yet
    leased,      ///< a host has its first lease of a grant
    released,    ///< a host gave a slot up for good
    regranting,  ///< a host asks the voters for itself
    recording,   ///< a program is about to save its lease record
    recorded,    ///< a lease record is on the disk, and the program doesn't know yet
    renewed,     ///< a holder sent a round of renewals
    supported,   ///< a voter answered one
    clock_read,  ///< an agent is about to put an address, by the clock as it was read before
    armed,       ///< the same, and its timer runs
    freezing,    ///< the writer's agent began to stop writes for a planned move
    awaiting,    ///< the agent of the host that takes the role began to wait for a position
};
inline constexpr unsigned kPoints = 30;

/// Deliberate faults of the simulated world itself: each has to be caught, or the simulator proves nothing.
enum class Plant {
    none,
    deaf_to_isolation,
    endless_addresses,
    lying_kill,
    echoing_agent,
    forgetful_disk,
    mute_monitor,
    headless_hosts,     ///< what hosts ask for themselves is lost
    idle_operator,      ///< nobody sets online what waits to be
    forgiving_monitor,  ///< the monitor forgets how often a host left service
    late_timer,         ///< no timer ends a process that was stopped before it put an address
    forgetful_voters,   ///< voters say that they supported nobody for an hour
};
inline constexpr std::array<std::string_view, 12> kPlantNames{
    "none",         "deaf-to-isolation", "endless-addresses", "lying-kill",        "echoing-agent", "forgetful-disk",
    "mute-monitor", "headless-hosts",    "idle-operator",     "forgiving-monitor", "late-timer",    "forgetful-voters"};

class Mysqld;

/// What everything in the world stands on.
struct Ground {
    Ground(std::uint64_t seed, bool tracing)
        : random(seed), trace(tracing), network(timeline, random.fork()), tcp(timeline, network) {}
    Ground(const Ground&) = delete;
    Ground& operator=(const Ground&) = delete;

    Random random;
    Timeline timeline;
    Trace trace;
    Network network;
    Tcp tcp;
    Plant plant = Plant::none;
    bool touched = true;  ///< addresses, servers or processes changed: the invariants look again
    std::array<std::function<void(Node from, const std::string&)>, kNodes> datagram_port;
    /// An address was put: looked at before the program can do anything more.
    std::function<void()> on_put = [] {};
    /// The server of `to`, if it answers who asks from `from`.
    std::function<const Mysqld*(Node from, Node to)> answering = [](Node, Node) { return nullptr; };
    /// Told of each such moment, between one effect and the next.
    std::function<void(Point, Node)> passing = [](Point, Node) {};

    template <class Text>
    void note(const std::string& who, const Text& text) {
        trace.note(timeline.time(), who, text);
    }
};

}  // namespace mmm::sim

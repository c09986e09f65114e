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
};
inline constexpr unsigned kPoints = 15;

/// Deliberate faults of the simulated world itself: each has to be caught, or the simulator proves nothing.
enum class Plant {
    none,
    deaf_to_isolation,
    endless_addresses,
    lying_kill,
    echoing_agent,
    forgetful_disk,
    mute_monitor
};
inline constexpr std::array<std::string_view, 7> kPlantNames{
    "none", "deaf-to-isolation", "endless-addresses", "lying-kill", "echoing-agent", "forgetful-disk", "mute-monitor"};

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
    /// Told of each such moment, between one effect and the next.
    std::function<void(Point, Node)> passing = [](Point, Node) {};

    template <class Text>
    void note(const std::string& who, const Text& text) {
        trace.note(timeline.time(), who, text);
    }
};

}  // namespace mmm::sim

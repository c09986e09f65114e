#include "tests/sim/steering.hpp"

namespace mmm::sim {
namespace {

/// Does the monitor pass it? All others are passed by agents.
bool is_monitors(Point point) {
    return point == Point::saved || point == Point::granted || point == Point::revoked || point == Point::ordered ||
           point == Point::killing;
}

/// Passed several times a second, so that the first few say little.
bool is_frequent(Point point) {
    return point == Point::put_writer || point == Point::put_reader || point == Point::reported;
}

}  // namespace

Steering::Steering(World& world, Faults& faults, Random random) : world_(world), faults_(faults), random_(random) {
    for (unsigned count = 1 + random_.below(3); count > 0; --count) {
        const auto point = static_cast<Point>(random_.below(kPoints));
        const unsigned passes = 1 + random_.below(is_frequent(point) ? 40 : 3);
        traps_.push_back({point, passes, static_cast<Trap::Kind>(random_.below(5))});
    }
    world_.ground.passing = [this](Point point, Node node) { pass(point, node); };
}

Steering::~Steering() {
    world_.ground.passing = [](Point, Node) {};
}

void Steering::pass(Point point, Node node) {
    for (Trap& trap : traps_) {
        if (trap.point != point || trap.passes == 0 || --trap.passes > 0) continue;
        world_.ground.note("fault", [&] { return "trap " + std::to_string(static_cast<int>(point)) + " springs"; });
        spring(trap.kind, point, node);
    }
}

void Steering::spring(Trap::Kind kind, Point point, Node node) {
    switch (kind) {
        case Trap::Kind::interrupt:
            return faults_.interrupt(is_monitors(point) ? kMonitor : node);
        case Trap::Kind::interrupt_monitor:
            return faults_.interrupt(kMonitor);
        case Trap::Kind::strike:
            return world_.ground.timeline.after(0us, [this, node] { faults_.strike(node); });
        case Trap::Kind::strike_soon:
            return world_.ground.timeline.after(random_.between(0ms, 300ms), [this, node] { faults_.strike(node); });
        case Trap::Kind::command:
            return world_.ground.timeline.after(random_.between(0ms, 20ms), [this] { faults_.command(); });
    }
}

}  // namespace mmm::sim

#include "tests/sim/steering.hpp"

#include <array>
#include <utility>

namespace mmm::sim {
namespace {

/// Does the monitor pass it? All others are passed by agents.
bool is_monitors(Point point) {
    return point == Point::saved || point == Point::granted || point == Point::revoked || point == Point::ordered ||
           point == Point::killing || point == Point::asked || point == Point::granting;
}

/// Passed several times a second, so that the first few say little.
bool is_frequent(Point point) {
    return point == Point::put_writer || point == Point::put_reader || point == Point::reported ||
           point == Point::renewed || point == Point::supported || point == Point::clock_read || point == Point::armed;
}

/// Of these a move of a slot by leases consists.
constexpr std::array kPointsOfMove{Point::asked,    Point::granting,  Point::promised, Point::accepted,  Point::leased,
                                   Point::released, Point::recording, Point::recorded, Point::regranting};

}  // namespace

Steering::Steering(World& world, Faults& faults, Schedule schedule, Random random)
    : world_(world), faults_(faults), random_(random) {
    for (unsigned count = 1 + random_.below(3); count > 0; --count) {
        auto point = static_cast<Point>(random_.below(kPoints));
        const bool of_move = schedule == Schedule::monitor || (schedule == Schedule::leases && random_.chance(50));
        if (of_move) point = kPointsOfMove.at(random_.below(kPointsOfMove.size()));
        const unsigned passes = 1 + random_.below(is_frequent(point) ? 60 : of_move ? 12 : 3);
        const unsigned kinds = schedule == Schedule::leases ? 8 : 5;
        const auto kind = schedule == Schedule::monitor ? Trap::Kind::take_monitor_away
                                                        : static_cast<Trap::Kind>(random_.below(kinds));
        traps_.push_back({point, passes, kind});
    }
    // Between reading the clock and the kernel's call: rarely met by chance.
    if (schedule == Schedule::leases && random_.chance(15))
        traps_.push_back(
            {random_.chance(50) ? Point::clock_read : Point::armed, 1 + random_.below(60), Trap::Kind::stop});
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

void Steering::after(Span span, std::function<void()> what) {
    world_.ground.timeline.after(span, [lasts = std::weak_ptr(lasts_), what = std::move(what)] {
        if (!lasts.expired()) what();
    });
}

void Steering::spring(Trap::Kind kind, Point point, Node node) {
    if (!faults_.is_there(node)) node = kMonitor;  // a second monitor was at it
    switch (kind) {
        case Trap::Kind::interrupt:
            return faults_.interrupt(is_monitors(point) ? kMonitor : node);
        case Trap::Kind::interrupt_monitor:
            return faults_.interrupt(kMonitor);
        case Trap::Kind::strike:
            return after(0us, [this, node] { faults_.strike(node); });
        case Trap::Kind::strike_soon:
            return after(random_.between(0ms, 300ms), [this, node] { faults_.strike(node); });
        case Trap::Kind::command:
            return after(random_.between(0ms, 20ms), [this] { faults_.command(); });
        case Trap::Kind::restart:
            return faults_.restart(is_monitors(point) ? kMonitor : node);
        case Trap::Kind::cut_off:
            return faults_.cut_off_for_a_lease(random_.chance(70) ? node : kMonitor);
        case Trap::Kind::stop:
            return faults_.stop_for_a_lease(is_monitors(point) ? kMonitor : node);
        case Trap::Kind::take_monitor_away:
            return faults_.take_monitor_away();
    }
}

}  // namespace mmm::sim

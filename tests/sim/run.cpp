#include "tests/sim/run.hpp"

#include "tests/sim/steering.hpp"

namespace mmm::sim {
namespace {

/// A healed cluster is in good order within this: a drain, a kill command's time-out and the start of a monitor may
/// follow each other.
constexpr Span kOrderBound = 90s;
/// It has to stay so for this long.
constexpr Span kCalm = 1s;
constexpr Span kLook = 100ms;

/// Operator at the end of all faults: sets online what waits to be, and starts what was never started.
void bring_back(World& world) {
    for (const auto& host : world.hosts) {
        const bool waits = host->agent.runs() && host->agent.state().writer.step == agent::WriterStep::drain;
        if (waits && host->server.up() && !host->server.started_since_restart) host->server.start_threads();
    }
    if (!world.monitor->runs()) return;
    const auto& state = world.monitor->state();
    if (state.phase != monitor::Phase::running) return;
    if (state.mode != config::MonitorMode::active) world.monitor->ask({"set_active"});
    std::vector<HostName> waiting;
    for (const auto& [name, host] : state.hosts) {
        if (host.state == HostState::admin_offline || host.state == HostState::awaiting_recovery)
            waiting.push_back(name);
    }
    for (const auto& name : waiting) world.monitor->ask({"set_online", name});
}

/// Lets time pass until everything is in its place and stays there.
void await_order(World& world, Span bound) {
    const Moment end = world.time() + bound;
    Span calm{0};
    unsigned looks = 0;
    while (!world.invariants.broken()) {
        world.run(world.time() + kLook);
        if (++looks % 10 == 0) bring_back(world);
        const std::string why = world.invariants.not_in_order();
        calm = why.empty() ? calm + kLook : Span{0};
        if (calm >= kCalm) return;
        if (world.time() >= end) world.invariants.never_placed(why);
    }
}

void trouble(World& world, Faults& faults, Random& random) {
    const bool steered = random.chance(50);
    const Moment end = world.time() + random.between(10s, 25s);
    std::optional<Steering> steering;
    if (steered) {
        steering.emplace(world, faults, random.fork());
        faults.provoke();
    }
    while (!world.invariants.broken() && world.time() < end) {
        world.run(std::min(end, world.time() + random.between(50ms, steered ? 8s : 3s)));
        if (world.invariants.broken()) break;
        if (steered && random.chance(40)) {
            faults.provoke();
        } else {
            faults.strike();
        }
    }
}

}  // namespace

RunResult run(const RunOptions& options) {
    Random random(options.seed * 0x9e3779b97f4a7c15U + static_cast<std::uint64_t>(options.schedule));
    World world(random.next(), options.schedule, options.plant, options.tracing);
    Faults faults(world, options.schedule, random.fork());
    await_order(world, kOrderBound);
    if (options.schedule == Schedule::monitor) world.invariants.nothing_may_move();
    trouble(world, faults, random);
    RunResult result;
    if (!world.invariants.broken()) {
        const Moment healed = world.time();
        faults.heal();
        await_order(world, kOrderBound);
        result.healing = world.time() - healed;
    }
    result.violation = world.invariants.violation();
    result.hash = world.ground.trace.hash();
    result.ended = world.time();
    if (options.tracing) result.trace = world.ground.trace.last(options.trace_span, world.time());
    return result;
}

}  // namespace mmm::sim

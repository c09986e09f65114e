#include "tests/sim/run.hpp"

#include <algorithm>

#include "tests/sim/steering.hpp"

namespace mmm::sim {
namespace {

/// A healed cluster is in good order within this: a drain, a kill command's time-out and the start of a monitor may
/// follow each other.
constexpr Span kOrderBound = 90s;
/// From the moment at which a host may ask the voters for itself until it serves: rounds of asking with pauses, a
/// drain, and mysqld.
constexpr Span kRegrant = 3s;
constexpr Span kLook = 100ms;

/// How a run divides its time.
struct Pace {
    Span least, most;    ///< so long trouble lasts
    Span longest_pause;  ///< between two faults that are steered at
    Span calm;           ///< good order has to stay for so long
};
constexpr Pace kOrdinary{10s, 25s, 8s, 1s};
constexpr Pace kBrief{3s, 9s, 3s, 300ms};

/// So many seconds an operator looks at a problem before he acts.
constexpr unsigned kPatience = 10;

/// The next writer waits for what the last one had, and it doesn't come: after a merge of two histories the position
/// may be behind that of the source although transactions before it are missing, and then nobody sends them.
bool waits_in_vain(const SimHost& host) {
    return host.agent.state().writer.step == agent::WriterStep::drain &&
           host.agent.state().writer.problem.find("no answer in time") != std::string::npos;
}

/// What stays as it is until somebody starts replication or clones a server: the limits of how agents catch up and
/// re-point, and servers that have diverged.
bool waits_for_somebody(const SimHost& host) {
    if (!host.agent.runs() || !host.server.up()) return false;
    const std::string problem = host.agent.state().writer.problem + host.agent.state().replication.problem;
    return host.server.io_error != 0 || host.server.sql_error != 0 || waits_in_vain(host) ||
           problem.find("replication wasn't started") != std::string::npos;
}

/// Starts replication. One that its source refused gets the writer's data first; while there is no writer, only the one
/// that is to be it is touched: the other master may have what it waits for.
void mend_replication(World& world, SimHost& host) {
    const auto writer = std::find_if(world.hosts.begin(), world.hosts.end(),
                                     [&](const auto& one) { return one->kernel.has(world.writer_slot()); });
    const bool arrives = host.agent.state().writer.step == agent::WriterStep::drain;
    if (writer == world.hosts.end() && !arrives) return;
    const Mysqld& from = arrives ? world.host(host.node == 0 ? 1 : 0).server : (*writer)->server;
    world.ground.note("operator", [&] { return "mends the replication of " + host.name; });
    const bool refused = host.server.io_error != 0 && host.server.diverged_from(from);
    if (refused || waits_in_vain(host)) host.server.copy(from);
    host.server.start_threads();
}

/// The word that on_drain_timeout = "stop" waits for.
void decide_drain(World& world, const SimHost& host) {
    if (!world.monitor->runs() || !host.agent.runs() || !host.agent.state().writer.drain_stopped) return;
    world.monitor->ask({"move_role", "writer", host.name});
}

/// Operator at the end of all faults: sets online what waits to be, and mends what no agent would.
void bring_back(World& world, RunResult& result) {
    for (const auto& host : world.hosts) {
        unsigned& waited = result.waited.at(host->node);
        waited = waits_for_somebody(*host) ? waited + 1 : 0;
        if (waited < kPatience) continue;
        waited = 0;
        result.operator_needed = true;
        mend_replication(world, *host);
    }
    if (!world.monitor->runs() || world.ground.plant == Plant::idle_operator) return;
    for (const auto& host : world.hosts) decide_drain(world, *host);
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
void await_order(World& world, const Pace& pace, RunResult& result) {
    const Moment end = world.time() + kOrderBound;
    Span calm{0};
    unsigned looks = 0;
    while (!world.invariants.broken()) {
        world.run(world.time() + kLook);
        if (++looks % 10 == 0) bring_back(world, result);
        const std::string why = world.invariants.not_in_order();
        calm = why.empty() ? calm + kLook : Span{0};
        if (calm >= pace.calm) return;
        if (world.time() < end) continue;
        world.invariants.never_placed(why);
        return;  // also where that rule isn't heeded
    }
}

void trouble(World& world, Faults& faults, const RunOptions& options, const Pace& pace, Random& random) {
    const Schedule schedule = options.schedule;
    const unsigned share = options.brief ? 100 : schedule == Schedule::leases ? 70 : 50;
    const bool steered = schedule != Schedule::monitor && random.chance(share);
    const Moment end = world.time() + random.between(pace.least, pace.most);
    std::optional<Steering> steering;
    if (steered) {
        steering.emplace(world, faults, schedule, random.fork());
        faults.provoke();
    }
    while (!world.invariants.broken() && world.time() < end) {
        world.run(std::min(end, world.time() + random.between(50ms, steered ? pace.longest_pause : 3s)));
        if (world.invariants.broken()) break;
        if (steered && random.chance(40)) {
            faults.provoke();
        } else {
            faults.strike();
        }
    }
}

/// Mostly the two masters alone: the fewest voters, and the quickest run.
unsigned few_hosts(Random& random) {
    const unsigned roll = random.below(100);
    return roll < 60 ? 2 : roll < 85 ? 3 : kHosts;
}

/// What the data looks like at the end: many a role waits for it.
void note_servers(World& world) {
    for (const auto& host : world.hosts) {
        const Mysqld& server = host->server;
        world.ground.note(host->name, [&] {
            std::string text = "has " + server.history() + ", last " + server.position();
            if (!server.source) return text + "; no source";
            text += "; from " + world.host(*server.source).name + ": I/O " + (server.io ? "runs" : "stopped") +
                    ", SQL " + (server.sql ? "runs" : "stopped") + ", " + std::to_string(server.relay.size()) +
                    " to apply";
            if (server.io_error != 0) text += ", error " + std::to_string(server.io_error);
            if (server.sql_error != 0) text += ", SQL error " + std::to_string(server.sql_error);
            if (!server.relay.empty()) text += ", next " + server.relay.front().text();
            return text;
        });
    }
}

/// The monitor goes away in the middle of a planned move, and nothing else happens: the hosts go on without it.
void leave_alone(World& world, Faults& faults, Random& random) {
    const lease::Timing& timing = world.lease_rules.timing();
    world.invariants.away_at_most(timing.promise_validity() + timing.wait() + kRegrant);
    Steering steering(world, faults, Schedule::monitor, random.fork());
    faults.move_writer();
    world.run(world.time() + 30s);
}

}  // namespace

RunResult run(const RunOptions& options) {
    Random random(options.seed * 0x9e3779b97f4a7c15U + static_cast<std::uint64_t>(options.schedule));
    const Pace& pace = options.brief ? kBrief : kOrdinary;
    const unsigned size = options.brief ? few_hosts(random) : kHosts;
    World world(random.next(), options.schedule, options.plant, options.tracing, size, options.brief);
    world.invariants.heed_only(options.rule);
    Faults faults(world, options.schedule, random.fork());
    RunResult result;
    await_order(world, pace, result);
    world.leases_only = world.all_lease();
    if (options.schedule == Schedule::monitor && random.chance(50)) {
        leave_alone(world, faults, random);
        world.invariants.away_at_most(kOrderBound);
    } else {
        if (options.schedule == Schedule::monitor) world.invariants.nothing_may_move();
        trouble(world, faults, options, pace, random);
    }
    if (!world.invariants.broken()) {
        const Moment healed = world.time();
        faults.heal();
        await_order(world, pace, result);
        result.healing = world.time() - healed;
    }
    result.violation = world.invariants.violation();
    note_servers(world);
    result.hash = world.ground.trace.hash();
    result.ended = world.time();
    if (options.tracing) result.trace = world.ground.trace.last(options.trace_span, world.time());
    return result;
}

}  // namespace mmm::sim

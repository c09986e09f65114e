#include "tests/sim/agent_process.hpp"

#include <utility>

#include "core/lease/record_text.hpp"
#include "core/lease/settings.hpp"
#include "core/proto/heartbeat.hpp"
#include "core/proto/lease_codec.hpp"
#include "tests/sim/describe.hpp"

namespace mmm::sim {
namespace {

constexpr Span kTick = 100ms;

}  // namespace

AgentProcess::AgentProcess(Ground& ground, const config::Config& config, const config::Host& self, Node node,
                           Kernel& kernel, Mysqld& server, const Clock& clock)
    : ground_(ground),
      config_(config),
      self_(self),
      node_(node),
      random_(ground.random.fork()),
      process_(ground.timeline, ground.random.fork()),
      kernel_(kernel),
      clock_(clock),
      port_(ground, config, self, node, process_, clock, port_handlers()),
      sql_(ground, config, self, process_, server, clock, sql_handlers()) {}

AgentPort::Handlers AgentProcess::port_handlers() {
    AgentPort::Handlers handlers;
    handlers.on_open = [this] { dispatch(agent::LinkOpened{}); };
    handlers.on_close = [this](const std::string& why) { dispatch(agent::LinkClosed{why}); };
    handlers.on_heard = [this] { dispatch(agent::MonitorHeard{}); };
    handlers.on_lease = [this](lease::Message message) {
        dispatch(agent::LeaseHeard{lease::kMonitor, std::move(message)});
    };
    handlers.on_order = [this](proto::Order order) {
        // An older program doesn't know the word.
        order.leases = order.leases && leases;
        dispatch(agent::OrderReceived{std::move(order)});
    };
    return handlers;
}

SqlThreads::Handlers AgentProcess::sql_handlers() {
    SqlThreads::Handlers handlers;
    handlers.on_seen = [this](agent::ServerSeen seen) { dispatch(std::move(seen)); };
    handlers.on_done = [this](agent::TaskDone done) { dispatch(std::move(done)); };
    handlers.on_progress = [this](agent::TaskProgress progress) { dispatch(std::move(progress)); };
    return handlers;
}

void AgentProcess::start() {
    if (process_.runs()) return;
    process_.start();
    ground_.touched = true;
    state_ = agent::initial(self_.name, time(), "sim");
    alive_ = 0;
    port_.listen(leases);
    ground_.datagram_port[node_] = [this](Node from, const std::string& text) {
        process_.hand(Source::datagram, 0, [this, from, text] { hear_datagram(from, text); });
    };
    const auto record = disk.load();
    const bool none = !record && record.error().code == Code::not_found;
    if (!record) stored_ = {};
    dispatch(agent::Started{kernel_.present(),
                            {},
                            leases ? noted : std::map<Slot, lease::Noted>{},
                            leases ? record.value_or("") : "",
                            record || none || !leases ? "" : record.error().message,
                            random_.next()});
    sql_.begin();
    on_tick();
}

void AgentProcess::hear_datagram(Node from, const std::string& text) {
    if (text.starts_with(proto::kAlive)) {
        const auto alive = proto::decode_alive(text);
        if (!alive || alive->cluster != config_.cluster) return;
        const config::Host* peer = config_.host(alive->host);
        if (peer != nullptr && peer->name != self_.name) dispatch(agent::PeerHeard{peer->name});
        return;
    }
    auto heard = proto::decode_lease_datagram(text);
    if (!leases || !heard || heard->cluster != config_.cluster) return;
    // Only the configured address counts: a second monitor is somewhere else.
    if (heard->sender == lease::kMonitor ? from != kMonitor : from >= kHosts) return;
    dispatch(agent::LeaseHeard{heard->sender, std::move(heard->message)});
}

void AgentProcess::crash() {
    if (!process_.runs()) return;
    process_.crash();
    ground_.touched = true;
    events_.clear();
    effects_.clear();
    rest_.clear();
    stepping_ = false;
    timer_runs_ = false;
    port_.stop();
    sql_.forget();
    ground_.datagram_port[node_] = nullptr;
    // After the rest: nothing of this program hears of it.
    ground_.tcp.close_all(node_);
}

void AgentProcess::thaw() {
    ground_.touched = true;
    process_.thaw([this] { carry_on(); });
}

void AgentProcess::on_tick() {
    dispatch(agent::Tick{std::chrono::duration_cast<Duration>(time().time_since_epoch())});
    if (ground_.plant == Plant::deaf_to_isolation) dispatch(agent::PeerHeard{self_.name == "db3" ? "db4" : "db3"});
    process_.after(kTick, [this] { on_tick(); });
}

void AgentProcess::addresses_changed() {
    if (process_.runs()) process_.after(100us, [this] { dispatch(agent::AddressesSeen{kernel_.present()}); });
}

void AgentProcess::dispatch(agent::Event event) {
    events_.push_back(std::move(event));
    if (stepping_) return;
    stepping_ = true;
    carry_on();
}

/// Goes on where a stop interrupted it: in the middle of an event's effects perhaps, or of one of them.
void AgentProcess::carry_on() {
    const unsigned life = process_.life();
    while (stepping_) {
        while (!rest_.empty() || !effects_.empty()) {
            if (!rest_.empty()) {
                const auto next = std::move(rest_.front());
                rest_.pop_front();
                next();
            } else {
                agent::Effect effect = std::move(effects_.front());
                effects_.pop_front();
                std::visit([this](auto& wanted) { perform(wanted); }, effect);
            }
            if (process_.life() != life || process_.frozen()) return;
        }
        if (events_.empty()) break;
        const agent::Event event = std::move(events_.front());
        events_.pop_front();
        take(event);
        if (process_.life() != life || process_.frozen()) return;
    }
    stepping_ = false;
}

void AgentProcess::take(const agent::Event& event) {
    if (ground_.trace.on()) {
        if (const auto text = describe(event); !text.empty()) ground_.note(self_.name, [&] { return text; });
    }
    auto effects = agent::agent_step(config_, state_, event, {time(), {}});
    effects_.insert(effects_.end(), std::make_move_iterator(effects.begin()), std::make_move_iterator(effects.end()));
    watch.stepped(node_);
}

}  // namespace mmm::sim

#include "tests/sim/agent_process.hpp"

#include <utility>

#include "core/proto/heartbeat.hpp"
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
    handlers.on_order = [this](proto::Order order) { dispatch(agent::OrderReceived{std::move(order)}); };
    return handlers;
}

SqlThreads::Handlers AgentProcess::sql_handlers() {
    SqlThreads::Handlers handlers;
    handlers.on_seen = [this](agent::ServerSeen seen) { dispatch(std::move(seen)); };
    handlers.on_done = [this](agent::TaskDone done) { dispatch(std::move(done)); };
    return handlers;
}

void AgentProcess::start() {
    if (process_.runs()) return;
    process_.start();
    ground_.touched = true;
    state_ = agent::initial(self_.name, time(), "sim");
    alive_ = 0;
    port_.listen();
    ground_.datagram_port[node_] = [this](Node from, const std::string& text) {
        process_.hand(Source::datagram, 0, [this, from, text] {
            const auto alive = proto::decode_alive(text);
            if (!alive || alive->cluster != config_.cluster) return;
            const config::Host* peer = config_.host(alive->host);
            if (peer == nullptr || peer->name == self_.name) return;
            (void)from;
            dispatch(agent::PeerHeard{peer->name});
        });
    };
    dispatch(agent::Started{kernel_.present(), {}});
    sql_.begin();
    on_tick();
}

void AgentProcess::crash() {
    if (!process_.runs()) return;
    process_.crash();
    ground_.touched = true;
    events_.clear();
    effects_.clear();
    stepping_ = false;
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

/// Goes on where a stop interrupted it: in the middle of an event's effects perhaps.
void AgentProcess::carry_on() {
    const unsigned life = process_.life();
    while (stepping_) {
        while (!effects_.empty()) {
            const agent::Effect effect = std::move(effects_.front());
            effects_.pop_front();
            std::visit([this](const auto& wanted) { perform(wanted); }, effect);
            if (process_.life() != life || process_.frozen()) return;
        }
        if (events_.empty()) break;
        const agent::Event event = std::move(events_.front());
        events_.pop_front();
        take(event);
    }
    stepping_ = false;
}

void AgentProcess::take(const agent::Event& event) {
    if (ground_.trace.on()) {
        if (const auto text = describe(event); !text.empty()) ground_.note(self_.name, [&] { return text; });
    }
    const auto effects = agent::agent_step(config_, state_, event, {time(), {}});
    effects_.insert(effects_.end(), effects.begin(), effects.end());
}

void AgentProcess::perform(const agent::StartTask& effect) {
    ground_.note(self_.name, [&] { return "-> " + describe(effect.task); });
    sql_.start(effect);
    constexpr std::array kPointOfTask{Point::making_ro, Point::ending,     Point::making_rw,
                                      Point::draining,  Point::repointing, Point::repointing};
    ground_.passing(kPointOfTask.at(effect.task.index()), node_);
}

void AgentProcess::perform(const agent::PutAddress& effect) {
    ground_.note(self_.name, [&] {
        return "-> put " + effect.slot.text() + " for " + std::to_string(effect.lifetime.count()) + " s";
    });
    if (!kernel_.put(effect.slot, effect.lifetime))
        dispatch(agent::AddressFailed{effect.slot, Error{Code::io, "the kernel refuses", 0}});
    ground_.touched = true;
    dispatch(agent::AddressesSeen{kernel_.present()});
    ground_.passing(config_.is_writer_slot(effect.slot) ? Point::put_writer : Point::put_reader, node_);
}

void AgentProcess::perform(const agent::RemoveAddress& effect) {
    ground_.note(self_.name, [&] { return "-> remove " + effect.slot.text(); });
    kernel_.remove(effect.slot);
    dispatch(agent::AddressesSeen{kernel_.present()});
    ground_.passing(Point::removed, node_);
}

void AgentProcess::perform(const agent::SendStatus& effect) {
    proto::AgentStatus status = effect.status;
    if (ground_.plant == Plant::echoing_agent && state_.order) {
        // What it was told, instead of what is: only what the order names is still there.
        std::erase_if(status.present, [&](const Slot& slot) { return !state_.order->slots.contains(slot); });
        if (status.writer == proto::WriterPhase::leaving) status.writer = proto::WriterPhase::none;
    }
    port_.send(status);
    ground_.passing(Point::reported, node_);
}

void AgentProcess::perform(const agent::SendAlive&) {
    const auto text = proto::encode_alive({self_.name, config_.cluster, ++alive_});
    for (Node node = 0; text && node < kHosts; ++node) {
        if (node == node_) continue;
        ground_.network.datagram(node_, node, [this, node, line = *text] {
            if (ground_.datagram_port[node]) ground_.datagram_port[node](node_, line);
        });
    }
}

void AgentProcess::perform(const agent::CloseLink& effect) {
    ground_.note(self_.name, [&] { return "-> close the link: " + effect.reason; });
    port_.drop(effect.reason);
    process_.forget(Source::datagram, 0);
}

void AgentProcess::perform(const agent::Log& effect) {
    ground_.note(self_.name, [&] { return describe(effect.level, effect.message, effect.fields); });
}

}  // namespace mmm::sim

#include "tests/sim/agent_port.hpp"

#include <utility>

#include "core/proto/greeting.hpp"
#include "core/proto/heartbeat.hpp"
#include "core/proto/lease_codec.hpp"
#include "core/proto/order_codec.hpp"
#include "core/proto/status_codec.hpp"

namespace mmm::sim {
namespace {

/// As in cmd/agent_port.cpp.
constexpr Duration kMonitorAway{1500};

}  // namespace

AgentPort::AgentPort(Ground& ground, const config::Config& config, const config::Host& self, Node node,
                     Process& process, const Clock& clock, Handlers handlers)
    : ground_(ground),
      config_(config),
      self_(self),
      node_(node),
      process_(process),
      clock_(clock),
      handlers_(std::move(handlers)) {}

void AgentPort::listen(bool leases) {
    leases_ = leases;
    ground_.tcp.listener[node_] = [this, life = process_.life()](ConnectionId id) {
        TcpHandlers handlers;
        handlers.on_line = [this, life, id](const std::string& line) {
            if (life == process_.life()) process_.hand(Source::link, id, [this, id, line] { on_line(id, line); });
        };
        handlers.on_end = [this, life, id](const std::string& reason) {
            if (life == process_.life()) process_.hand(Source::link, id, [this, id, reason] { on_close(id, reason); });
        };
        return handlers;
    };
}

void AgentPort::stop() {
    ground_.tcp.listener[node_] = nullptr;
    monitor_.reset();
    monitor_id_.clear();
}

void AgentPort::send(const proto::AgentStatus& status) {
    if (monitor_) ground_.tcp.send(*monitor_, node_, proto::encode_status(self_.name, status));
}

void AgentPort::send(const lease::Message& message) {
    if (monitor_) ground_.tcp.send(*monitor_, node_, proto::encode_lease(self_.name, message));
}

void AgentPort::drop(const std::string& reason) {
    if (!monitor_) return;
    const ConnectionId id = *monitor_;
    ground_.tcp.close(id, node_);
    process_.forget(Source::link, id);
    process_.after(
        0us, [this, id, reason] { on_close(id, reason); }, Source::link);
}

void AgentPort::on_close(ConnectionId id, const std::string& reason) {
    if (monitor_ != id) return;
    monitor_.reset();
    handlers_.on_close(reason);
}

void AgentPort::refuse(ConnectionId id, const std::string& reason) {
    ground_.note(self_.name, [&] { return "refuses a connection: " + reason; });
    ground_.tcp.send(id, node_, proto::encode_refused({self_.name, reason}));
    process_.after(50ms, [this, id] { ground_.tcp.close(id, node_); });
}

void AgentPort::on_line(ConnectionId id, const std::string& line) {
    const auto message = proto::decode(line);
    if (!message || message->host != self_.name) return refuse(id, "this is host '" + self_.name + "'");
    if (monitor_ == id) {
        monitor_heard_ = clock_.read(ground_.timeline.time());
        on_message(*message);
    } else {
        greet(id, *message);
    }
}

void AgentPort::greet(ConnectionId id, const proto::Message& message) {
    const auto hello = proto::decode_hello(message);
    if (!hello) return refuse(id, hello.error().message);
    const Time now = clock_.read(ground_.timeline.time());
    std::string current;
    if (monitor_ && now - monitor_heard_ < kMonitorAway) current = monitor_id_;
    if (const auto accepted = proto::accept_hello(*hello, self_.name, config_.cluster, current); !accepted)
        return refuse(id, accepted.error().message);
    if (monitor_) {
        const auto old = *std::exchange(monitor_, std::nullopt);
        ground_.tcp.close(old, node_);
        process_.forget(Source::link, old);
        handlers_.on_close("the monitor came again on a new connection");
    }
    monitor_ = id;
    monitor_id_ = hello->monitor_id;
    monitor_heard_ = now;
    ground_.tcp.send(id, node_, proto::encode_welcome({self_.name, "sim", leases_}));
    handlers_.on_open();
    ground_.passing(Point::connected, node_);
}

void AgentPort::on_message(const proto::Message& message) {
    if (message.type == proto::kPing) {
        const auto ping = proto::decode_ping(message);
        if (ping) ground_.tcp.send(*monitor_, node_, proto::encode_pong(*ping));
        handlers_.on_heard();
    } else if (message.type == proto::kOrder) {
        if (auto order = proto::decode_order(message)) handlers_.on_order(std::move(*order));
    } else if (proto::is_lease(message)) {
        handlers_.on_heard();
        auto heard = proto::decode_lease(message);
        if (heard && leases_) handlers_.on_lease(std::move(*heard));
    } else {
        handlers_.on_heard();
    }
}

}  // namespace mmm::sim

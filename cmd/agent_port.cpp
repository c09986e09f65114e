#include "cmd/agent_port.hpp"

#include "cmd/trusted.hpp"
#include "cmd/version.hpp"
#include "core/lease/settings.hpp"
#include "core/proto/greeting.hpp"
#include "core/proto/heartbeat.hpp"
#include "core/proto/lease_codec.hpp"
#include "core/proto/order_codec.hpp"
#include "core/proto/status_codec.hpp"
#include "core/proto/version1.hpp"
#include "net/host/boot_clock.hpp"

namespace mmm {
namespace {

/// A monitor that said nothing for so long doesn't keep another one out.
constexpr Duration kMonitorAway{1500};
/// The same for one of version 1, which comes by every 3 s.
constexpr Duration kVersion1Away{5000};
/// A monitor at an address that the configuration doesn't name, and that was silent for so long, may come from
/// elsewhere.
constexpr Duration kMonitorMoved{60'000};

}  // namespace

AgentPort::AgentPort(asio::io_context& loop, const config::Config& config, const config::Host& self, net::Logger& log,
                     Tls tls, Handlers handlers)
    : config_(config), self_(self), log_(log), handlers_(std::move(handlers)), trusted_(trusted_addresses(config)) {
    net::LineServerOptions options;
    options.ip = self.ip;
    options.port = self.agent_port;
    options.trusted = trusted_;
    options.tls = std::move(tls);
    options.plain = plain_addresses(config, {lease::kMonitor});
    net::LineServerHandlers events;
    if (!config.is_secured()) events.admits = [this](const Address& peer) { return admits(peer); };
    events.on_open = [this](net::ConnectionId id, const Address& peer) { peers_[id] = peer; };
    events.on_line = [this](net::ConnectionId id, const std::string& line) { on_line(id, line); };
    events.on_close = [this](net::ConnectionId id, const Error& reason) { on_close(id, reason.message); };
    events.on_limit = [this](const std::string& text) { log_.warning("limit of the agent port", {{"limit", text}}); };
    server_ = std::make_unique<net::LineServer>(loop, std::move(options), std::move(events));
}

Result<void> AgentPort::listen() {
    return server_->listen();
}

void AgentPort::send(const proto::AgentStatus& status) {
    if (monitor_) server_->send(*monitor_, proto::encode_status(self_.name, status));
}

void AgentPort::send(const proto::ReadLosses& losses) {
    if (monitor_) server_->send(*monitor_, proto::encode_losses(self_.name, losses));
}

void AgentPort::send(const lease::Message& message) {
    if (monitor_) server_->send(*monitor_, proto::encode_lease(self_.name, message));
}

void AgentPort::answer(std::uint64_t id, const std::string& line) {
    server_->send(id, line);
}

void AgentPort::drop(const std::string& reason) {
    if (monitor_) server_->close_now(*monitor_, reason);
}

void AgentPort::on_close(net::ConnectionId id, const std::string& reason) {
    peers_.erase(id);
    if (monitor_ != id) return;
    monitor_.reset();
    log_.warning("monitor lost", {{"reason", reason}});
    handlers_.on_close(reason);
}

bool AgentPort::admits(const Address& peer) const {
    if (trusted_.contains(peer)) return true;
    // Classic files of agents don't say where the monitor is.
    if (!config_.monitor.ip.is_unspecified() && !config_.monitor.ip.is_loopback()) return false;
    return !obeyed_ || *obeyed_ == peer || net::boot_now() - obeyed_heard_ > kMonitorMoved;
}

void AgentPort::note_orders_from(const Address& peer) {
    if (config_.is_secured() || trusted_.contains(peer)) return;
    if (obeyed_ != peer)
        log_.warning("orders are taken from an address that the configuration doesn't name; others are kept out",
                     {{"address", peer.text()}, {"remedy", "mmm keygen, and [security] key_file"}});
    obeyed_ = peer;
    obeyed_heard_ = net::boot_now();
}

void AgentPort::refuse(net::ConnectionId id, const std::string& reason) {
    log_.warning("connection refused", {{"reason", reason}});
    server_->send(id, proto::encode_refused({self_.name, reason}));
    server_->close(id, reason);
}

void AgentPort::on_line(net::ConnectionId id, const std::string& line) {
    // It was let in before another address was obeyed.
    if (!config_.is_secured() && !admits(peers_.at(id))) {
        refuse(id,
               "orders are taken from another address, and nothing but the address says who is the monitor: make a "
               "key (mmm keygen), or configure [monitor] ip");
        return;
    }
    if (proto::v1::is_request(line)) {
        // While a monitor of version 2 has the link, an order of version 1 is refused: it keeps nobody out.
        if (!monitor_ && line.starts_with(proto::v1::word(proto::v1::Command::set_status))) {
            version1_monitor_ = peers_.at(id);
            version1_heard_ = net::boot_now();
            note_orders_from(peers_.at(id));
        }
        handlers_.on_version1(id, line);
        return;
    }
    const auto message = proto::decode(line);
    if (!message || message->host != self_.name) {
        const std::string reason = message ? "this is host '" + self_.name + "'" : message.error().message;
        refuse(id, reason);
        return;
    }
    if (monitor_ == id) {
        monitor_heard_ = net::boot_now();
        if (obeyed_) obeyed_heard_ = monitor_heard_;
        on_message(*message);
    } else {
        greet(id, *message);
    }
}

void AgentPort::greet(net::ConnectionId id, const proto::Message& message) {
    if (config_.is_secured() && !server_->peer(id)) {
        refuse(id, "plain text is for version 1 here (version1_peers); the monitor's configuration lacks [security]");
        return;
    }
    const auto hello = proto::decode_hello(message);
    if (!hello) {
        refuse(id, hello.error().message);
        return;
    }
    std::string current;
    if (monitor_ && net::boot_now() - monitor_heard_ < kMonitorAway) current = monitor_id_;
    // From the same address it is that monitor's successor: a cluster has one monitor there.
    const bool replaces = version1_monitor_ == peers_.at(id);
    if (!replaces && version1_heard_ && net::boot_now() - *version1_heard_ < kVersion1Away)
        current = "of version 1, at " + version1_monitor_->text();
    if (const auto accepted = proto::accept_hello(*hello, self_.name, config_.cluster, current); !accepted) {
        refuse(id, accepted.error().message);
        return;
    }
    if (monitor_) {
        const auto old = *std::exchange(monitor_, std::nullopt);
        server_->close_now(old, "the monitor came again on a new connection");
        handlers_.on_close("the monitor came again on a new connection");
    }
    note_orders_from(peers_.at(id));
    monitor_ = id;
    monitor_id_ = hello->monitor_id;
    monitor_heard_ = net::boot_now();
    server_->mark_greeted(id);
    server_->send(id, proto::encode_welcome({self_.name, short_version(), true}));
    log_.info("monitor connected", {{"version", hello->version}});
    handlers_.on_open(peers_.at(id));
}

void AgentPort::on_message(const proto::Message& message) {
    if (message.type == proto::kPing) {
        const auto ping = proto::decode_ping(message);
        if (ping) server_->send(*monitor_, proto::encode_pong(*ping));
        handlers_.on_heard();
        return;
    }
    if (proto::is_lease(message)) {
        auto heard = proto::decode_lease(message);
        handlers_.on_heard();
        if (heard) {
            handlers_.on_lease(std::move(*heard));
        } else {
            log_.error("message about leases makes no sense and is ignored", {{"reason", heard.error().message}});
        }
        return;
    }
    if (message.type == proto::kReload) {
        handlers_.on_heard();
        handlers_.on_reload();
        return;
    }
    if (message.type != proto::kOrder) {
        log_.debug("message of an unknown type ignored", {{"type", message.type}});
        handlers_.on_heard();
        return;
    }
    auto order = proto::decode_order(message);
    if (!order) {
        log_.error("order makes no sense and is ignored", {{"reason", order.error().message}});
        return;
    }
    handlers_.on_order(std::move(*order));
}

}  // namespace mmm

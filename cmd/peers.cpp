#include "cmd/peers.hpp"

#include "core/proto/heartbeat.hpp"

namespace mmm {

Peers::Peers(asio::io_context& loop, const config::Config& config, const config::Host& self, net::Logger& log,
             std::function<void(const HostName&)> on_heard)
    : loop_(loop), config_(config), self_(self), log_(log), on_heard_(std::move(on_heard)) {}

Result<void> Peers::listen() {
    socket_ = std::make_unique<net::DatagramSocket>(
        loop_, [this](const Address& from, const std::string& text) { on_datagram(from, text); });
    return socket_->open(self_.ip, self_.agent_port);
}

void Peers::send_alive() {
    const auto text = proto::encode_alive({self_.name, config_.cluster, ++counter_});
    if (!text) return;
    for (const auto& [name, host] : config_.hosts) {
        if (name != self_.name) (void)socket_->send_to(host.ip, host.agent_port, *text);
    }
}

void Peers::drain() {
    socket_->drain();
}

void Peers::on_datagram(const Address& from, const std::string& text) {
    const auto alive = proto::decode_alive(text);
    const config::Host* peer = alive ? config_.host(alive->host) : nullptr;
    // Only from where that host is: a stranger's word must not keep anything alive.
    if (peer == nullptr || peer->ip != from || alive->cluster != config_.cluster || peer->name == self_.name) {
        log_.debug("datagram of a stranger ignored", {{"from", from.text()}});
        return;
    }
    on_heard_(peer->name);
}

}  // namespace mmm

#include "cmd/peers.hpp"

#include "cmd/random_id.hpp"
#include "core/proto/heartbeat.hpp"
#include "net/host/boot_clock.hpp"

namespace mmm {

Peers::Peers(asio::io_context& loop, const config::Config& config, const config::Host& self, net::Logger& log,
             OnHeard on_heard, Datagrams::OnLease on_lease)
    : config_(config),
      self_(self),
      log_(log),
      on_heard_(std::move(on_heard)),
      datagrams_(
          loop, config, self.name, log, [this](const Address& from, const std::string& text) { on_text(from, text); },
          std::move(on_lease)),
      exchange_(random_id()) {}

Result<void> Peers::listen() {
    return datagrams_.listen(self_.ip, self_.agent_port);
}

void Peers::send_alive() {
    ++counter_;
    exchange_.begin_round(net::boot_now());
    for (const auto& [name, host] : config_.hosts) {
        if (name == self_.name) continue;
        const auto text =
            proto::encode_alive(datagrams_.sealed() ? exchange_.datagram(self_.name, config_.cluster, name)
                                                    : proto::Alive{self_.name, config_.cluster, counter_});
        if (text) datagrams_.send(name, *text);
    }
}

void Peers::on_text(const Address& from, const std::string& text) {
    const auto alive = proto::decode_alive(text);
    const config::Host* peer = alive ? config_.host(alive->host) : nullptr;
    // Only from where that host is: a stranger's word must not keep anything alive.
    if (peer == nullptr || peer->ip != from || alive->cluster != config_.cluster || peer->name == self_.name) {
        log_.debug("datagram of a stranger ignored", {{"from", from.text()}});
        return;
    }
    if (!datagrams_.sealed()) return on_heard_(peer->name, Duration{0});
    const auto verdict = exchange_.take(*alive, net::boot_now());
    if (verdict.kind == proto::AliveExchange::Kind::fresh) on_heard_(peer->name, verdict.age);
}

}  // namespace mmm

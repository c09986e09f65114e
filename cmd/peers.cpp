#include "cmd/peers.hpp"

#include <algorithm>

#include "cmd/random_id.hpp"
#include "core/proto/heartbeat.hpp"
#include "net/host/boot_clock.hpp"

namespace mmm {
namespace {

constexpr Duration kTellAgain{60'000};

}  // namespace

Peers::Peers(asio::io_context& loop, const config::Config& config, const config::Host& self, net::Logger& log,
             OnHeard on_heard)
    : loop_(loop), config_(config), self_(self), log_(log), on_heard_(std::move(on_heard)), exchange_(random_id()) {
    take_keys();
}

void Peers::take_keys() {
    const auto& keys = config_.security.keys;
    sealer_ = keys.empty() ? nullptr : std::make_unique<const net::Sealer>(keys);
    if (keys.empty()) return;
    log_.info("datagrams are sealed",
              {{"key", keys.front().name}, {"also_taken", keys.size() > 1 ? keys[1].name : ""}});
}

Result<void> Peers::listen() {
    socket_ = std::make_unique<net::DatagramSocket>(
        loop_, [this](const Address& from, const std::string& datagram) { on_datagram(from, datagram); });
    return socket_->open(self_.ip, self_.agent_port);
}

void Peers::send_alive() {
    ++counter_;
    exchange_.begin_round(net::boot_now());
    for (const auto& [name, host] : config_.hosts) {
        if (name == self_.name) continue;
        auto datagram = proto::encode_alive(sealer_ ? exchange_.datagram(self_.name, config_.cluster, name)
                                                    : proto::Alive{self_.name, config_.cluster, counter_});
        if (datagram && sealer_) datagram = sealer_->seal(*datagram);
        if (datagram) (void)socket_->send_to(host.ip, host.agent_port, *datagram);
    }
}

void Peers::drain() {
    socket_->drain();
}

void Peers::on_datagram(const Address& from, const std::string& datagram) {
    const auto text = opened(from, datagram);
    if (!text) return;
    const auto alive = proto::decode_alive(*text);
    const config::Host* peer = alive ? config_.host(alive->host) : nullptr;
    // Only from where that host is: a stranger's word must not keep anything alive.
    if (peer == nullptr || peer->ip != from || alive->cluster != config_.cluster || peer->name == self_.name) {
        log_.debug("datagram of a stranger ignored", {{"from", from.text()}});
        return;
    }
    if (!sealer_) return on_heard_(peer->name, Duration{0});
    const auto verdict = exchange_.take(*alive, net::boot_now());
    if (verdict.kind == proto::AliveExchange::Kind::fresh) on_heard_(peer->name, verdict.age);
}

std::optional<std::string> Peers::opened(const Address& from, const std::string& datagram) {
    if (sealer_) {
        auto text = sealer_->open(datagram);
        if (text) return std::move(*text);
        tell_ignored(from, text.error().code, text.error().message);
        return std::nullopt;
    }
    if (!net::looks_sealed(datagram)) return datagram;
    tell_ignored(from, Code::unsupported,
                 "it is sealed with a cluster key, but the configuration here has no key_file");
    return std::nullopt;
}

void Peers::tell_ignored(const Address& from, Code kind, const std::string& reason) {
    const auto known = std::find_if(config_.hosts.begin(), config_.hosts.end(),
                                    [&](const auto& each) { return each.second.ip == from; });
    const HostName name = known == config_.hosts.end() ? "" : known->first;
    const Time now = net::boot_now();
    const auto [last, first_time] = told_.try_emplace({name, kind}, now);
    if (!first_time && now - last->second < kTellAgain) return;
    last->second = now;
    log_.warning("datagram ignored",
                 {{"host", name.empty() ? "none of ours" : name}, {"from", from.text()}, {"reason", reason}});
}

}  // namespace mmm

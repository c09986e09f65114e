#include "cmd/datagrams.hpp"

#include <algorithm>

#include "core/lease/settings.hpp"
#include "core/proto/lease_codec.hpp"
#include "net/host/boot_clock.hpp"

namespace mmm {
namespace {

constexpr Duration kTellAgain{60'000};

/// An address that means something else on each machine.
bool is_elsewhere(const Address& ip) {
    return !ip.is_unspecified() && !ip.is_loopback();
}

}  // namespace

Datagrams::Datagrams(asio::io_context& loop, const config::Config& config, HostName self, net::Logger& log,
                     OnText on_text, OnLease on_lease)
    : loop_(loop),
      config_(config),
      self_(std::move(self)),
      log_(log),
      on_text_(std::move(on_text)),
      on_lease_(std::move(on_lease)) {
    take_keys();
}

void Datagrams::take_keys() {
    const auto& keys = config_.security.keys;
    sealer_ = keys.empty() ? nullptr : std::make_unique<const net::Sealer>(keys);
    if (keys.empty()) return;
    log_.info("datagrams are sealed",
              {{"key", keys.front().name}, {"also_taken", keys.size() > 1 ? keys[1].name : ""}});
}

Result<void> Datagrams::listen(const Address& ip, std::uint16_t port) {
    socket_ = std::make_unique<net::DatagramSocket>(
        loop_, [this](const Address& from, const std::string& datagram) { on_datagram(from, datagram); });
    auto opened = socket_->open(ip, port);
    if (opened) keep_strangers_out();
    return opened;
}

void Datagrams::know_monitor(const Address& ip) {
    if (monitor_link_) return;
    monitor_link_ = ip;
    if (socket_) keep_strangers_out();
}

void Datagrams::keep_strangers_out() {
    std::set<Address> senders;
    for (const auto& [name, host] : config_.hosts)
        if (name != self_) senders.insert(host.ip);
    if (const auto monitor = endpoint(lease::kMonitor); monitor && self_ != lease::kMonitor)
        senders.insert(monitor->first);
    if (const auto done = socket_->receive_only_from(senders); !done)
        log_.warning("datagrams of strangers are read before they are ignored", {{"reason", done.error().message}});
}

std::optional<std::pair<Address, std::uint16_t>> Datagrams::endpoint(const HostName& name) const {
    if (const config::Host* host = config_.host(name)) return std::pair{host->ip, host->agent_port};
    if (name != lease::kMonitor) return std::nullopt;
    if (is_elsewhere(config_.monitor.ip)) return std::pair{config_.monitor.ip, config_.monitor.port};
    if (monitor_link_) return std::pair{*monitor_link_, config_.monitor.port};
    if (config_.monitor.ip.is_loopback()) return std::pair{config_.monitor.ip, config_.monitor.port};
    return std::nullopt;
}

bool Datagrams::is_from(const HostName& name, const Address& from) const {
    const auto known = endpoint(name);
    return known && known->first == from;
}

void Datagrams::send(const HostName& to, const std::string& text) {
    const auto known = endpoint(to);
    if (!known || !socket_) return;
    tell_dropped();
    if (!sealer_) {
        (void)socket_->send_to(known->first, known->second, text);
    } else if (const auto datagram = sealer_->seal(text)) {
        (void)socket_->send_to(known->first, known->second, *datagram);
    }
}

void Datagrams::send(const HostName& to, const lease::Message& message) {
    const auto texts = proto::encode_lease_datagrams({self_, config_.cluster, message});
    if (!texts) return;
    for (const auto& text : *texts) send(to, text);
}

void Datagrams::drain() {
    if (socket_) socket_->drain();
}

void Datagrams::on_datagram(const Address& from, const std::string& datagram) {
    const auto text = opened(from, datagram);
    if (!text) return;
    const auto message = proto::decode(*text);
    if (message && proto::is_lease(*message)) {
        on_lease(from, *text);
    } else {
        on_text_(from, *text);
    }
}

void Datagrams::on_lease(const Address& from, const std::string& text) {
    auto heard = proto::decode_lease_datagram(text);
    if (!heard) {
        tell_ignored(from, Code::invalid, heard.error().message);
        return;
    }
    const bool ours = heard->cluster == config_.cluster && heard->sender != self_;
    if (!ours || !is_from(heard->sender, from)) {
        log_.debug("datagram of a stranger ignored", {{"from", from.text()}});
        return;
    }
    on_lease_(heard->sender, std::move(heard->message));
}

std::optional<std::string> Datagrams::opened(const Address& from, const std::string& datagram) {
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

void Datagrams::tell_dropped() {
    const Time now = net::boot_now();
    if (told_dropped_ && now - *told_dropped_ < kTellAgain) return;
    const std::uint32_t dropped = socket_->dropped();
    if (dropped == dropped_) return;
    log_.warning("datagrams dropped by the kernel",
                 {{"number", std::to_string(dropped - dropped_)},
                  {"reason", "they came from none of the cluster's addresses, or faster than they could be read"}});
    told_dropped_ = now;
    dropped_ = dropped;
}

void Datagrams::tell_ignored(const Address& from, Code kind, const std::string& reason) {
    const auto known = std::find_if(config_.hosts.begin(), config_.hosts.end(),
                                    [&](const auto& each) { return each.second.ip == from; });
    const HostName name = known != config_.hosts.end()     ? known->first
                          : is_from(lease::kMonitor, from) ? lease::kMonitor
                                                           : "";
    const Time now = net::boot_now();
    const auto [last, first_time] = told_.try_emplace({name, kind}, now);
    if (!first_time && now - last->second < kTellAgain) return;
    last->second = now;
    log_.warning("datagram ignored",
                 {{"host", name.empty() ? "none of ours" : name}, {"from", from.text()}, {"reason", reason}});
}

}  // namespace mmm

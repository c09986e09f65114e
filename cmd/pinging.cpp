#include "cmd/pinging.hpp"

namespace mmm {
namespace {

Outcome outcome_of(const Result<Duration>& echo) {
    if (echo) return Outcome::ok;
    // What fails on our own side says nothing about the host.
    const bool our_fault = echo.error().code == Code::busy || echo.error().code == Code::permission ||
                           echo.error().code == Code::unsupported;
    return our_fault ? Outcome::unknown : Outcome::failed_soft;
}

}  // namespace

Pinging::Pinging(asio::io_context& loop, const config::Config& config, Handlers handlers)
    : config_(config), handlers_(std::move(handlers)), pinger_(loop), host_timer_(loop), network_timer_(loop) {
    ping_hosts();
    if (!config_.monitor.ping_ips.empty()) ping_network();
}

void Pinging::ping_hosts() {
    const auto& check = config_.check(CheckKind::ping);
    for (const auto& [name, host] : config_.hosts) {
        pinger_.ping(host.ip, check.timeout, [this, &name = name](const Result<Duration>& echo) {
            handlers_.on_checked({name, CheckKind::ping, outcome_of(echo), echo ? "OK" : echo.error().message});
        });
    }
    host_timer_.expires_after(check.check_period);
    host_timer_.async_wait([this](const asio::error_code& error) {
        if (!error) ping_hosts();
    });
}

void Pinging::ping_network() {
    struct Round {
        std::size_t left = 0;
        bool told = false;
    };
    const auto round = std::make_shared<Round>(Round{config_.monitor.ping_ips.size(), false});
    const Duration timeout = std::min<Duration>(config_.monitor.ping_interval, config_.check(CheckKind::ping).timeout);
    for (const auto& ip : config_.monitor.ping_ips) {
        pinger_.ping(ip, timeout, [this, round](const Result<Duration>& echo) {
            --round->left;
            if (round->told || (!echo && round->left > 0)) return;
            round->told = true;
            handlers_.on_network(echo.has_value());
        });
    }
    network_timer_.expires_after(config_.monitor.ping_interval);
    network_timer_.async_wait([this](const asio::error_code& error) {
        if (!error) ping_network();
    });
}

}  // namespace mmm

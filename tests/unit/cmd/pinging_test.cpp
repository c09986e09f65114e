#include "cmd/pinging.hpp"

#include <asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <map>

using namespace mmm;
using namespace std::chrono_literals;

namespace {

const Address kHere = Address::v4({127, 0, 0, 1});
/// Not routed anywhere.
const Address kNowhere = Address::v4({240, 0, 0, 1});

struct Seen {
    std::map<HostName, std::vector<Outcome>> hosts;
    std::vector<bool> network;
    [[nodiscard]] bool allowed() const {
        for (const auto& [host, outcomes] : hosts) {
            for (const Outcome outcome : outcomes) {
                if (outcome == Outcome::unknown) return false;
            }
        }
        return true;
    }
};

Seen ping(const std::vector<Address>& ping_ips, Duration span) {
    config::Config config;
    for (const auto& [kind, word] : kCheckWords) config.checks[kind] = {};
    config.hosts["db1"].ip = kHere;
    config.hosts["db2"].ip = kNowhere;
    config.checks[CheckKind::ping].check_period = 100ms;
    config.checks[CheckKind::ping].timeout = 90ms;
    config.monitor.ping_ips = ping_ips;
    config.monitor.ping_interval = 100ms;
    asio::io_context loop;
    Seen seen;
    const Pinging pinging(loop, config,
                          {[&](const CheckReport& report) { seen.hosts[report.host].push_back(report.outcome); },
                           [&](bool reachable) { seen.network.push_back(reachable); }});
    loop.run_for(span);
    return seen;
}

}  // namespace

TEST_CASE("each host is pinged every check_period, and ping_ips every ping_interval") {
    const Seen seen = ping({kHere}, 1s);
    if (!seen.allowed()) {
        WARN("pings aren't allowed here");
        return;
    }
    CHECK(seen.hosts.at("db1").size() >= 5);
    CHECK(seen.hosts.at("db1").front() == Outcome::ok);
    CHECK(seen.hosts.at("db2").front() == Outcome::failed_soft);
    CHECK(seen.network.size() >= 5);
    CHECK(seen.network.front());
}

TEST_CASE("the monitor's network is there while one of ping_ips answers, and gone when none does") {
    const Seen one = ping({kNowhere, kHere}, 300ms);
    if (!one.allowed()) {
        WARN("pings aren't allowed here");
        return;
    }
    REQUIRE_FALSE(one.network.empty());
    CHECK(one.network.front());
    const Seen none = ping({kNowhere}, 300ms);
    REQUIRE_FALSE(none.network.empty());
    CHECK_FALSE(none.network.front());
    CHECK(ping({}, 300ms).network.empty());
}

#include <fcntl.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <optional>

#include "net/host/boot_clock.hpp"
#include "net/host/icmp.hpp"
#include "tests/net/host/namespaces.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::test;

namespace {

Result<Duration> ping_and_wait(const Namespace& from, const std::string& ip, Duration timeout) {
    asio::io_context loop;
    std::optional<Result<Duration>> answer;
    from.inside([&] {
        Pinger pinger(loop);
        pinger.ping(address(ip), timeout, [&](Result<Duration> result) { answer = std::move(result); });
        CHECK_FALSE(answer);
        REQUIRE(run_until(loop, timeout + Duration(500), [&] { return answer.has_value(); }));
    });
    return *answer;
}

/// Lets every group use ping sockets, or none (then raw ones are used).
void allow_ping_sockets(const Namespace& where, bool allowed) {
    where.inside([&] {
        const FileDescriptor file(::open("/proc/sys/net/ipv4/ping_group_range", O_WRONLY | O_CLOEXEC));
        REQUIRE(file);
        const std::string range = allowed ? "0 2147483647" : "1 0";
        REQUIRE(::write(file.get(), range.data(), range.size()) > 0);
    });
}

}  // namespace

TEST_CASE("a ping tells the round trip, the time-out, and at once that there is no route, on both kinds of socket") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    add_address(pair.host, "192.168.10.101", 24);
    add_address(pair.host, "2001:db8::101", 64);
    add_address(pair.peer, "192.168.10.102", 24);
    add_address(pair.peer, "2001:db8::102", 64);
    // An IPv6 address doesn't answer its neighbours yet when the kernel has only just put it on.
    const Time start = boot_now();
    while (!ping_and_wait(pair.host, "2001:db8::102", Duration(100)) && boot_now() - start < Duration(5000)) {
    }
    for (const bool ping_sockets : {true, false}) {
        CAPTURE(ping_sockets);
        allow_ping_sockets(pair.host, ping_sockets);
        for (const std::string ip : {"192.168.10.102", "2001:db8::102", "192.168.10.101", "127.0.0.1", "::1"}) {
            CAPTURE(ip);
            const auto result = ping_and_wait(pair.host, ip, Duration(1000));
            INFO((result ? std::string() : result.error().message));
            REQUIRE(result);
            CHECK(*result < Duration(500));
        }
        for (const std::string ip : {"192.168.10.103", "2001:db8::103"}) {
            const auto result = ping_and_wait(pair.host, ip, Duration(150));
            REQUIRE_FALSE(result);
            CHECK(result.error().code == Code::timeout);
            CHECK(result.error().message == "ping " + ip + ": no reply within 150 ms");
        }
        for (const std::string ip : {"198.51.100.1", "2001:db8:1::1"}) {
            const auto result = ping_and_wait(pair.host, ip, Duration(1000));
            REQUIRE_FALSE(result);
            CHECK(result.error().code == Code::unreachable);
        }
    }
}

TEST_CASE("thousands of pings under way are each reported once, and those to dead hosts don't hinder the others") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    add_address(pair.host, "192.168.10.101", 24);
    add_address(pair.peer, "192.168.10.102", 24);
    for (const bool ping_sockets : {true, false}) {
        CAPTURE(ping_sockets);
        allow_ping_sockets(pair.host, ping_sockets);
        constexpr std::size_t kPings = 3000;
        asio::io_context loop;
        std::vector<int> answers(kPings, 0);
        std::size_t answered = 0;
        std::size_t wrong = 0;
        pair.host.inside([&] {
            Pinger pinger(loop);
            for (std::size_t i = 0; i < kPings; ++i) {
                // Not all at once: a busy kernel drops what a veth pair can't pass on.
                if (i % 100 == 0) run_until(loop, Duration(1), [] { return false; });
                const bool dead = i % 3 == 2;
                const auto target = address(dead ? "192.168.10." + std::to_string(200 + i % 10) : "192.168.10.102");
                pinger.ping(target, Duration(1000), [&, i, dead](const Result<Duration>& result) {
                    ++answers[i];
                    ++answered;
                    if (result.has_value() == dead) ++wrong;
                });
            }
            CHECK(run_until(loop, Duration(3000), [&] { return answered == kPings; }));
        });
        CHECK(wrong == 0);
        CHECK(answers == std::vector<int>(kPings, 1));
    }
}

TEST_CASE("a pinger that is gone calls nobody") {
    MMM_NEEDS_ROOT();
    const Namespace alone;
    asio::io_context loop;
    bool called = false;
    alone.inside([&] {
        Pinger pinger(loop);
        pinger.ping(address("127.0.0.1"), Duration(50), [&](const Result<Duration>&) { called = true; });
        pinger.ping(address("198.51.100.1"), Duration(50), [&](const Result<Duration>&) { called = true; });
    });
    CHECK_FALSE(run_until(loop, Duration(150), [&] { return called; }));
}

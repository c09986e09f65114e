#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <asio/io_context.hpp>
#include <cstring>
#include <thread>

#include "net/host/address_watch.hpp"
#include "net/host/addresses.hpp"
#include "net/host/boot_clock.hpp"
#include "net/host/interfaces.hpp"
#include "tests/net/host/namespaces.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::test;
using std::chrono::seconds;

namespace {

std::vector<InterfaceAddress> copies(const std::string& ip) {
    auto table = AddressTable::open();
    REQUIRE(table);
    auto list = table->list();
    REQUIRE(list);
    std::erase_if(*list, [&](const auto& candidate) { return candidate.ip != address(ip); });
    return *list;
}

void put(const std::string& ip, unsigned prefix, seconds lifetime, const std::string& ifname = "eth0") {
    auto table = AddressTable::open();
    REQUIRE(table);
    const auto result = table->put(address(ip), prefix, find_interface(ifname)->index, lifetime);
    INFO((result ? std::string() : result.error().message));
    REQUIRE(result);
}

}  // namespace

TEST_CASE("an address goes by itself when its lifetime is over, and stays while it is renewed") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    add_address(pair.host, "192.168.10.101", 24);
    pair.host.inside([] {
        const std::vector<std::string> left{"192.168.10.128", "2001:db8::128"};
        const std::vector<std::string> renewed{"192.168.10.129", "2001:db8::129"};
        for (const auto& ip : left) put(ip, slot_prefix(address(ip)), seconds(1));
        const Time start = boot_now();
        for (const auto& ip : left) CHECK(copies(ip).size() == 1);
        while (boot_now() - start < Duration(1600)) {
            for (const auto& ip : renewed) put(ip, slot_prefix(address(ip)), seconds(1));
            std::this_thread::sleep_for(Duration(100));
        }
        for (const auto& ip : left) CHECK(copies(ip).empty());
        for (const auto& ip : renewed) CHECK(copies(ip).size() == 1);
        CHECK(copies("192.168.10.101").size() == 1);
    });
}

TEST_CASE("what an address is said to have left is never more than it has, and a second less at most") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    add_address(pair.host, "192.168.10.101", 24);
    pair.host.inside([] {
        CHECK_FALSE(copies("192.168.10.101").at(0).remaining());
        for (const std::string ip : {"192.168.10.128", "2001:db8::128"}) {
            CAPTURE(ip);
            constexpr Duration kLifetime{2000};
            const Time before = boot_now();
            put(ip, slot_prefix(address(ip)), std::chrono::duration_cast<seconds>(kLifetime));
            const Time after = boot_now();
            int rounded_up = 0;
            int too_much = 0;
            int too_little = 0;
            for (Time start = after; start < after + kLifetime - Duration(100); start = boot_now()) {
                const auto found = copies(ip).at(0);
                const Duration most = kLifetime - (start - after);
                const Duration least = kLifetime - (boot_now() - before);
                rounded_up += *found.valid_lifetime > most ? 1 : 0;
                too_much += *found.remaining() > std::max(most, Duration(0)) ? 1 : 0;
                too_little += *found.remaining() < least - Duration(1040) ? 1 : 0;
                std::this_thread::sleep_for(Duration(5));
            }
            CHECK(rounded_up > 0);  // what the kernel says would be too much
            CHECK(too_much == 0);
            CHECK(too_little == 0);
        }
    });
}

TEST_CASE("an address is put on alone, labelled, with its lifetime and usable at once") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    add_address(pair.host, "192.168.10.101", 24);
    pair.host.inside([] {
        for (const std::string ip : {"192.168.10.128", "2001:db8::128"}) {
            put(ip, slot_prefix(address(ip)), seconds(10));
            const auto found = copies(ip);
            REQUIRE(found.size() == 1);
            CHECK(found[0].prefix == slot_prefix(address(ip)));
            CHECK(found[0].ifname == "eth0");
            CHECK(found[0].valid_lifetime.value_or(seconds(0)) >= seconds(9));
            CHECK_FALSE(found[0].tentative);
        }
        // The kernel finds an IPv4 address by its label.
        ifreq labelled{};
        std::strcpy(labelled.ifr_name, "eth0:mmm");
        const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        REQUIRE(::ioctl(socket.get(), SIOCGIFADDR, &labelled) == 0);
        sockaddr_in where{};
        std::memcpy(&where, &labelled.ifr_addr, sizeof where);
        CHECK(ntohl(where.sin_addr.s_addr) == 0xc0a80a80);
        const auto own = copies("192.168.10.101");
        REQUIRE(own.size() == 1);
        CHECK_FALSE(own[0].valid_lifetime.has_value());
        const auto all = local_addresses();
        REQUIRE(all);
        CHECK(std::count(all->begin(), all->end(), address("192.168.10.128")) == 1);
    });
}

TEST_CASE("an address that is there with another prefix length gets the lifetime instead of a second copy") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    add_address(pair.host, "192.168.10.101", 24);
    add_address(pair.host, "192.168.10.128", 24);
    add_address(pair.host, "2001:db8::128", 64);
    pair.host.inside([] {
        put("192.168.10.128", 32, seconds(10));
        put("2001:db8::128", 128, seconds(10));
        for (const std::string ip : {"192.168.10.128", "2001:db8::128"}) {
            const auto found = copies(ip);
            REQUIRE(found.size() == 1);
            CHECK(found[0].prefix == (address(ip).is_v6() ? 64U : 24U));
            CHECK(found[0].valid_lifetime.has_value());
        }
    });
}

TEST_CASE("taking an address off takes every copy, leaves the others, and is no error when it isn't there") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    add_address(pair.host, "192.168.10.101", 24);
    add_address(pair.host, "192.168.10.128", 24);
    add_address(pair.host, "192.168.10.128", 32);
    pair.host.inside([] {
        put("192.168.10.129", 32, seconds(10));
        put("2001:db8::128", 128, seconds(10));
        auto table = AddressTable::open();
        REQUIRE(table);
        CHECK(copies("192.168.10.128").size() == 2);
        for (int round = 0; round < 2; ++round) {
            CHECK(table->remove(address("192.168.10.128")));
            CHECK(table->remove(address("2001:db8::128")));
            CHECK(copies("192.168.10.128").empty());
            CHECK(copies("2001:db8::128").empty());
        }
        CHECK(copies("192.168.10.129").size() == 1);
        CHECK(copies("192.168.10.101").size() == 1);
    });
}

TEST_CASE("what can't be put on is refused with the reason") {
    MMM_NEEDS_ROOT();
    const Namespace alone;
    alone.inside([] {
        auto table = AddressTable::open();
        REQUIRE(table);
        struct {
            const char* ip;
            unsigned prefix;
            unsigned ifindex;
            int lifetime_s;
            Code code;
        } const cases[] = {
            {"127.0.0.1", 32, 1, 5, Code::invalid},      {"224.0.0.1", 32, 1, 5, Code::invalid},
            {"0.0.0.0", 32, 1, 5, Code::invalid},        {"192.168.10.128", 33, 1, 5, Code::invalid},
            {"192.168.10.128", 32, 1, 0, Code::invalid}, {"192.168.10.128", 32, 77, 5, Code::not_found},
        };
        for (const auto& refused : cases) {
            const auto result =
                table->put(address(refused.ip), refused.prefix, refused.ifindex, seconds(refused.lifetime_s));
            REQUIRE_FALSE(result);
            CHECK(result.error().code == refused.code);
            CHECK(result.error().message.find(refused.ip) != std::string::npos);
        }
    });
}

TEST_CASE("the interface for an address is one with a network around it, and never the loopback") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    add_address(pair.host, "192.168.10.101", 24);
    pair.host.inside([] {
        const auto interface = interface_for(address("192.168.10.128"));
        REQUIRE(interface);
        CHECK(interface->name == "eth0");
        CHECK(interface->ethernet);
        CHECK(interface->up);
        CHECK(interface->carrier);
        const auto outside = interface_for(address("198.51.100.1"));
        REQUIRE_FALSE(outside);
        CHECK(outside.error().code == Code::not_found);
        CHECK_FALSE(interface_for(address("127.0.0.2")));
        const auto unknown = find_interface("eth7");
        REQUIRE_FALSE(unknown);
        CHECK(unknown.error().message == "no network interface 'eth7' on this host; there are: lo, eth0");
    });
}

TEST_CASE("the watch calls back once for many changes, and not after it is gone") {
    MMM_NEEDS_ROOT();
    const Namespace alone;  // its loopback has no addresses that come by themselves
    asio::io_context loop;
    int calls = 0;
    alone.inside([&] {
        auto watch = AddressWatch::start(loop, [&] { ++calls; });
        REQUIRE(watch);
        CHECK_FALSE(run_until(loop, Duration(50), [&] { return calls > 0; }));
        // More than its socket holds: the kernel drops notices and says so.
        for (int i = 0; i < 2000; ++i) put("192.168.10.128", 32, seconds(10 + i % 2), "lo");
        CHECK(run_until(loop, Duration(1000), [&] { return calls > 0; }));
        CHECK_FALSE(run_until(loop, Duration(50), [&] { return calls > 1; }));
        set_link(alone, "lo", false);
        CHECK(run_until(loop, Duration(1000), [&] { return calls == 2; }));
    });
    calls = 0;
    alone.inside([&] { put("192.168.10.130", 32, seconds(10), "lo"); });
    CHECK_FALSE(run_until(loop, Duration(50), [&] { return calls > 0; }));
}

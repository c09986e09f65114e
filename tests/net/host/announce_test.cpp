#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <asio/io_context.hpp>

#include "net/host/address_probe.hpp"
#include "net/host/announce.hpp"
#include "net/host/neighbour_packets.hpp"
#include "tests/net/host/namespaces.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::test;

namespace {

/// Everything with this Ethernet protocol that arrives at eth0 of `where`.
FileDescriptor listen_to(const Namespace& where, std::uint16_t protocol) {
    FileDescriptor socket;
    where.inside([&] {
        socket = FileDescriptor(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(protocol)));
        REQUIRE(socket);
    });
    return socket;
}

/// The next packet for which claimant() names an owner of `ip`, within 500 ms; empty if none comes.
std::vector<std::uint8_t> next_claim(const FileDescriptor& socket, const Address& ip, MacAddress& owner) {
    pollfd waiting{socket.get(), POLLIN, 0};
    while (::poll(&waiting, 1, 500) == 1) {
        std::vector<std::uint8_t> packet(256);
        const auto got = ::recv(socket.get(), packet.data(), packet.size(), 0);
        REQUIRE(got >= 0);
        packet.resize(static_cast<std::size_t>(got));
        if (const auto mac = claimant(ip, packet, MacAddress{})) {
            owner = *mac;
            return packet;
        }
    }
    return {};
}

ProbeResult probe_and_wait(const Pair& pair, const std::string& ip, Duration timeout) {
    asio::io_context loop;
    std::optional<ProbeResult> answer;
    pair.host.inside([&] {
        const auto interface = find_interface("eth0");
        REQUIRE(interface);
        probe_address(loop, address(ip), *interface, timeout, [&](ProbeResult result) { answer = std::move(result); });
        CHECK_FALSE(answer);
        REQUIRE(run_until(loop, timeout + Duration(500), [&] { return answer.has_value(); }));
    });
    return *answer;
}

}  // namespace

TEST_CASE("the neighbour receives a gratuitous ARP request and reply") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    const auto socket = listen_to(pair.peer, 0x0806);
    pair.host.inside([&] {
        const auto announcer = Announcer::open();
        const auto interface = find_interface("eth0");
        REQUIRE((announcer && interface));
        const Address ip = address("192.168.10.128");
        REQUIRE(announcer->announce(ip, *interface));
        for (const std::uint8_t operation : {std::uint8_t{1}, std::uint8_t{2}}) {
            MacAddress owner{};
            const auto packet = next_claim(socket, ip, owner);
            REQUIRE(packet.size() >= 28);
            CHECK(packet[7] == operation);
            CHECK(owner == interface->mac);
            CHECK(std::equal(packet.begin() + 14, packet.begin() + 18, packet.begin() + 24));
        }
    });
}

TEST_CASE("the neighbour receives a valid unsolicited neighbour advertisement with the override flag") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    const auto socket = listen_to(pair.peer, 0x86dd);
    pair.host.inside([&] {
        const auto announcer = Announcer::open();
        const auto interface = find_interface("eth0");
        REQUIRE((announcer && interface));
        const Address ip = address("2001:db8::128");
        REQUIRE(announcer->announce(ip, *interface));
        MacAddress owner{};
        const auto packet = next_claim(socket, ip, owner);
        REQUIRE(packet.size() == 72);
        CHECK(owner == interface->mac);
        CHECK(packet[7] == 255);
        CHECK(packet[44] == 0x20);
        // Summed up with its pseudo-header, a correct message gives zero.
        std::vector<std::uint8_t> summed(packet.begin() + 8, packet.end());
        CHECK(internet_checksum(summed, 32 + 58) == 0);
    });
}

TEST_CASE("an interface that is down can't announce, and one without neighbours needn't") {
    MMM_NEEDS_ROOT();
    const Pair pair;
    set_link(pair.host, "eth0", false);
    pair.host.inside([&] {
        const auto announcer = Announcer::open();
        REQUIRE(announcer);
        const auto sent = announcer->announce(address("192.168.10.128"), *find_interface("eth0"));
        REQUIRE_FALSE(sent);
        CHECK(sent.error().code == Code::unreachable);
        CHECK(sent.error().message == "cannot announce 192.168.10.128 on eth0: Network is down");
        CHECK(announcer->announce(address("192.168.10.128"), *find_interface("lo")));
    });
}

TEST_CASE("a probe finds the stranger that uses an address, and nobody where there is none") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    add_address(pair.peer, "192.168.10.128", 24);
    add_address(pair.peer, "2001:db8::128", 64);
    MacAddress stranger{};
    pair.peer.inside([&] { stranger = find_interface("eth0")->mac; });
    for (const std::string ip : {"192.168.10.128", "2001:db8::128"}) {
        const auto result = probe_and_wait(pair, ip, Duration(1000));
        REQUIRE(result);
        CHECK(*result == stranger);
    }
    for (const std::string ip : {"192.168.10.129", "2001:db8::129"}) {
        const auto result = probe_and_wait(pair, ip, Duration(200));
        REQUIRE(result);
        CHECK_FALSE(result->has_value());
    }
    const Pair cut;
    set_link(cut.host, "eth0", false);
    const auto result = probe_and_wait(cut, "192.168.10.128", Duration(200));
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Code::unreachable);
}

TEST_CASE("short and foreign packets claim nothing") {
    const Address ip = address("192.168.10.128");
    const Address ip6 = address("2001:db8::128");
    const MacAddress mac{2, 0, 0, 0, 0, 1};
    for (const auto& announced : {ip, ip6}) {
        for (const auto& packet : announcements(announced, mac)) {
            CHECK(claimant(announced, packet.payload, MacAddress{}) == mac);
            CHECK_FALSE(claimant(address("192.168.10.129"), packet.payload, mac));
            CHECK_FALSE(claimant(address("2001:db8::129"), packet.payload, mac));
            const std::size_t least = announced.is_v6() ? 64 : 28;
            for (std::size_t size = 0; size < least; ++size)
                CHECK_FALSE(claimant(announced, std::span(packet.payload).first(size), mac));
        }
        CHECK_FALSE(claimant(announced, probe(announced, mac).payload, mac));
    }
}

#include "net/link/datagram.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/proto/heartbeat.hpp"
#include "tests/net/link/loop.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

namespace {

struct Receiver {
    Receiver()
        : socket(loop, [this](const Address& peer, std::string text) {
              peers.push_back(peer);
              texts.push_back(std::move(text));
          }) {
        REQUIRE(socket.open(here, 0));
    }
    bool got(std::size_t count) {
        return run_until(loop, [&] { return texts.size() >= count; });
    }

    const Address here = Address::v4({127, 0, 0, 1});
    asio::io_context loop;
    std::vector<Address> peers;
    std::vector<std::string> texts;
    DatagramSocket socket;
};

}  // namespace

TEST_CASE("a datagram arrives with its sender's address", "[datagram]") {
    Receiver r;
    DatagramSocket sender(r.loop, [](const Address&, const std::string&) {});
    REQUIRE(sender.open(Address::v4({127, 0, 0, 9}), 0));
    REQUIRE(sender.send_to(r.here, r.socket.port(), "ALIVE|2|db1|cluster=C1|n=1"));
    REQUIRE(r.got(1));
    CHECK(r.texts[0] == "ALIVE|2|db1|cluster=C1|n=1");
    CHECK(r.peers[0] == Address::v4({127, 0, 0, 9}));
}

TEST_CASE("hundreds of waiting datagrams all arrive", "[datagram]") {
    Receiver r;
    for (int i = 0; i < 200; ++i) REQUIRE(r.socket.send_to(r.here, r.socket.port(), "n=" + std::to_string(i)));
    REQUIRE(r.got(200));
    CHECK(r.texts[199] == "n=199");
}

TEST_CASE("what is empty or too large is dropped", "[datagram]") {
    Receiver r;
    asio::io_context& loop = r.loop;
    CHECK(r.socket.send_to(r.here, r.socket.port(), std::string(proto::kMaxDatagram + 1, 'x')).error().code ==
          Code::invalid);
    const int raw = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(r.socket.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (const std::size_t size : {std::size_t{0}, proto::kMaxDatagram + 1, std::size_t{9000}, proto::kMaxDatagram}) {
        const std::string text(size, 'x');
        ::sendto(raw, text.data(), size, 0, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    ::close(raw);
    REQUIRE(r.got(1));
    run_for(loop, 20ms);
    REQUIRE(r.texts.size() == 1);
    CHECK(r.texts[0].size() == proto::kMaxDatagram);
}

TEST_CASE("drain throws away what has arrived, and only that", "[datagram]") {
    Receiver r;
    run_for(r.loop, 5ms);  // so that it waits already
    for (int i = 0; i < 100; ++i) REQUIRE(r.socket.send_to(r.here, r.socket.port(), "old"));
    CHECK(r.socket.drain() == 100);
    CHECK(r.socket.drain() == 0);
    REQUIRE(r.socket.send_to(r.here, r.socket.port(), "new"));
    REQUIRE(r.got(1));
    CHECK(r.texts == std::vector<std::string>{"new"});
}

TEST_CASE("a flood from other addresses takes no room from those that are received", "[datagram]") {
    Receiver r;
    const Address peer = Address::v4({127, 0, 0, 7});
    REQUIRE(r.socket.receive_only_from({Address::v4({127, 0, 0, 6}), peer, Address::parse("2001:db8::7").value()}));
    DatagramSocket stranger(r.loop, {});
    DatagramSocket ours(r.loop, {});
    REQUIRE(stranger.open(Address::v4({127, 0, 0, 8}), 0));
    REQUIRE(ours.open(peer, 0));
    // More than any receive buffer holds, and nobody reads meanwhile.
    constexpr std::uint32_t kFlood = 20000;
    for (std::uint32_t i = 0; i < kFlood; ++i) (void)stranger.send_to(r.here, r.socket.port(), "ALIVE|2|db2");
    REQUIRE(ours.send_to(r.here, r.socket.port(), std::string(proto::kMaxDatagram, 'x')));
    CHECK(r.socket.drain() == 1);
    CHECK(r.socket.dropped() == kFlood);

    REQUIRE(ours.send_to(r.here, r.socket.port(), "x"));
    REQUIRE(r.got(1));
    CHECK(r.peers == std::vector<Address>{peer});
}

TEST_CASE("who is received from can be changed while datagrams come", "[datagram]") {
    Receiver r;
    DatagramSocket late(r.loop, {});
    REQUIRE(late.open(Address::v4({127, 0, 0, 8}), 0));
    REQUIRE(r.socket.receive_only_from({}));
    REQUIRE(late.send_to(r.here, r.socket.port(), "too early"));
    REQUIRE(r.socket.receive_only_from({Address::v4({127, 0, 0, 8})}));
    REQUIRE(late.send_to(r.here, r.socket.port(), "known"));
    REQUIRE(r.got(1));
    CHECK(r.texts == std::vector<std::string>{"known"});
}

TEST_CASE("so many addresses that no filter holds them are refused, and what was in force stays", "[datagram]") {
    Receiver r;
    REQUIRE(r.socket.receive_only_from({Address::v4({127, 0, 0, 8})}));
    std::set<Address> many;
    for (std::uint8_t i = 0; i < 8; ++i) {
        for (std::uint8_t k = 0; k < 255; ++k) many.insert(Address::v4({10, 0, i, k}));
    }
    many.insert(Address::v4({127, 0, 0, 1}));
    many.insert(Address::v4({127, 0, 0, 2}));
    for (std::uint8_t k = 0; k < 20; ++k) many.insert(Address::v4({127, 0, 1, k}));
    const auto refused = r.socket.receive_only_from(many);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::invalid);
    REQUIRE(r.socket.send_to(r.here, r.socket.port(), "x"));
    run_for(r.loop, 20ms);
    CHECK(r.texts.empty());
}

TEST_CASE("a port that is taken or an address that isn't ours is refused", "[datagram]") {
    Receiver r;
    DatagramSocket second(r.loop, {});
    const auto busy = second.open(r.here, r.socket.port());
    REQUIRE_FALSE(busy);
    CHECK(busy.error().code == Code::busy);
    CHECK(busy.error().message ==
          "cannot receive datagrams on 127.0.0.1:" + std::to_string(r.socket.port()) + ": the port is in use");
    DatagramSocket third(r.loop, {});
    CHECK(third.open(Address::v4({192, 0, 2, 1}), 0).error().code == Code::not_found);
}

TEST_CASE("datagrams travel by IPv6 as well, where the system has it", "[datagram]") {
    asio::io_context loop;
    const Address v6 = Address::parse("::1").value();
    std::vector<Address> peers;
    DatagramSocket socket(loop, [&](const Address& peer, const std::string&) { peers.push_back(peer); });
    if (const auto opened = socket.open(v6, 0); !opened) {
        WARN("skipped: " << opened.error().message);
        return;
    }
    REQUIRE(socket.send_to(v6, socket.port(), "x"));
    REQUIRE(run_until(loop, [&] { return peers.size() == 1; }));
    CHECK(peers[0] == v6);

    REQUIRE(socket.receive_only_from({Address::v4({127, 0, 0, 1}), Address::parse("::2").value()}));
    REQUIRE(socket.send_to(v6, socket.port(), "y"));
    REQUIRE(socket.receive_only_from({Address::parse("2001:db8::1").value(), v6}));
    REQUIRE(socket.send_to(v6, socket.port(), "z"));
    REQUIRE(run_until(loop, [&] { return peers.size() == 2; }));
    run_for(loop, 20ms);
    CHECK(peers.size() == 2);
}

#include <catch2/catch.hpp>
#include <random>

#include "core/proto/control.hpp"
#include "core/proto/greeting.hpp"
#include "core/proto/heartbeat.hpp"
#include "core/proto/lease_codec.hpp"
#include "core/proto/order_codec.hpp"
#include "core/proto/status_codec.hpp"
#include "core/proto/version1.hpp"

using namespace mmm;
using namespace mmm::proto;

namespace {

const std::string kGood =
    "STATUS|2|db1|order=7|state=ONLINE|active_master=db1|server=up|read_only=0|read_only_owed=0|writer=holding"
    "|source=192.168.10.132|rejoining=0|position=0-1-270|history=0-1-270|history_problem=|server_id=1|server_uuid=|"
    "gtids=1|io_error=0|problem=a%7Cb|uptime_ms=86400000|"
    "version=0.1.0"
    "|granted=writer(192.168.10.128)@12|present=writer(192.168.10.128)|hears=db2"
    "|held=writer(192.168.10.128) 9.db1 1 1830 db1 db2|voters=77|supported=writer(192.168.10.128) 40 9.db1 db1";

const std::string kGoodLease =
    "SUPPORT|2|db2|cluster=C1|holder=db1|sent=86400123|nonce=5|refusal=none|slot=writer(192.168.10.128) 12.monitor-x7"
    "|newer=reader(192.168.10.129) 4.db2";

/// A good line with a few bytes changed, removed or doubled.
std::string damaged(std::mt19937& random, std::string line = kGood) {
    const std::size_t wounds = 1 + random() % 4;
    for (std::size_t i = 0; i < wounds && !line.empty(); ++i) {
        const std::size_t at = random() % line.size();
        switch (random() % 4) {
            case 0:
                line[at] = static_cast<char>(random() % 256);
                break;
            case 1:
                line.erase(at, 1 + random() % 20);
                break;
            case 2:
                line.insert(at, line.substr(random() % line.size(), random() % 30));
                break;
            default:
                line.insert(at, 1, "|=%@(),"[random() % 7]);
        }
    }
    return line;
}

}  // namespace

TEST_CASE("a damaged line is read or refused with a reason, by every reader", "[garbage]") {
    std::mt19937 random(99);
    const auto reasoned = [](const auto& result) { return result.has_value() || !result.error().message.empty(); };
    for (int round = 0; round < 20000; ++round) {
        const std::string line = damaged(random);
        CAPTURE(line);
        const auto message = decode(line);
        REQUIRE(reasoned(message));
        REQUIRE(reasoned(parse_control(line)));
        REQUIRE(reasoned(parse_reply(line)));
        REQUIRE(reasoned(decode_alive(line)));
        REQUIRE(reasoned(decode_lease_datagram(line)));
        REQUIRE(reasoned(v1::decode_request(line)));
        REQUIRE(reasoned(v1::decode_reply(line)));
        if (!message) continue;
        REQUIRE(reasoned(decode_status(*message)));
        REQUIRE(reasoned(decode_order(*message)));
        REQUIRE(reasoned(decode_hello(*message)));
        REQUIRE(reasoned(decode_ping(*message)));
    }
}

TEST_CASE("what a damaged message about leases yields can be told again", "[garbage]") {
    std::mt19937 random(101);
    for (int round = 0; round < 20000; ++round) {
        const std::string text = damaged(random, kGoodLease);
        CAPTURE(text);
        const auto datagram = decode_lease_datagram(text);
        if (!datagram) {
            REQUIRE_FALSE(datagram.error().message.empty());
            continue;
        }
        const auto again = encode_lease_datagrams(*datagram);
        REQUIRE(again);
        REQUIRE(decode_lease_datagram(again->front()) == *datagram);
    }
}

TEST_CASE("what a damaged line yields can be told again", "[garbage]") {
    std::mt19937 random(100);
    for (int round = 0; round < 20000; ++round) {
        const auto message = decode(damaged(random));
        if (!message) continue;
        REQUIRE(decode(encode(*message)) == *message);
        const auto status = decode_status(*message);
        if (status) REQUIRE(decode_status(*decode(encode_status(message->host, *status))) == *status);
    }
}

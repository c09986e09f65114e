#include "core/proto/greeting.hpp"

#include <catch2/catch.hpp>

#include "core/proto/heartbeat.hpp"
#include "tests/unit/proto/nasty_text.hpp"

using namespace mmm;
using namespace mmm::proto;

TEST_CASE("greetings and heartbeats look as documented", "[greeting]") {
    CHECK(encode_hello({"db1", "C1", "a1b2", "0.1.0"}) == "HELLO|2|db1|cluster=C1|monitor=a1b2|version=0.1.0");
    CHECK(encode_welcome({"db1", "0.1.0"}) == "WELCOME|2|db1|version=0.1.0");
    CHECK(encode_welcome({"db1", "0.1.0", true}) == "WELCOME|2|db1|version=0.1.0|leases=1");
    CHECK(encode_refused({"db1", "no"}) == "REFUSED|2|db1|reason=no");
    CHECK(encode_reload("db1") == "RELOAD|2|db1");
    CHECK(encode_ping({"db1", 5}) == "PING|2|db1|n=5");
    CHECK(encode_pong({"db1", 5}) == "PONG|2|db1|n=5");
    CHECK(encode_alive({"db1", "C1", 9}).value() == "ALIVE|2|db1|cluster=C1|n=9");
    CHECK(encode_alive({"db1", "C1", 9, "a1", {{"b2", 7}, {"c3", 8}}}).value() ==
          "ALIVE|2|db1|cluster=C1|n=9|process=a1|echo=b2:7|echo=c3:8");
}

TEST_CASE("greetings and heartbeats survive the wire with any text in them", "[greeting]") {
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        const Hello hello{"h" + nasty_text(random), nasty_text(random), "m" + nasty_text(random), nasty_text(random)};
        CHECK(decode_hello(*decode(encode_hello(hello))) == hello);
        const Welcome welcome{hello.host, nasty_text(random), round % 2 == 0};
        CHECK(decode_welcome(*decode(encode_welcome(welcome))) == welcome);
        const Refused refused{hello.host, nasty_text(random)};
        CHECK(decode_refused(*decode(encode_refused(refused))) == refused);
        const Heartbeat beat{hello.host, random()};
        CHECK(decode_ping(*decode(encode_ping(beat))) == beat);
        CHECK(decode_pong(*decode(encode_pong(beat))) == beat);
        const Alive alive{hello.host, nasty_text(random), ~std::uint64_t{0}};
        CHECK(decode_alive(*encode_alive(alive)) == alive);
        const Alive echoing{hello.host, alive.cluster, 1, "0a", {{"b2", random()}, {"c3", ~std::uint64_t{0}}}};
        CHECK(decode_alive(*encode_alive(echoing)) == echoing);
    }
}

TEST_CASE("a greeting with a fault names the key", "[greeting]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"HELLO|2|db1|monitor=m|version=1", "HELLO: cluster is missing"},
        {"HELLO|2|db1|cluster=C1|version=1", "HELLO: monitor is missing"},
        {"HELLO|2|db1|cluster=C1|monitor=|version=1", "HELLO: monitor can't be ''"},
        {"HELLO|2|db1|cluster=C1|cluster=C2|monitor=m|version=1", "HELLO: cluster is there twice"},
        {"PING|2|db1|n=1", "PING: expected HELLO"},
    };
    for (const auto& [line, reason] : cases) {
        const auto hello = decode_hello(*decode(line));
        REQUIRE_FALSE(hello);
        CHECK(hello.error().message == reason);
    }
    CHECK(decode_hello(*decode("HELLO|2|db1|cluster=C1|monitor=m|version=1|colour=blue")));
    CHECK_FALSE(decode_welcome(*decode("WELCOME|2|db1")));
    CHECK_FALSE(decode_welcome(*decode("WELCOME|2|db1|version=1|leases=2")));
    CHECK_FALSE(decode_refused(*decode("REFUSED|2|db1")));
    for (const char* number : {"", "-1", "+1", " 1", "1x", "0x1", "18446744073709551616"}) {
        CHECK_FALSE(decode_ping(*decode(std::string("PING|2|db1|n=") + number)));
    }
}

TEST_CASE("an agent says why it doesn't take a monitor", "[greeting]") {
    const Hello hello{"db1", "C1", "a1b2", "0.1.0"};
    CHECK(accept_hello(hello, "db1", "C1", ""));
    CHECK(accept_hello(hello, "db1", "C1", "a1b2"));

    const auto host = accept_hello(hello, "db2", "C1", "");
    REQUIRE_FALSE(host);
    CHECK(host.error().code == Code::refused);
    CHECK_THAT(host.error().message, Catch::Contains("host 'db2', not of 'db1'"));

    const auto cluster = accept_hello(hello, "db1", "C2", "");
    REQUIRE_FALSE(cluster);
    CHECK(cluster.error().message == "this agent belongs to cluster 'C2', not to 'C1'");

    const auto other = accept_hello(hello, "db1", "C1", "ffff");
    REQUIRE_FALSE(other);
    CHECK(other.error().code == Code::busy);
    CHECK_THAT(other.error().message, Catch::Contains("another monitor (ffff) is connected"));
}

TEST_CASE("a datagram that isn't ours is refused", "[heartbeat]") {
    for (const std::string& text :
         {std::string(), std::string("\0\1\2", 3), std::string("ALIVE|2|db1|cluster=C1"),
          std::string("ALIVE|2|db1|cluster=C1|n=x"), std::string("PING|2|db1|n=1"),
          std::string("ALIVE|2|db1|cluster=C1|n=1|process="), std::string("ALIVE|2|db1|cluster=C1|n=1|process=A"),
          std::string("ALIVE|2|db1|cluster=C1|n=1|process=a|process=b"),
          std::string("ALIVE|2|db1|cluster=C1|n=1|echo=a"), std::string("ALIVE|2|db1|cluster=C1|n=1|echo=:1"),
          std::string("ALIVE|2|db1|cluster=C1|n=1|echo=a:-1"),
          "ALIVE|2|db1|n=1|cluster=" + std::string(kMaxDatagram, 'c')}) {
        CHECK_FALSE(decode_alive(text));
    }
    CHECK_FALSE(encode_alive({"db1", std::string(kMaxDatagram, 'c'), 1}));
}

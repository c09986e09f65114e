#include "core/proto/order_codec.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/proto/nasty_text.hpp"

using namespace mmm;
using namespace mmm::proto;

namespace {

Address ip(const char* text) {
    return Address::parse(text).value();
}

const std::string kLine =
    "ORDER|2|db1|sequence=7|state=ONLINE|active_master=db1|replication=run|source=db2|catch_up=0-1-270"
    "|catch_up_from=db2|alone=1"
    "|slot=reader(2001:db8::1)@3|slot=writer(192.168.10.128)@12";

Order sample() {
    Order order;
    order.sequence = 7;
    order.state = HostState::online;
    order.slots = {{{"writer", ip("192.168.10.128")}, 12}, {{"reader", ip("2001:db8::1")}, 3}};
    order.active_master = "db1";
    order.replication = Replication::run;
    order.source = "db2";
    order.catch_up = "0-1-270";
    order.catch_up_from = "db2";
    order.alone = true;
    return order;
}

std::string changed(std::string line, const std::string& from, const std::string& to) {
    const std::size_t at = line.find(from);
    REQUIRE(at != std::string::npos);
    return line.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("an order is one line with a field for each slot", "[order]") {
    CHECK(encode_order("db1", sample()) == kLine);
    CHECK(decode_order(*decode(kLine)) == sample());
}

TEST_CASE("an order says when slots are held by leases alone; an older monitor's doesn't", "[order]") {
    Order order = sample();
    order.leases = true;
    const std::string line = changed(kLine, "|alone=1", "|alone=1|leases=1");
    CHECK(encode_order("db1", order) == line);
    CHECK(decode_order(*decode(line)) == order);
    CHECK(decode_order(*decode(changed(kLine, "|alone=1", "|alone=1|leases=0"))) == sample());
    CHECK(decode_order(*decode(line + "|leases=1")).error().message == "ORDER: leases is there twice");
    CHECK(decode_order(*decode(kLine + "|leases=yes")).error().message == "ORDER: leases can't be 'yes'");
}

TEST_CASE("an order survives the wire with any text in it", "[order]") {
    std::mt19937 random(42);
    for (int round = 0; round < 1000; ++round) {
        Order order;
        order.sequence = random();
        order.state = kHostStateWords[random() % kHostStateWords.size()].first;
        order.active_master = nasty_text(random);
        order.replication = static_cast<Replication>(random() % 3);
        order.source = nasty_text(random);
        order.catch_up = nasty_text(random);
        order.catch_up_from = nasty_text(random);
        order.freeze = static_cast<Freeze>(random() % 3);
        order.await = nasty_text(random);
        order.await_history = nasty_text(random);
        if (random() % 2 == 0) {
            order.fetch = nasty_text(random);
            order.was_writer = random() % 2 == 0;
            order.fetch_from = "h" + nasty_text(random);
        }
        order.late_drain = static_cast<LateDrain>(random() % 3);
        order.alone = random() % 2 == 0;
        order.leases = random() % 2 == 0;
        const std::size_t slots = random() % 5;
        for (std::size_t i = 0; i < slots; ++i) {
            const auto last = static_cast<std::uint8_t>(random() % 256);
            order.slots[{"r" + nasty_text(random), Address::v4({192, 168, 10, last})}] = random();
        }
        const auto decoded = decode_order(*decode(encode_order("db1", order)));
        REQUIRE(decoded);
        REQUIRE(*decoded == order);
    }
}

TEST_CASE("an order with a fault is refused, and the key named", "[order]") {
    struct Case {
        const char* from;
        const char* to;
        const char* reason;
    };
    const std::vector<Case> cases{
        {"ORDER|", "STATUS|", "STATUS: expected ORDER"},
        {"|sequence=7", "", "ORDER: sequence is missing"},
        {"|state=ONLINE", "", "ORDER: state is missing"},
        {"|active_master=db1", "", "ORDER: active_master is missing"},
        {"|replication=run", "", "ORDER: replication is missing"},
        {"|source=db2", "", "ORDER: source is missing"},
        {"|catch_up=0-1-270", "", "ORDER: catch_up is missing"},
        {"sequence=7", "sequence=-7", "ORDER: sequence can't be '-7'"},
        {"sequence=7", "sequence=7|sequence=8", "ORDER: sequence is there twice"},
        {"state=ONLINE", "state=online", "ORDER: state can't be 'online'"},
        {"replication=run", "replication=", "ORDER: replication can't be ''"},
        {"@12", "", "ORDER: slot can't be 'writer(192.168.10.128)'"},
        {"@12", "@", "ORDER: slot can't be 'writer(192.168.10.128)@'"},
        {"writer(", "(", "ORDER: slot can't be '(192.168.10.128)@12'"},
        {".128)", ".328)", "ORDER: slot can't be 'writer(192.168.10.328)@12'"},
        {"slot=reader(2001:db8::1)@3", "slot=writer(192.168.10.128)@3",
         "ORDER: slot can't be 'writer(192.168.10.128)@12'"},
    };
    for (const Case& c : cases) {
        const std::string line = changed(kLine, c.from, c.to);
        CAPTURE(line);
        const auto order = decode_order(*decode(line));
        REQUIRE_FALSE(order);
        CHECK(order.error().code == Code::invalid);
        CHECK(order.error().message == c.reason);
    }
}

TEST_CASE("a newer monitor's additional keys are skipped", "[order]") {
    CHECK(decode_order(*decode(kLine + "|lease_ms=2000|colour=blue")) == sample());
}

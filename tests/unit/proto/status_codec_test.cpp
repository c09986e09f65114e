#include "core/proto/status_codec.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "core/proto/frame.hpp"
#include "tests/unit/proto/any_lease.hpp"
#include "tests/unit/proto/nasty_text.hpp"

using namespace mmm;
using namespace mmm::proto;

namespace {

const Address kWriterIp = Address::v4({192, 168, 10, 128});
const Address kReaderIp = Address::v4({192, 168, 10, 129});

const std::string kLine =
    "STATUS|2|db1|order=7|state=ONLINE|active_master=db1|server=up|read_only=0|read_only_owed=0|writer=holding"
    "|source=192.168.10.132|rejoining=0|position=0-1-270|history=0-1-270,0-2-9|history_problem=|server_id=1|server_"
    "uuid="
    "|gtids=1|io_error=0|problem=|uptime_ms=86400000|version=0.1.0"
    "|granted=writer(192.168.10.128)@12|present=reader(192.168.10.129)|present=writer(192.168.10.128)"
    "|hears=db2|hears=db3";

AgentStatus sample() {
    AgentStatus status;
    status.order = 7;
    status.state = HostState::online;
    status.granted = {{{"writer", kWriterIp}, 12}};
    status.active_master = "db1";
    status.present = {{"writer", kWriterIp}, {"reader", kReaderIp}};
    status.server = Server::up;
    status.read_only = false;
    status.writer = WriterPhase::holding;
    status.source = Address::v4({192, 168, 10, 132});
    status.position = "0-1-270";
    status.history = "0-1-270,0-2-9";
    status.server_id = 1;
    status.hears = {"db2", "db3"};
    status.uptime = std::chrono::hours(24);
    status.version = "0.1.0";
    return status;
}

}  // namespace

TEST_CASE("a status is one line with a field for each slot and each peer", "[status]") {
    CHECK(encode_status("db1", sample()) == kLine);
    CHECK(decode_status(*decode(kLine)) == sample());
    CHECK(decode_status(*decode(encode_status("db1", AgentStatus()))) == AgentStatus());
    AgentStatus semi = sample();
    semi.semi_sync = {true, false, true, 2, 1, 3, Duration{12000}, Duration{10000}, true};
    const std::string line = encode_status("db1", semi);
    CHECK(line == kLine + "|semi_sync=1 0 1 2 1 3 12000 10000 1");
    CHECK(decode_status(*decode(line)) == semi);
    for (const char* const wrong : {"", "1", "1 0 1 2 1 3 12000 10000 2", "1 0 1 2 1 3 12000 10000 1 1",
                                    "1 0 1 2 1 3 12000 x 1", "1 0 1 2 1 3 12000 4294967296 1"}) {
        INFO(wrong);
        CHECK_FALSE(decode_status(*decode(kLine + "|semi_sync=" + wrong)));
    }
}

TEST_CASE("a status survives the wire with any text in it", "[status]") {
    std::mt19937 random(4242);
    for (int round = 0; round < 1000; ++round) {
        AgentStatus status = sample();
        status.state = kHostStateWords[random() % kHostStateWords.size()].first;
        status.active_master = nasty_text(random);
        status.server = static_cast<Server>(random() % 4);
        status.read_only = random() % 2 == 0 ? std::nullopt : std::optional<bool>(random() % 2 == 0);
        status.read_only_owed = random() % 2 == 0;
        status.writer = static_cast<WriterPhase>(random() % 4);
        if (random() % 2 == 0) status.source.reset();
        status.rejoining = random() % 2 == 0;
        status.other_channels = random() % 2 == 0;
        status.looked = random() % 2 == 0;
        status.position = nasty_text(random);
        status.history_problem = nasty_text(random);
        status.server_uuid = nasty_text(random);
        status.gtids = random() % 2 == 0;
        status.io_error = static_cast<std::uint32_t>(random() % 20000);
        status.problem = nasty_text(random);
        status.received = nasty_text(random);
        status.receiving = random() % 2 == 0;
        status.sql_problem = nasty_text(random);
        status.draining = nasty_text(random);
        status.drain_lost = nasty_text(random);
        status.version = nasty_text(random);
        status.hears.insert("h" + nasty_text(random));
        status.present.insert({"r" + nasty_text(random), kReaderIp});
        status.granted[{"r" + nasty_text(random), kReaderIp}] = random();
        status.handover = static_cast<Handover>(random() % 5);
        status.refusal = nasty_text(random);
        status.reached = nasty_text(random);
        status.privileged = nasty_text(random);
        if (random() % 2 == 0) status.security = {random(), nasty_text(random), nasty_text(random)};
        status.lease = AnyLease(random()).report();
        const auto decoded = decode_status(*decode(encode_status("db1", status)));
        REQUIRE(decoded);
        REQUIRE(*decoded == status);
    }
}

TEST_CASE("a status tells an agent's part in leases, where it has one", "[status]") {
    const Slot writer{"writer", kWriterIp};
    const Slot reader{"reader", kReaderIp};
    AgentStatus status = sample();
    status.lease.held[writer] = {{12, "monitor-x7"}, true, Duration{1830}, {"db1", "db2", "monitor"}};
    status.lease.held[reader] = {{3, "db1"}, false, Duration{0}, {}};
    status.lease.released[{"reader", kWriterIp}] = {{2, "monitor-x7"}, {}};
    status.lease.supported[writer] = {true, {12, "monitor-x7"}, "db1", Duration{40}};
    status.lease.supported[reader] = {false, {}, {}, Duration{86'400'000}};
    status.lease.by_contact = {reader};
    status.lease.silent_for = Duration{5500};
    status.lease.voters = 77;
    const std::string line = kLine +
                             "|held=reader(192.168.10.129) 3.db1 0 0"
                             "|held=writer(192.168.10.128) 12.monitor-x7 1 1830 db1 db2 monitor"
                             "|released=reader(192.168.10.128) 2.monitor-x7 0|by_contact=reader(192.168.10.129)"
                             "|silent_ms=5500|voters=77|supported=reader(192.168.10.129) 86400000"
                             "|supported=writer(192.168.10.128) 40 12.monitor-x7 db1";
    CHECK(encode_status("db1", status) == line);
    CHECK(decode_status(*decode(line)) == status);
}

TEST_CASE("a bad value in what a status tells of leases is refused, and the key named", "[status]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"held", "writer(192.168.10.128)"},
        {"held", "writer(192.168.10.128) 0 1 5"},
        {"held", "writer(192.168.10.128) 12.db1 2 5"},
        {"held", "writer(192.168.10.128) 12.db1 1"},
        {"held", "writer(192.168.10.128) 12.db1 1 -5"},
        {"held", "writer(192.168.10.128) 12.db1 1 31622400000001"},
        {"held", "writer(192.168.10.128) 12.db1 1 5 "},
        {"held", "writer(192.168.10.128) 12.db1 1 5 db1  db2"},
        {"held", "wri%ter(192.168.10.128) 12.db1 1 5"},
        {"released", "writer(192.168.10.128) 12.db1"},
        {"released", "writer(192.168.10.128) 12.db1 12"},
        {"released", "writer(192.168.10.128) 12.db1 12.db1 1"},
        {"supported", "writer(192.168.10.128)"},
        {"supported", "writer(192.168.10.128) 5 12.db1"},
        {"supported", "writer(192.168.10.128) 5 0 db1"},
        {"by_contact", "writer"},
        {"by_contact", "writer(192.168.10.128) 1"},
        {"silent_ms", "-1"},
        {"silent_ms", "31622400000001"},
        {"voters", ""},
        {"voters", "1x"},
    };
    for (const auto& [key, value] : cases) {
        Message message = *decode(kLine);
        message.fields.emplace_back(key, value);
        const auto status = decode_status(message);
        REQUIRE_FALSE(status);
        CHECK_THAT(status.error().message, Catch::StartsWith("STATUS: " + key + " can't be '" + value.substr(0, 40)));
    }
    for (const char* twice :
         {"held=writer(192.168.10.128) 12.db1 1 5", "released=writer(192.168.10.128) 0 0",
          "supported=writer(192.168.10.128) 5", "by_contact=writer(192.168.10.128)", "silent_ms=5", "voters=7"}) {
        const std::string once = kLine + "|" + twice;
        CHECK(decode_status(*decode(once)));
        CHECK_FALSE(decode_status(*decode(once + "|" + twice)));
    }
}

TEST_CASE("a host that holds all addresses that a cluster may have can say so", "[status]") {
    AgentStatus status = sample();
    for (unsigned i = 0; i < 256; ++i) {
        const Slot slot{"reader", Address::v4({192, 168, 10, static_cast<std::uint8_t>(i)})};
        const lease::Epoch epoch{100 + i, "monitor-a1b2c3d4"};
        status.granted.emplace(slot, i);
        status.present.insert(slot);
        status.lease.held[slot] = {epoch, true, Duration{1830}, {"db1", "db2", "db3", "db4", "monitor"}};
        status.lease.supported[slot] = {true, epoch, "db1", Duration{40}};
    }
    for (int i = 0; i < 63; ++i) status.hears.insert("host-" + std::to_string(i));
    const std::string line = encode_status("db1", status);
    CHECK(line.size() < kMaxLine);
    const auto decoded = decode(line).and_then(decode_status);
    REQUIRE(decoded);
    CHECK(decoded->lease.held == status.lease.held);
    CHECK(decoded->lease.supported.size() > 100);  // as many as there is room for
    CHECK(decoded->lease.supported.size() < 256);
}

TEST_CASE("each key of a status is wanted once", "[status]") {
    for (const char* key :
         {"order", "state", "active_master", "server", "read_only", "read_only_owed", "writer", "source", "rejoining",
          "position", "history", "server_id", "server_uuid", "gtids", "io_error", "problem", "uptime_ms", "version"}) {
        CAPTURE(key);
        const Message whole = *decode(kLine);
        Message without{whole.type, whole.host, {}};
        Message twice = whole;
        for (const auto& field : whole.fields) {
            if (field.first != key) {
                without.fields.push_back(field);
            } else {
                twice.fields.push_back(field);
            }
        }
        CHECK(decode_status(without).error().message == std::string("STATUS: ") + key + " is missing");
        CHECK(decode_status(twice).error().message == std::string("STATUS: ") + key + " is there twice");
    }
}

TEST_CASE("a bad value in a status is refused, and the key named", "[status]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"order", "x"},
        {"state", "BROKEN"},
        {"server", "UP"},
        {"read_only", "yes"},
        {"read_only_owed", ""},
        {"writer", "2"},
        {"source", "db2"},
        {"uptime_ms", "1.5"},
        {"uptime_ms", "18446744073709551615"},
        {"granted", "writer(192.168.10.128)"},
        {"granted", "writer@5"},
        {"present", "writer"},
        {"present", "writer(192.168.10.128"},
        {"hears", ""},
    };
    for (const auto& [key, value] : cases) {
        Message message = *decode(kLine);
        for (auto& field : message.fields) {
            if (field.first == key) field.second = value;
        }
        const auto status = decode_status(message);
        REQUIRE_FALSE(status);
        CHECK(status.error().message == "STATUS: " + key + " can't be '" + value + "'");
    }
    Message message = *decode(kLine);
    message.fields.emplace_back("present", "writer(192.168.10.128)");
    CHECK_FALSE(decode_status(message));
}

TEST_CASE("what a server says can't make the line too long", "[status]") {
    AgentStatus status = sample();
    status.problem = std::string(100000, '%');
    status.position = std::string(100000, '1');
    const std::string line = encode_status("db1", status);
    CHECK(line.size() < kMaxLine);
    const auto decoded = decode_status(*decode(line));
    REQUIRE(decoded);
    CHECK(decoded->problem.size() == kMaxProblem);
    CHECK(decoded->position.empty());
}

TEST_CASE("a history that is too long for a line is unknown, and so is an empty one of an older agent", "[status]") {
    AgentStatus status = sample();
    status.history = std::string(kMaxHistory, '1');
    CHECK(decode_status(*decode(encode_status("db1", status))) == status);
    status.history += "1";
    const auto decoded = decode_status(*decode(encode_status("db1", status)));
    REQUIRE(decoded);
    CHECK(decoded->history.empty());
    CHECK(decoded->history_problem == "its GTID set is too long to be told: 16385 bytes");

    for (const char* history : {"", "0-1-270"}) {
        Message older = *decode(kLine);
        std::erase_if(older.fields, [](const auto& field) {
            return field.first == "history_problem" || field.first == "server_uuid" || field.first == "gtids" ||
                   field.first == "io_error";
        });
        for (auto& field : older.fields) {
            if (field.first == "history") field.second = history;
        }
        const auto told = decode_status(older);
        REQUIRE(told);
        CHECK(told->history_problem.empty() == !told->history.empty());
        CHECK(told->gtids);
    }
}

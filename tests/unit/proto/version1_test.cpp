#include "core/proto/version1.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::proto;

namespace {

Address ip(const char* text) {
    return Address::parse(text).value();
}

const Slot kWriter{"writer", ip("192.168.10.128")};
const Slot kReader129{"reader", ip("192.168.10.129")};
const Slot kReader130{"reader", ip("192.168.10.130")};

}  // namespace

TEST_CASE("version 1 requests are these bytes, both ways", "[version1]") {
    struct Case {
        std::string line;
        v1::Request request;
    };
    const std::vector<Case> cases{
        {"PING|1|db1", {v1::Command::ping, "db1", {}}},
        {"GET_AGENT_STATUS|1|db2", {v1::Command::get_agent_status, "db2", {}}},
        {"GET_SYSTEM_STATUS|1|db2", {v1::Command::get_system_status, "db2", {}}},
        {"CLEAR_BAD_ROLES|1|db2", {v1::Command::clear_bad_roles, "db2", {}}},
        {"SET_STATUS|1|db1|ONLINE|writer(192.168.10.128)|db1",
         {v1::Command::set_status, "db1", {HostState::online, {kWriter}, "db1"}}},
        {"SET_STATUS|1|db4|ONLINE|reader(192.168.10.129),reader(192.168.10.130)|db1",
         {v1::Command::set_status, "db4", {HostState::online, {kReader129, kReader130}, "db1"}}},
        {"SET_STATUS|1|db3|HARD_OFFLINE||", {v1::Command::set_status, "db3", {HostState::hard_offline, {}, ""}}},
    };
    for (const auto& each : cases) {
        INFO(each.line);
        CHECK(v1::is_request(each.line));
        CHECK(v1::encode(each.request) == each.line);
        CHECK(v1::decode_request(each.line) == each.request);
    }
}

TEST_CASE("version 1 replies are these bytes, both ways", "[version1]") {
    struct Case {
        std::string line;
        v1::Reply reply;
    };
    const v1::AgentStatus told{HostState::online, {kWriter}, "db1"};
    const v1::SystemStatus writes{true, {kWriter}, ip("192.168.10.132")};
    const v1::SystemStatus idle{false, {}, std::nullopt};
    const std::vector<Case> cases{
        {"OK: Pinged|UP:885492.82", {true, "Pinged", {}, Duration(885492820)}},
        {"OK: Status|ONLINE|writer(192.168.10.128)|db1|UP:0.04", {true, "Status", v1::fields_of(told), Duration(40)}},
        {"OK: Status|UNKNOWN|||UP:1.00", {true, "Status", v1::fields_of(v1::AgentStatus{}), Duration(1000)}},
        {"OK: System|1|writer(192.168.10.128)|192.168.10.132|UP:5.50",
         {true, "System", v1::fields_of(writes), Duration(5500)}},
        {"OK: System||||UP:5.50", {true, "System", v1::fields_of(idle), Duration(5500)}},
        {"ERROR: no such command|UP:12.30", {false, "no such command", {}, Duration(12300)}},
    };
    for (const auto& each : cases) {
        INFO(each.line);
        CHECK(v1::encode(each.reply) == each.line);
        CHECK(v1::decode_reply(each.line) == each.reply);
    }
    CHECK(v1::agent_status(v1::fields_of(told)) == told);
    CHECK(v1::system_status(v1::fields_of(writes)) == writes);
    CHECK(v1::system_status(v1::fields_of(idle)) == idle);
}

TEST_CASE("a version 1 reply may leave trailing fields and decimals away", "[version1]") {
    CHECK(v1::decode_reply("OK: Pinged!|UP:12")->uptime == Duration(12000));
    CHECK(v1::agent_status({"ONLINE"}) == v1::AgentStatus{HostState::online, {}, ""});
    CHECK(v1::system_status({"0", "writer(192.168.10.128)"}) == v1::SystemStatus{false, {kWriter}, std::nullopt});
    CHECK(v1::system_status({"", "", "db2.example"})->source == std::nullopt);
}

TEST_CASE("what isn't version 1 is told apart, and refused with a reason", "[version1]") {
    for (const char* line : {"PING|2|db1", "PING|11|db1", "ping|1|db1", "show", "", "|1|db1", "HELLO|2|db1|cluster="}) {
        INFO(line);
        CHECK_FALSE(v1::is_request(line));
        CHECK_FALSE(v1::decode_request(line));
    }
    struct Case {
        const char* line;
        const char* reason;
    };
    for (const auto& [line, reason] : std::vector<Case>{
             {"REBOOT|1|db1", "Invalid command 'REBOOT'"},
             {"PING|1", "no host is named"},
             {"PING|1|", "no host is named"},
             {"SET_STATUS|1|db1|ONLINE", "SET_STATUS needs state, roles and active master"},
             {"SET_STATUS|1|db1|WELL||db1", "'WELL' isn't a host state"},
         }) {
        INFO(line);
        REQUIRE(v1::is_request(line));
        CHECK(v1::decode_request(line).error().message == reason);
    }
    CHECK_FALSE(v1::decode_request("SET_STATUS|1|db1|ONLINE|writer|db1"));
    for (const char* line : {"", "OK", "OK: ", "OK: Pinged", "OK: Pinged|UP:", "OK: Pinged|UP:x", "OK: Pinged|UP:-1",
                             "OK: Pinged|UP:1e99", "OK: Pinged|UP:nan", "WELCOME|2|db1|version=0.1.0"}) {
        INFO(line);
        CHECK_FALSE(v1::decode_reply(line));
    }
}

TEST_CASE("a server's message can't forge a field of a version 1 reply", "[version1]") {
    CHECK(v1::encode(v1::Reply{false, "can't: a|UP:1.00\nOK: b", {}, Duration(0)}) ==
          "ERROR: can't: a/UP:1.00?OK: b|UP:0.00");
}

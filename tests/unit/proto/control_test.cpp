#include "core/proto/control.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::proto;

TEST_CASE("a command line is cut into words", "[control]") {
    struct Case {
        const char* line;
        ControlRequest request;
    };
    const std::vector<Case> cases{
        {"show", {{"show"}, false}},
        {"  set_online   db1  ", {{"set_online", "db1"}, false}},
        {"set-online db-1", {{"set_online", "db-1"}, false}},
        {"move-role --force writer db2", {{"move_role", "--force", "writer", "db2"}, false}},
        {"json show", {{"show"}, true}},
        {"json set-ip 192.168.10.128 db1", {{"set_ip", "192.168.10.128", "db1"}, true}},
        {"", {{}, false}},
        {"   ", {{}, false}},
        {"quit", {{"quit"}, false}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.line);
        const auto request = parse_control(c.line);
        REQUIRE(request);
        CHECK(*request == c.request);
        CHECK(wants_json(c.line) == c.request.json);
        CHECK(request->empty() == c.request.words.empty());
    }
    CHECK(parse_control("quit")->quit());
    CHECK_FALSE(parse_control("show")->quit());
}

TEST_CASE("a command is bounded in length and words", "[control]") {
    std::string line = "checks";
    for (std::size_t i = 1; i < kMaxControlWords; ++i) line += " x";
    CHECK(parse_control(line));
    CHECK(parse_control(line + " x").error().message == "command of more than 20 words");
    CHECK(parse_control(std::string(1025, 'x')).error().message == "command longer than 1024 bytes");
    CHECK(parse_control("json").error().message == "no command after 'json'; 'json help' lists them");
}

TEST_CASE("the classic answer is the text alone", "[control]") {
    CHECK(render_classic({kExitDone, "ACTIVE", "{\"mode\":\"ACTIVE\"}"}) == "ACTIVE");
}

TEST_CASE("the structured answer is one line of JSON", "[control]") {
    CHECK(render_json({kExitDone, "OK: done\n", "{\"b\": 1,\n \"a\": [2]}"}) ==
          "{\"ok\":true,\"exit\":0,\"text\":\"OK: done\\n\",\"data\":{\"b\":1,\"a\":[2]}}\n");
    CHECK(render_json({kExitRefused, "ERROR: no", ""}) ==
          "{\"ok\":false,\"exit\":1,\"text\":\"ERROR: no\",\"data\":null}\n");
    CHECK(render_json({kExitDone, "bad \xff", "{not json"}) ==
          "{\"ok\":true,\"exit\":0,\"text\":\"bad \xef\xbf\xbd\",\"data\":null}\n");
}

TEST_CASE("the structured answer can be read back", "[control]") {
    for (const ControlReply& reply :
         {ControlReply{kExitDone, "OK: \"done\"\n\\", "{\"mode\":\"ACTIVE\"}"},
          ControlReply{kExitRefused, "ERROR: no", ""}, ControlReply{kExitUsage, "", "[]"}}) {
        CHECK(parse_reply(render_json(reply)) == reply);
    }
}

TEST_CASE("what an older monitor or somebody else says isn't a structured answer", "[control]") {
    for (const char* line : {"", "ERROR: Invalid command 'json' - type help", "[]", "{}", "{\"exit\":0}",
                             "{\"exit\":", "{\"exit\":\"0\",\"text\":\"\"}", "{\"exit\":0,\"text\":1}"}) {
        CHECK_FALSE(parse_reply(line));
    }
    CHECK(parse_reply("{\"exit\":99999999999,\"text\":\"\"}")->exit == kExitRefused);
}

TEST_CASE("deep nesting in an answer does no harm", "[control]") {
    const std::string deep = std::string(500000, '[') + std::string(500000, ']');
    CHECK(parse_reply("{\"exit\":0,\"text\":\"\",\"data\":" + deep + "}"));
    CHECK(render_json({kExitDone, "", deep}).size() < 200);
}

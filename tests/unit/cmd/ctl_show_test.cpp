#include "cmd/ctl_show.hpp"

#include <catch2/catch.hpp>

#include "cmd/ctl_terminal.hpp"

using namespace mmm;
using proto::ControlReply;

namespace {

const ControlReply kShow{proto::kExitDone,
                         "# Warning: agent on host db2 is not reachable\n"
                         "  db1(192.168.10.131) master/ONLINE. Roles: writer(192.168.10.128)\n"
                         "  db2(192.168.10.132) master/HARD_OFFLINE. Roles: \n"
                         "  db3(192.168.10.133) slave/ADMIN_OFFLINE. Roles: \n"
                         "# Role writer prefers host db1\n",
                         R"({"mode":"ACTIVE","cluster":"C1","hosts":[
        {"name":"db1","state":"ONLINE","since":"2026/11/22 12:00:00","reason":"set online by an operator"},
        {"name":"db2","state":"HARD_OFFLINE","since":"2026/11/22 12:43:16","reason":"mysql: connection refused"},
        {"name":"db3","state":"ADMIN_OFFLINE"}]})"};

}  // namespace

TEST_CASE("show says for each host that isn't ONLINE since when and why", "[ctl]") {
    CHECK(show_for_people(kShow, false) ==
          "# Warning: agent on host db2 is not reachable\n"
          "  db1(192.168.10.131) master/ONLINE. Roles: writer(192.168.10.128)\n"
          "  db2(192.168.10.132) master/HARD_OFFLINE. Roles: \n"
          "      since 2026/11/22 12:43:16: mysql: connection refused\n"
          "  db3(192.168.10.133) slave/ADMIN_OFFLINE. Roles: \n"
          "      the monitor gives no reason\n"
          "# Role writer prefers host db1\n");
}

TEST_CASE("colour marks what needs attention and nothing else", "[ctl]") {
    CHECK(show_for_people(kShow, true) ==
          "\x1b[1;33m# Warning: agent on host db2 is not reachable\x1b[0m\n"
          "  db1(192.168.10.131) master/ONLINE. Roles: writer(192.168.10.128)\n"
          "  db2(192.168.10.132) master/\x1b[1;31mHARD_OFFLINE\x1b[0m. Roles: \n"
          "      \x1b[1;31msince 2026/11/22 12:43:16: mysql: connection refused\x1b[0m\n"
          "  db3(192.168.10.133) slave/\x1b[1;33mADMIN_OFFLINE\x1b[0m. Roles: \n"
          "      \x1b[1;33mthe monitor gives no reason\x1b[0m\n"
          "\x1b[2m# Role writer prefers host db1\x1b[0m\n");
}

TEST_CASE("show gets along with whatever data is missing or odd", "[ctl]") {
    for (const char* data : {"", "null", "[]", "{}", "{\"hosts\":5}", "{\"hosts\":[1,null,{}]}", "{broken",
                             "{\"hosts\":[{\"name\":7,\"state\":\"ONLINE\"}]}"}) {
        CAPTURE(data);
        ControlReply reply = kShow;
        reply.data_json = data;
        CHECK(show_for_people(reply, false) == kShow.text);
        CHECK(show_heading(reply).empty());
    }
    CHECK(show_heading(kShow) == "ACTIVE, cluster C1");
}

TEST_CASE("no answer can steer the terminal", "[ctl]") {
    CHECK(terminal_text("a\x1b]0;title\x07\nb\tc\n") == "a?]0;title?\nb?c\n");
    CHECK(terminal_text("no end") == "no end");
    CHECK(terminal_text("\n\n") == "\n\n");
    const ControlReply hostile{
        proto::kExitDone, "  db1(192.168.10.131) master/HARD_OFFLINE. Roles: \x1b[2J\n",
        R"({"hosts":[{"name":"db1","state":"HARD_OFFLINE","since":"","reason":"\u001b[31mred\n"}]})"};
    CHECK(show_for_people(hostile, false) ==
          "  db1(192.168.10.131) master/HARD_OFFLINE. Roles: ?[2J\n      ?[31mred\n\n");
}

TEST_CASE("programs get the data, or the reply where a command has none", "[ctl]") {
    CHECK(json_for_programs({proto::kExitDone, "text", "{\"a\":1}"}) == "{\"a\":1}\n");
    CHECK(json_for_programs({proto::kExitRefused, "ERROR: no", ""}) ==
          "{\"ok\":false,\"exit\":1,\"text\":\"ERROR: no\"}\n");
}

TEST_CASE("a frame replaces what was shown and stays on the screen", "[ctl]") {
    CHECK(screen_frame("one\ntwo\n", 0) == "\x1b[Hone\x1b[K\ntwo\x1b[K\x1b[J");
    CHECK(screen_frame("one\ntwo\n", 2) == "\x1b[Hone\x1b[K\ntwo\x1b[K\x1b[J");
    CHECK(screen_frame("one\ntwo\nthree\n", 2) == "\x1b[Hone\x1b[K\n... and 2 lines more\x1b[K\x1b[J");
}

#include "cmd/ctl_options.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using Words = std::vector<std::string>;

TEST_CASE("commands and their aliases become the monitor's words", "[ctl]") {
    struct Case {
        Words arguments;
        Words words;
    };
    for (const Case& c : {Case{{"show"}, {"show"}},
                          Case{{"checks"}, {"checks"}},
                          Case{{"explain"}, {"explain"}},
                          Case{{"history"}, {"history"}},
                          Case{{"history", "--last", "20"}, {"history", "--last", "20"}},
                          Case{{"explain", "db1"}, {"explain", "db1"}},
                          Case{{"losses"}, {"losses"}},
                          Case{{"losses", "db1"}, {"losses", "db1"}},
                          Case{{"accept-loss", "db1"}, {"accept_loss", "db1"}},
                          Case{{"take-late", "db1"}, {"take_late", "db1"}},
                          Case{{"checks", "all"}, {"checks", "all"}},
                          Case{{"checks", "db1", "ping"}, {"checks", "db1", "ping"}},
                          Case{{"ping"}, {"ping"}},
                          Case{{"mode"}, {"mode"}},
                          Case{{"help"}, {"help"}},
                          Case{{"set_online", "db1"}, {"set_online", "db1"}},
                          Case{{"set-online", "db-1"}, {"set_online", "db-1"}},
                          Case{{"set-offline", "db1"}, {"set_offline", "db1"}},
                          Case{{"set-active"}, {"set_active"}},
                          Case{{"set-manual"}, {"set_manual"}},
                          Case{{"set-passive"}, {"set_passive"}},
                          Case{{"move-role", "writer", "db2"}, {"move_role", "writer", "db2"}},
                          Case{{"move_role", "--force", "writer", "db2"}, {"move_role", "--force", "writer", "db2"}},
                          Case{{"move_role", "writer", "db2", "--force"}, {"move_role", "--force", "writer", "db2"}},
                          Case{{"set-ip", "192.168.10.128", "db1"}, {"set_ip", "192.168.10.128", "db1"}}}) {
        CAPTURE(c.arguments);
        const auto parsed = parse_ctl_options(c.arguments);
        REQUIRE(parsed.options);
        CHECK(parsed.options->words == c.words);
        CHECK_FALSE(parsed.options->watch);
        CHECK_FALSE(parsed.options->json);
    }
}

TEST_CASE("options may stand before and behind the command", "[ctl]") {
    for (const Words& arguments :
         {Words{"--json", "--monitor", "db5:9988", "show"}, Words{"show", "--json", "-m", "db5:9988"}}) {
        const auto parsed = parse_ctl_options(arguments);
        REQUIRE(parsed.options);
        CHECK(parsed.options->json);
        CHECK(parsed.options->monitor == "db5:9988");
        CHECK(parsed.options->config.path.empty());
    }
    CHECK(parse_ctl_options({"show", "--monitor", "db5", "--config", "x.toml"}).options->config.path == "x.toml");
}

TEST_CASE("@NAME picks the cluster, wherever it stands", "[ctl]") {
    for (const Words& arguments :
         {Words{"@shop", "show"}, Words{"show", "@shop"}, Words{"--json", "@shop", "show"}, Words{"@shop", "watch"}}) {
        CAPTURE(arguments);
        const auto parsed = parse_ctl_options(arguments);
        REQUIRE(parsed.options);
        CHECK(parsed.options->config.cluster == "shop");
    }
    CHECK(parse_ctl_options({"@../shop", "show"}).exit == 2);
    CHECK(parse_ctl_options({"@shop", "@news", "show"}).exit == 2);
    CHECK(parse_ctl_options({"@shop"}).exit == 2);
}

TEST_CASE("watch has an interval with a unit", "[ctl]") {
    const auto parsed = parse_ctl_options({"watch"});
    REQUIRE(parsed.options);
    CHECK(parsed.options->watch);
    CHECK(parsed.options->interval == Duration(1000));
    CHECK(parse_ctl_options({"watch", "--interval", "200ms"}).options->interval == Duration(200));
    for (const char* interval : {"5", "1ms", "2d", "x", ""}) {
        CHECK(parse_ctl_options({"watch", "--interval", interval}).exit == 2);
    }
}

TEST_CASE("wrong usage ends with status 2", "[ctl]") {
    for (const Words& arguments :
         {Words{}, Words{"--json"}, Words{"frobnicate"}, Words{"sho"}, Words{"set_online"},
          Words{"set_online", "db1", "db2"}, Words{"show", "db1"}, Words{"show", "--force"},
          Words{"move_role", "writer"}, Words{"--monitor"}, Words{"set_online", "db1\nquit"}}) {
        CAPTURE(arguments);
        const auto parsed = parse_ctl_options(arguments);
        CHECK_FALSE(parsed.options);
        CHECK(parsed.exit == 2);
    }
    CHECK(parse_ctl_options({"--help"}).exit == 0);
    CHECK(parse_ctl_options({"move_role", "--help"}).exit == 0);
}

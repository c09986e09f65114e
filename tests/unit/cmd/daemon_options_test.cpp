#include "cmd/daemon_options.hpp"

#include <catch2/catch.hpp>

#include "cmd/original_control.hpp"

using namespace mmm;
using Words = std::vector<std::string>;

TEST_CASE("a daemon's configuration is named by --config or by @NAME", "[options]") {
    struct Case {
        DaemonProgram program;
        Words arguments;
        std::string path;
        std::string cluster;
    };
    for (const Case& c : {Case{kMonitor, {}, "", ""}, Case{kMonitor, {"--config", "x.toml"}, "x.toml", ""},
                          Case{kMonitor, {"@shop", "--log-level", "debug"}, "", "shop"},
                          Case{kAgent, {"--this", "db1", "@shop"}, "", "shop"}, Case{kOriginalMonitor, {}, "", ""},
                          Case{kOriginalMonitor, {"@shop"}, "", "shop"},
                          Case{kOriginalAgent, {"-c", "x.conf", "--this", "db1"}, "x.conf", ""}}) {
        CAPTURE(c.program.name, c.arguments);
        const auto parsed = parse_daemon_options(c.program, c.arguments);
        REQUIRE(parsed.options);
        CHECK(parsed.options->config.path == c.path);
        CHECK(parsed.options->config.cluster == c.cluster);
    }
}

TEST_CASE("a daemon refuses what it doesn't know, and has help", "[options]") {
    for (const auto& program : {kMonitor, kAgent, kOriginalMonitor, kOriginalAgent}) {
        CAPTURE(program.name);
        for (const Words& arguments :
             {Words{"shop"}, Words{"@"}, Words{"@a/b"}, Words{"@a", "@b"}, Words{"--config"}, Words{"--nonsense"}}) {
            CAPTURE(arguments);
            const auto parsed = parse_daemon_options(program, arguments);
            CHECK_FALSE(parsed.options);
            CHECK(parsed.exit == 2);
        }
        const auto help = parse_daemon_options(program, {"--help"});
        CHECK_FALSE(help.options);
        CHECK(help.exit == 0);
    }
    CHECK(parse_daemon_options(kOriginalMonitor, {"--version"}).exit == 0);
    CHECK(parse_daemon_options(kOriginalMonitor, {"--this", "db1"}).exit == 2);
    CHECK(parse_daemon_options(kMonitor, {"--this", "db1"}).exit == 2);
}

TEST_CASE("mmm_control passes a command on as it is", "[options]") {
    struct Case {
        Words arguments;
        Words words;
        std::string cluster;
    };
    for (const Case& c :
         {Case{{"show"}, {"show"}, ""}, Case{{"@shop", "show"}, {"show"}, "shop"},
          Case{{"move_role", "--force", "writer", "db2"}, {"move_role", "--force", "writer", "db2"}, ""},
          Case{{"--config", "x", "checks", "db1"}, {"checks", "db1"}, ""}, Case{{"no_such", "x"}, {"no_such", "x"}, ""},
          Case{{"set-online", "db1"}, {"set-online", "db1"}, ""}, Case{{}, {"help"}, ""},
          Case{{"@shop"}, {"help"}, "shop"}}) {
        CAPTURE(c.arguments);
        const auto parsed = parse_original_control(c.arguments);
        REQUIRE(parsed.options);
        CHECK(parsed.options->words == c.words);
        CHECK(parsed.options->config.cluster == c.cluster);
    }
    CHECK(parse_original_control({"--version"}).exit == 0);
    CHECK(parse_original_control({"--help"}).exit == 0);
    CHECK(parse_original_control({"@a/b", "show"}).exit == 2);
    CHECK(parse_original_control({"show\nset_passive"}).exit == 2);
}

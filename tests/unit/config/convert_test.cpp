#include "core/config/classic.hpp"
#include "core/config/render.hpp"
#include "core/config/toml.hpp"
#include "tests/unit/config/classic_cases.hpp"
#include "tests/unit/config/generated.hpp"

using namespace mmm::config;

namespace {

constexpr unsigned kSeeds = 500;

/// Faults that the reader itself found.
std::string faults(const Loaded& loaded) {
    std::string out;
    for (const auto& finding : loaded.findings) {
        if (finding.severity == Severity::fault) out += text(finding) + "\n";
    }
    return out;
}

}  // namespace

TEST_CASE("any configuration survives being printed as TOML and read again") {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        const auto config = test::Generated(seed).config();
        const auto printed = render(config, Secrets::shown);
        const auto again = read_toml("p.toml", printed);
        INFO("seed " << seed << "\n" << printed);
        REQUIRE(faults(again).empty());
        REQUIRE(again.config == config);
        REQUIRE(format_of(printed) == Format::toml);
    }
}

TEST_CASE("any configuration survives being written as a classic file, read, converted to TOML and read again") {
    for (unsigned seed = 0; seed < kSeeds; ++seed) {
        auto config = test::Generated(seed).config();
        std::mt19937 random(seed);
        const auto classic = test::classic_text(config, random);
        const auto loaded = test::classic(classic);
        INFO("seed " << seed << "\n" << classic);
        REQUIRE(faults(loaded).empty());
        REQUIRE(loaded.complete);
        REQUIRE(loaded.config == config);
        REQUIRE(format_of(classic) == Format::classic);
        const auto again = read_toml("p.toml", render(loaded.config, Secrets::shown));
        REQUIRE(faults(again).empty());
        REQUIRE(again.config == config);
    }
}

TEST_CASE("a classic file with templates and includes converts to the TOML of what it means") {
    const test::Files files{{"common", test::kClassic}};
    const auto loaded = test::classic(
        "include common\nthis db3\n<check default>\ncheck_period 2\n</check>\n<host db2>\nagent_password_file "
        "/etc/mmm/agent\n</host>\n",
        files);
    const auto again = read_toml("p.toml", render(loaded.config, Secrets::shown));
    CHECK(again.config == loaded.config);
    CHECK(again.config.self == "db3");
    CHECK(again.config.host("db1")->agent.password == "agent");
    CHECK(again.config.host("db2")->agent.password.empty());
    // One classic file of the monitor's and agents' parts together is a whole TOML file, but for what it never said.
    const auto findings = all_findings(again);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].message.starts_with("nothing says by what the cluster's programs know each other"));
}

TEST_CASE("random lines never crash either reader") {
    std::mt19937 random(3);
    const std::vector<std::string> pieces{"<",
                                          ">",
                                          "/",
                                          "host",
                                          " db1",
                                          "\n",
                                          "\n",
                                          "default",
                                          "include",
                                          " ",
                                          "\t",
                                          "#",
                                          "ip",
                                          "ips",
                                          "192.168.10.1",
                                          ",",
                                          "\xef\xbc\x8c",
                                          "\xff",
                                          std::string(1, '\0'),
                                          "=",
                                          "monitor",
                                          "check",
                                          "mysql",
                                          "timeout",
                                          " 0",
                                          "-1",
                                          "mode",
                                          "master",
                                          "[",
                                          "]",
                                          "\"",
                                          "agent_password",
                                          "%X%",
                                          "\r",
                                          "999999999999999999999",
                                          ".",
                                          "role",
                                          "\xc2\xa0"};
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (auto i = random() % 60; i > 0; --i) text += pieces[random() % pieces.size()];
        const test::Files files{{"x", text}, {"192.168.10.1", "include x\n"}};
        const auto loaded = test::classic(text, files);
        for (const auto purpose : {Purpose::any, Purpose::monitor, Purpose::agent, Purpose::control})
            CHECK(all_findings(loaded, purpose).size() < 200);
        CHECK(all_findings(read_toml("t", text)).size() < 200);
    }
}

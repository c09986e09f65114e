#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "core/config/render.hpp"
#include "core/config/toml.hpp"
#include "core/config/validate.hpp"

using namespace mmm::config;

namespace {

std::string example(const std::string& name) {
    std::ifstream in(std::string(MMM_SOURCE_DIR) + "/packaging/examples/" + name);
    REQUIRE(in.good());
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::string all_text(const std::vector<Finding>& findings) {
    std::string out;
    for (const auto& finding : findings) out += text(finding) + "\n";
    return out;
}

}  // namespace

TEST_CASE("no example has a fault or a doubt, and each survives being printed and read again") {
    const auto* name = GENERATE("mmm.toml", "minimal.toml", "ipv6.toml");
    INFO(name);
    const auto loaded = read_toml(name, example(name));
    CHECK(all_text(all_findings(loaded)).empty());

    const auto printed = render(loaded.config, Secrets::shown);
    const auto again = read_toml("printed.toml", printed);
    INFO(printed);
    CHECK(all_text(all_findings(again)).empty());
    CHECK(again.config == loaded.config);
}

TEST_CASE("the example is the tutorial's cluster") {
    const auto config = read_toml("mmm.toml", example("mmm.toml")).config;
    CHECK(config.hosts.size() == 4);
    CHECK(config.slots().size() == 3);
    CHECK(config.writer_role().ips.at(0).text() == "192.168.10.128");
    CHECK(config.host("db1")->peer == "db2");
    CHECK(config.host("db4")->agent.password_file == "agent.password");
    CHECK(config.checks.size() == 4);
    CHECK(config.monitor.auto_set_online == std::chrono::seconds(10));
}

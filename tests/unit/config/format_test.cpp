#include "core/config/format.hpp"

#include "tests/unit/config/cases.hpp"
#include "tests/unit/config/classic_cases.hpp"

using namespace mmm::config;

TEST_CASE("the format shows by the content") {
    struct Case {
        std::string text;
        Format format;
    };
    const std::string remarks = "# <host db1>\n#\n   # ip = 1\n\n";
    const std::vector<Case> cases{
        {test::kClean, Format::toml},
        {test::kClassic, Format::classic},
        {remarks + test::kClean, Format::toml},
        {remarks + test::kClassic, Format::classic},
        {std::string("\xef\xbb\xbf") + test::kClassic, Format::classic},
        {"", Format::toml},
        {remarks, Format::toml},
        {"include mmm_common.conf\r\nthis db1\r\n", Format::classic},
        {"this db1", Format::classic},
        {"this = \"db1\"", Format::toml},
        {"monitor.ip = \"192.168.10.135\"\n", Format::toml},
        {"[monitor]\nping_ips = [\n  \"192.168.10.1\",\n  \"192.168.10.2\",\n]\n", Format::toml},
        // Slips don't turn a file into the other format.
        {test::text_of({{"[host.db4]", "<host db4>"}, {"trap_period = \"3s\"", "trap_period 3"}}), Format::toml},
        {test::text_of({{"[monitor]", "[monitor"}}), Format::toml},
        {test::spoiled({{"  peer db2", "  peer = db2"}, {"<host db4>", "[host.db4]"}}), Format::classic},
        {test::spoiled({{"<monitor>", "<monitor"}, {"mode master", "modemaster"}}), Format::classic},
        {"host db1\n    ip 192.168.10.131\n", Format::classic},
    };
    for (const auto& each : cases) {
        INFO(each.text);
        CHECK(format_of(each.text) == each.format);
    }
}

#include "core/config/classic.hpp"

#include "tests/unit/config/classic_cases.hpp"

using namespace mmm;
using namespace mmm::config;
using test::classic;
using test::classic_findings;
using test::Files;
using test::kClassic;
using test::spoiled;

TEST_CASE("a classic file says the same as the TOML of the five hosts") {
    const auto loaded = classic(kClassic);
    CHECK(loaded.findings.empty());
    CHECK(loaded.complete);
    const Config& config = loaded.config;
    CHECK(config.cluster.empty());
    CHECK(config.monitor.ip.text() == "192.168.10.135");
    CHECK(config.monitor.ping_ips.size() == 2);
    REQUIRE(config.hosts.size() == 4);
    CHECK(config.host("db1")->name == "db1");
    CHECK(config.host("db1")->mode == HostMode::master);
    CHECK(config.host("db1")->peer == "db2");
    CHECK(config.host("db4")->cluster_interface == "eth0");
    CHECK(config.host("db4")->agent.password == "agent");
    CHECK(config.host("db4")->monitor.user == "mmm_monitor");
    CHECK(config.writer_role().hosts == std::vector<HostName>{"db1", "db2"});
    CHECK(config.slots().size() == 3);
    CHECK(config.checks.size() == 4);
}

TEST_CASE("a template fills in what is left out, whether it stands before or behind, here or in an included file") {
    const Files files{{"mmm_common.conf", spoiled({{"  monitor_user mmm_monitor\n  monitor_password monitor\n", ""}})}};
    const std::string mon = "include mmm_common.conf\n<host default>\nmonitor_user m\nmonitor_password p\n</host>\n";
    const auto loaded = classic(mon, files);
    CHECK(test::all_text(all_findings(loaded, Purpose::monitor)).empty());
    CHECK(loaded.config.host("db1")->monitor.user == "m");
    CHECK(loaded.config.host("db4")->monitor.password == "p");
    CHECK(loaded.config.host("db4")->agent.user == "mmm_agent");
    const auto own =
        classic(spoiled({{"  peer db2\n", "  peer db2\n  agent_user other\n  agent_password_file /etc/mmm/agent\n"}}));
    CHECK(own.config.host("db1")->agent.user == "other");
    CHECK(own.config.host("db1")->agent.password.empty());
    CHECK(own.config.host("db2")->agent.password == "agent");
}

TEST_CASE("a later value overrides an earlier one, and sections of one name merge over files") {
    const Files files{{"common", kClassic}};
    const auto config = classic(
                            "debug yes\n<host db4>\nip 192.168.10.144\nmysql_port 3307\n</host>\ninclude common\n"
                            "<host db3>\nip 192.168.10.143\n</host>\n<role reader>\nhosts db4\n</role>\n",
                            files)
                            .config;
    CHECK(config.debug);
    CHECK(config.host("db3")->ip.text() == "192.168.10.143");
    CHECK(config.host("db3")->agent.user == "mmm_agent");
    CHECK(config.host("db4")->ip.text() == "192.168.10.134");
    CHECK(config.host("db4")->mysql_port == 3307);
    CHECK(config.role("reader")->hosts == std::vector<HostName>{"db4"});
    CHECK(config.role("reader")->ips.size() == 2);
}

TEST_CASE("what stands behind an include overrides it, also within a section") {
    const Files files{{"a", "debug 1\n<host db1>\nip 192.168.10.131\nmysql_port 3307\n</host>\n"}};
    const auto config =
        classic("debug 0\n<host db1>\nagent_port 7000\ninclude a\nmysql_port 3308\n</host>\n", files).config;
    CHECK(config.debug);
    CHECK(config.host("db1")->ip.text() == "192.168.10.131");
    CHECK(config.host("db1")->agent_port == 7000);
    CHECK(config.host("db1")->mysql_port == 3308);
}

TEST_CASE("values have the classic forms") {
    const auto monitor = [](const std::string& line) {
        return classic("<monitor>\n" + line + "\n</monitor>\n").config.monitor;
    };
    CHECK(monitor("ping_interval 2").ping_interval == 2s);
    CHECK(monitor("ping_interval 0.5").ping_interval == 500ms);
    CHECK(monitor("ping_interval 0.125  ").ping_interval == 125ms);
    CHECK(monitor("auto_set_online 60").auto_set_online == 60s);
    CHECK(monitor("auto_set_online off").auto_set_online == 0s);
    CHECK(monitor("wait_for_other_master 0").wait_for_other_master == 0s);
    CHECK(monitor("mode\tpassive").mode == MonitorMode::passive);
    CHECK(monitor("ping_ips\t192.168.10.1,192.168.10.2 , 192.168.10.3,").ping_ips.size() == 3);
    for (const auto* off : {"0", "no", "off", "false", "OFF", "No"})
        CHECK_FALSE(monitor(std::string("careful_startup ") + off).careful_startup);
    for (const auto* on : {"1", "yes", "on", "true", "On", "TRUE"})
        CHECK(classic(std::string("debug ") + on + "\n").config.debug);
    CHECK(classic("this db1").config.self == "db1");
    CHECK(classic("\xef\xbb\xbfthis db1\r\n\r\n").config.self == "db1");
    CHECK(classic("<host a>\nagent_password  a b#c, d \n</host>").config.host("a")->agent.password == "a b#c, d");
}

TEST_CASE("kill_host_bin comes from bin_path, a relative one as well") {
    const auto bin = [](const std::string& lines) {
        return classic("<monitor>\n" + lines + "\n</monitor>\n").config.monitor.kill_host_bin;
    };
    CHECK(bin("bin_path /usr/lib/mysql-mmm/") == "/usr/lib/mysql-mmm/monitor/kill_host");
    CHECK(bin("bin_path /x\nkill_host_bin /y") == "/y");
    CHECK(bin("bin_path /x\nkill_host_bin fence") == "/x/monitor/fence");
    CHECK(bin("port 9988").empty());
}

TEST_CASE("places name the file that has the value") {
    const Files files{{"common", kClassic}};
    const auto where = classic("include common\n<host db1>\n  mysql_port 3307\n</host>\n", files).where;
    CHECK(where.at("host.db1.mysql_port") == Location{"t.conf", 3, 14});
    CHECK(where.at("host.db1.ip") == Location{"common", 16, 6});
    CHECK(where.at("host.db1.agent_user") == Location{"common", 8, 14});
    CHECK(where.at("role.reader.ips[1]") == Location{"common", 40, 23});
    CHECK(where.at("host.db4") == Location{"common", 29, 1});
    CHECK(where.at("monitor.port") == Location{"common", 2, 1});
}

#include "core/monitor/servers_setup.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/checks.hpp"
#include "core/monitor/masters_setup.hpp"
#include "core/monitor/show.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

ServerSettings mariadb() {
    return {"MariaDB 10.11.19",
            1011,
            true,
            {{"binlog_format", "MIXED"}, {"gtid_strict_mode", "ON"}, {"log_bin", "ON"}, {"log_slave_updates", "ON"}},
            ""};
}

ServerSettings mysql() {
    return {"MySQL 8.4.3",
            804,
            false,
            {{"binlog_format", "ROW"},
             {"enforce_gtid_consistency", "ON"},
             {"gtid_mode", "ON"},
             {"log_bin", "ON"},
             {"log_replica_updates", "ON"},
             {"log_slave_updates", "ON"},
             {"skip_replica_start", "ON"}},
            ""};
}

State with(const Config& config, const ServerSettings& settings) {
    State state = good_order(config);
    for (auto& [name, host] : state.hosts) host.setup.settings = settings;
    return state;
}

}  // namespace

TEST_CASE("settings that put data at risk are named with their remedy", "[scenario-48]") {
    const Config config = five_hosts();
    struct {
        ServerSettings base;
        const char* host;
        const char* variable;
        const char* value;
        const char* expected;
    } const cases[] = {
        {mariadb(), "db1", "gtid_strict_mode", "OFF",
         "gtid_strict_mode is off on db1: transactions out of order are merged without a word; set "
         "gtid_strict_mode=1 there"},
        {mariadb(), "db2", "log_slave_updates", "OFF",
         "log_slave_updates is off on db2: as the writer it couldn't give its replicas what they lack; set "
         "log_slave_updates=1 there"},
        {mariadb(), "db3", "log_slave_updates", "OFF",
         "log_slave_updates is off on db3: what it has can't be compared with the writer; set log_slave_updates=1 "
         "there"},
        {mariadb(), "db3", "log_bin", "OFF",
         "log_bin is off on db3: what it has can't be compared with the writer; set log_bin=1 there"},
        {mariadb(), "db4", "binlog_format", "STATEMENT",
         "binlog_format is STATEMENT on db4: replicas may repeat statements with another result, and nobody notices; "
         "set it to ROW or MIXED there"},
        {mysql(), "db1", "skip_replica_start", "OFF",
         "skip_replica_start is off on db1: after a restart it replicates before anybody has compared it; set "
         "skip_replica_start=1 there"},
        {mysql(), "db1", "gtid_mode", "OFF",
         "gtid_mode is OFF on db1: replicas can't be pointed at another source; set gtid_mode=ON and "
         "enforce_gtid_consistency=ON there"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.host, each.variable);
        State state = with(config, each.base);
        CHECK(servers_setup_faults(config, state).empty());
        state.hosts.at(each.host).setup.settings->variables[each.variable] = each.value;
        CHECK(servers_setup_faults(config, state) == std::vector<std::string>{each.expected});
        // What isn't told isn't judged.
        state.hosts.at(each.host).setup.settings->variables.erase(each.variable);
        CHECK(servers_setup_faults(config, state).empty());
    }
}

TEST_CASE("versions and filters that don't fit together are named with their remedy", "[scenario-48]") {
    const Config config = five_hosts();
    State state = with(config, mariadb());
    const auto newer = [](ServerSettings settings) {
        settings.version = "MariaDB 11.8.6";
        settings.series = 1108;
        return settings;
    };
    state.hosts.at("db4").setup.settings = newer(mariadb());
    CHECK(servers_setup_faults(config, state).empty());  // a newer replica is fine
    state.hosts.at("db2").setup.settings = newer(mariadb());
    CHECK(
        servers_setup_faults(config, state) ==
        std::vector<std::string>{
            "db2 is MariaDB 11.8.6, newer than db1 with MariaDB 10.11.19: a replica may fail to read a newer source's "
            "log; upgrade db1 first",
            "db2 is MariaDB 11.8.6, newer than db3 with MariaDB 10.11.19: a replica may fail to read a newer source's "
            "log; upgrade db3 first"});

    state = with(config, mariadb());
    state.hosts.at("db1").setup.settings = mysql();
    const auto faults = servers_setup_faults(config, state);
    REQUIRE(faults.size() == 3);
    CHECK(faults.front() ==
          "db1 is MySQL 8.4.3 and db2 is MariaDB 10.11.19: they can't replicate from each other by GTID; run one kind");

    state = with(config, mariadb());
    state.hosts.at("db2").setup.settings->filters = "Replicate_Do_DB=app";
    CHECK(servers_setup_faults(config, state) ==
          std::vector<std::string>{"replication filters differ between the masters, db1 has none, db2 has "
                                   "Replicate_Do_DB=app: after a move the new writer lacks what it didn't replicate; "
                                   "make them the same"});
    // A slave may leave out what its readers don't need.
    state = with(config, mariadb());
    state.hosts.at("db3").setup.settings->filters = "Replicate_Do_DB=app";
    CHECK(servers_setup_faults(config, state).empty());
}

TEST_CASE("replication with less TLS than its source's host wants is named with its remedy") {
    Config config = five_hosts();
    const std::string remedy = "; `mmm ctl set_offline db3` and set_online point it there with TLS";
    const struct {
        config::MysqlTls wanted;
        bool tls;
        bool checks;
        std::vector<std::string> expected;
    } cases[] = {
        {config::MysqlTls::preferred, false, false, {}},
        {config::MysqlTls::required, true, false, {}},
        {config::MysqlTls::required,
         false,
         false,
         {"db3 replicates from db1 without TLS, but mysql_tls of db1 is required" + remedy}},
        {config::MysqlTls::verify, true, true, {}},
        {config::MysqlTls::verify,
         true,
         false,
         {"db3 replicates from db1 without looking at its certificate, but mysql_tls of db1 is verify" + remedy}},
        {config::MysqlTls::verify,
         false,
         false,
         {"db3 replicates from db1 without TLS, but mysql_tls of db1 is verify" + remedy}},
    };
    for (const auto& each : cases) {
        config.hosts.at("db1").mysql_tls = each.wanted;
        State state = with(config, mariadb());
        auto& setup = state.hosts.at("db3").setup;
        setup.settings->tls_to_source = each.tls;
        setup.settings->checks_source = each.checks;
        setup.source = config.hosts.at("db1").ip.text();
        CHECK(servers_setup_faults(config, state) == each.expected);
        setup.source = "192.0.2.77";
        CHECK(servers_setup_faults(config, state).empty());
    }
}

TEST_CASE("a report brings the settings, a fault of them shows and is logged once", "[scenario-48]") {
    const Config config = five_hosts();
    State state = good_order(config);
    ServerSettings settings = mariadb();
    settings.variables["gtid_strict_mode"] = "OFF";
    CheckReport report{"db3", CheckKind::rep_threads, Outcome::ok, "", {{}, {}, "192.168.10.131"}};
    report.setup.settings = settings;
    take_report(config, state, report, kStart);
    report.setup.settings.reset();
    take_report(config, state, report, kStart);
    REQUIRE(state.hosts.at("db3").setup.settings);
    Effects effects;
    watch_masters_setup(config, state, effects);
    watch_masters_setup(config, state, effects);
    REQUIRE(effects.size() == 1);
    CHECK(std::get<Log>(effects.front()).message == "a server's settings don't fit");
    CHECK(show_text(config, state, at(0s)).find("# Warning: gtid_strict_mode is off on db3") == 0);
}

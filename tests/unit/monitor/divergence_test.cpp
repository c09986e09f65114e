#include "core/monitor/divergence.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/admin.hpp"
#include "core/monitor/explain.hpp"
#include "core/monitor/host_states.hpp"
#include "core/monitor/plan.hpp"
#include "core/monitor/show.hpp"
#include "core/monitor/step.hpp"
#include "tests/unit/monitor/failed_over.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

using Verdict = Comparison::Verdict;

constexpr const char* kUuid1 = "11111111-71ca-11e1-9e33-c80aa9429562";
constexpr const char* kUuid2 = "22222222-71ca-11e1-9e33-c80aa9429562";

/// db1 failed and is back, read-only, its threads run; db2 is the writer; db3 and db4 replicate from it.
State after_failover(const Config& config) {
    return failed_over(config, "0-1-100,0-2-90");
}

struct Cluster {
    Config config = five_hosts();
    State state = after_failover(config);
    Effects effects;

    HostRecord& host(const HostName& name) { return state.hosts.at(name); }
    proto::AgentStatus& status(const HostName& name) { return *host(name).status; }
    void update(Duration since_start = 0s) { update_states(config, state, at(since_start), effects); }
    std::string state_of(const HostName& name) { return std::string(word(host(name).state)); }
    proto::Order order(const HostName& name) { return order_for(config, state, name); }
    std::string admin(const std::vector<std::string>& words) {
        return run_command(config, state, words, at(0s), effects).text;
    }
};

}  // namespace

TEST_CASE("a host's history is compared with the writer's; what isn't known is never equal") {
    struct Row {
        const char* what;
        Verdict verdict;
        void (*change)(Cluster&);
        const char* extra = "";
    };
    const Row rows[] = {
        {"equal", Verdict::clean, [](Cluster&) {}},
        {"behind", Verdict::clean, [](Cluster& c) { c.status("db1").history = "0-1-90,0-2-80"; }},
        {"late rows", Verdict::extra, [](Cluster& c) { c.status("db1").history = "0-1-103,0-2-90"; }, "0-1-101..103"},
        {"another domain", Verdict::extra, [](Cluster& c) { c.status("db1").history = "0-1-100,7-1-1"; }, "7-1-1"},
        {"the writer's own, read a moment later", Verdict::clean,
         [](Cluster& c) { c.status("db1").history = "0-1-100,0-2-95"; }},
        {"both new and empty", Verdict::clean,
         [](Cluster& c) { c.status("db1").history = c.status("db2").history = ""; }},
        {"it remembers nothing", Verdict::unknown, [](Cluster& c) { c.status("db1").history = ""; }},
        {"it can't tell", Verdict::unknown, [](Cluster& c) { c.status("db1").history_problem = "log_bin is off"; }},
        {"the writer can't tell", Verdict::unknown,
         [](Cluster& c) { c.status("db2").history_problem = "log_bin is off"; }},
        {"nonsense", Verdict::unknown, [](Cluster& c) { c.status("db1").history = "x"; }},
        {"its server doesn't answer yet", Verdict::pending,
         [](Cluster& c) { c.status("db1").server = proto::Server::down; }},
        {"its agent has said nothing", Verdict::pending, [](Cluster& c) { c.host("db1").status.reset(); }},
        {"the writer isn't there yet", Verdict::pending, [](Cluster& c) { c.state.active_master.clear(); }},
        {"there is no writer", Verdict::none, [](Cluster& c) { c.state.slots.at(kWriter).holder.clear(); }},
        {"it is the writer itself", Verdict::none, [](Cluster& c) { c.state.slots.at(kWriter).holder = "db1"; }},
        {"an agent of version 1 there", Verdict::none, [](Cluster& c) { c.host("db1").version1 = true; }},
        {"an agent of version 1 at the writer", Verdict::none, [](Cluster& c) { c.status("db2").version1 = true; }},
        {"MySQL, late rows", Verdict::extra,
         [](Cluster& c) {
             c.status("db1").history = std::string(kUuid1) + ":1-12";
             c.status("db2").history = std::string(kUuid1) + ":1-10," + kUuid2 + ":1-4";
         },
         "11111111-71ca-11e1-9e33-c80aa9429562:11-12"},
        {"MySQL, the writer's own", Verdict::clean,
         [](Cluster& c) {
             c.status("db1").history = std::string(kUuid1) + ":1-10," + kUuid2 + ":1-9";
             c.status("db2").history = std::string(kUuid1) + ":1-10," + kUuid2 + ":1-4";
             c.status("db2").server_uuid = kUuid2;
         }},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        Cluster cluster;
        row.change(cluster);
        const Comparison found = compare_with_writer(cluster.config, cluster.state, "db1");
        CHECK(static_cast<int>(found.verdict) == static_cast<int>(row.verdict));
        CHECK(found.extra.text() == row.extra);
        CHECK(found.why.empty() == (row.verdict == Verdict::none || row.verdict == Verdict::clean));
    }
}

TEST_CASE("what a slave wrote itself is its own affair, what it received from the old writer isn't") {
    Cluster cluster;
    cluster.status("db3").history = "0-1-100,0-2-90,0-3-5";
    CHECK(compare_with_writer(cluster.config, cluster.state, "db3").verdict == Verdict::clean);
    cluster.status("db3").history = "0-1-102,0-2-90,0-3-5";
    CHECK(compare_with_writer(cluster.config, cluster.state, "db3").extra.text() == "0-1-101..102");
}

TEST_CASE(
    "a former writer with extra transactions awaits recovery, and neither time nor a brief absence brings it back",
    "[scenario-28]") {
    Cluster cluster;
    cluster.config.monitor.auto_set_online = 1s;
    cluster.host("db1").uptime_online = 59min;  // away for less than 60 s
    cluster.status("db1").history = "0-1-103,0-2-90";
    cluster.update();
    CHECK(cluster.state_of("db1") == "AWAITING_RECOVERY");
    const std::string why = "it has up to 3 transactions that the writer db2 lacks: 0-1-101 to 0-1-103";
    CHECK(cluster.host("db1").reason == why);
    CHECK(cluster.host("db1").extra == "0-1-101..103");
    cluster.update(3600s);
    CHECK(cluster.state_of("db1") == "AWAITING_RECOVERY");
    CHECK(cluster.order("db1").replication == proto::Replication::stop);
    CHECK(cluster.order("db2").source.empty());

    const std::string refusal = cluster.admin({"set_online", "db1"});
    CHECK(refusal.starts_with("ERROR: Host 'db1' can't be set online: " + why + ". Either give these transactions up"));
    CHECK(refusal.find("clone db1 anew from db2") != std::string::npos);
    CHECK(cluster.state_of("db1") == "AWAITING_RECOVERY");
    const std::string shown = show_text(cluster.config, cluster.state, at(0s));
    CHECK(shown.find("# Warning: db1 stays out of service: " + why) != std::string::npos);
    const std::string explained = explain_text(explain(cluster.config, cluster.state, "db1", at(0s)));
    CHECK(explained.find("All transactions that it has and the writer lacks: 0-1-101..103.") != std::string::npos);
    CHECK(show_json(cluster.config, cluster.state, at(0s)).find(R"("extra_gtids":"0-1-101..103")") !=
          std::string::npos);
}

TEST_CASE("many extra transactions are cut where they are named, and whole where they are explained") {
    Cluster cluster;
    std::string history = "0-1-100,0-2-90";
    for (int domain = 1; domain <= 9; ++domain) history += "," + std::to_string(domain) + "-1-1";
    cluster.status("db1").history = history;
    cluster.update();
    CHECK(cluster.host("db1").reason ==
          "it has up to 9 transactions that the writer db2 lacks: 1-1-1, 2-1-1, 3-1-1, 4-1-1, 5-1-1 and 4 more");
    CHECK(cluster.host("db1").extra == "1-1-1,2-1-1,3-1-1,4-1-1,5-1-1,6-1-1,7-1-1,8-1-1,9-1-1");
}

TEST_CASE("when the extra transactions are gone, the host rejoins by itself", "[scenario-29]") {
    Cluster cluster;
    cluster.status("db1").history = "0-1-103,0-2-90";
    cluster.update();
    REQUIRE(cluster.state_of("db1") == "AWAITING_RECOVERY");
    cluster.status("db1").history = "0-1-100,0-2-91";
    cluster.update(10s);
    CHECK(cluster.state_of("db1") == "REPLICATION_FAIL");
    CHECK(cluster.order("db1").replication == proto::Replication::run);
    CHECK(cluster.order("db1").source == "db2");
    cluster.update(11s);
    CHECK(cluster.state_of("db1") == "ONLINE");
    cluster.update(12s);
    CHECK_FALSE(cluster.host("db1").returning);
    CHECK(cluster.order("db2").source == "db1");
}

TEST_CASE(
    "a returned master whose history, or the writer's, isn't known doesn't rejoin by itself; set_online is the "
    "operator's word") {
    for (const HostName who : {"db1", "db2"}) {
        INFO(who);
        Cluster cluster;
        cluster.config.monitor.auto_set_online = 1s;
        cluster.status(who).history_problem = "log_slave_updates is off";
        cluster.update();
        CHECK(cluster.state_of("db1") == "AWAITING_RECOVERY");
        CHECK(cluster.host("db1").reason == "nobody knows what " + who + " has: log_slave_updates is off");
        cluster.update(3600s);
        CHECK(cluster.state_of("db1") == "AWAITING_RECOVERY");
        CHECK(cluster.order("db1").replication == proto::Replication::stop);
        CHECK(cluster.admin({"set_online", "db1"}).starts_with("OK"));
        cluster.update(3601s);
        CHECK(cluster.state_of("db1") == "ONLINE");
        CHECK(cluster.order("db1").source == "db2");
    }
}

TEST_CASE("a returned master isn't told to replicate before it was compared") {
    Cluster cluster;
    cluster.status("db1").server = proto::Server::down;
    CHECK(cluster.order("db1").replication == proto::Replication::stop);
    cluster.status("db1").server = proto::Server::up;
    CHECK(cluster.order("db1").source == "db2");
    cluster.state.active_master.clear();  // the new writer is on its way
    CHECK(cluster.order("db1").replication == proto::Replication::stop);
}

TEST_CASE("an unknown history keeps no host out that never left, and no slave") {
    for (const HostState before : {HostState::replication_fail, HostState::replication_delay}) {
        Cluster cluster;
        cluster.host("db1").state = before;
        cluster.host("db1").returning = false;
        cluster.status("db1").history_problem = "log_slave_updates is off";
        cluster.update();
        CHECK(cluster.state_of("db1") == "ONLINE");
    }
    Cluster cluster;
    cluster.host("db3").state = HostState::hard_offline;
    cluster.status("db3").history_problem = "log_slave_updates is off";
    cluster.update();
    CHECK(cluster.state_of("db3") == "AWAITING_RECOVERY");
    CHECK_FALSE(cluster.host("db3").quarantined);
    CHECK(cluster.order("db3").source == "db2");
}

TEST_CASE("a former writer with an agent of version 1 comes back as ever") {
    Cluster cluster;
    cluster.host("db1").version1 = true;
    cluster.status("db1").version1 = true;
    cluster.status("db1").history_problem = "not told";
    cluster.update();
    CHECK(cluster.state_of("db1") == "AWAITING_RECOVERY");
    CHECK_FALSE(cluster.host("db1").quarantined);
    CHECK(cluster.order("db1").source == "db2");
}

TEST_CASE("at a cluster's first start a master isn't held back by what isn't known", "[start]") {
    Cluster cluster;
    cluster.config.monitor.auto_set_online = 1s;
    cluster.host("db1").state = HostState::awaiting_recovery;
    cluster.host("db1").returning = false;
    cluster.status("db1").history_problem = "not read";
    cluster.update(10s);
    CHECK(cluster.state_of("db1") == "ONLINE");
}

TEST_CASE("a slave that has more than the new writer isn't re-pointed, and is quarantined if that lasts",
          "[scenario-23]") {
    Cluster cluster;
    cluster.status("db3").history = "0-1-103,0-2-90";
    cluster.status("db3").source = ip("192.168.10.131");
    cluster.update();
    CHECK(cluster.state_of("db3") == "ONLINE");
    CHECK(cluster.order("db3").replication == proto::Replication::run);
    CHECK(cluster.order("db3").source.empty());
    CHECK(cluster.order("db4").source == "db2");
    cluster.update(2999ms);
    CHECK(cluster.state_of("db3") == "ONLINE");
    cluster.update(3000ms);
    CHECK(cluster.state_of("db3") == "AWAITING_RECOVERY");
    CHECK(cluster.host("db3").reason.find("0-1-101 to 0-1-103") != std::string::npos);
    CHECK(cluster.order("db3").replication == proto::Replication::stop);
    CHECK(cluster.order("db3").slots.empty() == false);  // until the roles are placed anew
}

TEST_CASE("a word of the writer that was a moment old quarantines no slave") {
    Cluster cluster;
    cluster.status("db3").history = "0-1-103,0-2-90";
    cluster.status("db3").source = ip("192.168.10.131");
    cluster.update();
    cluster.status("db2").history = "0-1-103,0-2-90";
    cluster.update(1s);
    CHECK(cluster.order("db3").source == "db2");
    cluster.update(10s);
    CHECK(cluster.state_of("db3") == "ONLINE");
}

TEST_CASE("a quarantined host isn't released by the writer's death, and can be set online then") {
    Cluster cluster;
    cluster.status("db1").history = "0-1-103,0-2-90";
    cluster.update();
    cluster.state.slots.at(kWriter).holder.clear();
    cluster.state.active_master.clear();
    cluster.host("db2").state = HostState::hard_offline;
    cluster.update(100s);
    CHECK(cluster.state_of("db1") == "AWAITING_RECOVERY");
    CHECK(cluster.admin({"set_online", "db1"}).starts_with("OK"));
    cluster.update(101s);
    CHECK(cluster.state_of("db1") == "ONLINE");
}

TEST_CASE("a source that refuses a host which has nothing too much lacks the binary logs: it is to be cloned anew",
          "[scenario-30]") {
    for (const std::uint32_t number : {1236U, 13114U}) {
        Cluster cluster;
        set_check(cluster.state, "db1", CheckKind::rep_threads, false, "Replication is broken");
        cluster.status("db1").io_error = number;
        cluster.update();
        CHECK(cluster.state_of("db1") == "REPLICATION_FAIL");
        CHECK(cluster.host("db1").reason.find("the binary logs that it needs were removed there. Clone it anew from "
                                              "db2") != std::string::npos);
        cluster.status("db1").io_error = 2003;
        cluster.update();
        CHECK(cluster.host("db1").held_back.empty());
    }
}

TEST_CASE("a server without GTIDs takes the writer role over from nobody, and is named with the remedy") {
    Cluster cluster;
    cluster.host("db1").state = HostState::online;
    cluster.status("db1").gtids = false;
    cluster.status("db1").history_problem = "gtid_mode is OFF; set gtid_mode=ON";
    const std::string refusal = cluster.admin({"move_role", "writer", "db1"});
    CHECK(refusal.find("host 'db1' can't prove which transactions it has: gtid_mode is OFF; set gtid_mode=ON") !=
          std::string::npos);
    CHECK(show_text(cluster.config, cluster.state, at(0s))
              .find("# Warning: db1 can neither become the writer nor be re-pointed: gtid_mode is OFF") !=
          std::string::npos);
}

TEST_CASE("what came by channels beside the cluster's isn't too much, as long as the writer has no trace of it") {
    Cluster cluster;
    cluster.status("db1").history = "0-1-100,0-2-90,5-8-3";
    CHECK(compare_with_writer(cluster.config, cluster.state, "db1").verdict == Verdict::extra);
    cluster.status("db1").other_channels = true;
    CHECK(compare_with_writer(cluster.config, cluster.state, "db1").verdict == Verdict::clean);
    cluster.status("db1").history = "0-1-103,0-2-90,5-8-3";
    CHECK(compare_with_writer(cluster.config, cluster.state, "db1").extra.text() == "0-1-101..103");
}

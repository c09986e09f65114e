#include "core/monitor/losses.hpp"

#include <catch2/catch.hpp>

#include "core/model/gtid.hpp"
#include "core/monitor/admin.hpp"
#include "core/monitor/change_text.hpp"
#include "core/monitor/history.hpp"
#include "core/monitor/host_states.hpp"
#include "core/monitor/plan.hpp"
#include "core/monitor/show_losses.hpp"
#include "tests/unit/monitor/failed_over.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// db1 was the writer and is back with 1-1-101 to 1-1-103, each master writes in a domain of its own; db2 is the
/// writer.
State returned_late(const Config& config) {
    State state = failed_over(config, "1-1-100,2-2-90");
    state.hosts.at("db1").status->history = "1-1-103,2-2-90";
    state.hosts.at("db2").status->source = config.host("db1")->ip;
    return state;
}

struct Cluster {
    Config config = five_hosts();
    State state = returned_late(config);
    Effects effects;

    Cluster() { update(); }
    HostRecord& host(const HostName& name) { return state.hosts.at(name); }
    proto::AgentStatus& status(const HostName& name) { return *host(name).status; }
    /// A step's worth: states, decisions, and the orders of which the agents say that they took them.
    void update(Duration since_start = 0s) {
        update_states(config, state, at(since_start), effects);
        follow_decisions(config, state, at(since_start), effects);
        send_orders(config, state, effects);
        for (auto& [name, one] : state.hosts) one.order_accepted = true;
    }
    std::string state_of(const HostName& name) { return std::string(word(host(name).state)); }
    proto::Order order(const HostName& name) { return order_for(config, state, name); }
    proto::ControlReply admin(const std::vector<std::string>& words) {
        return run_command(config, state, words, at(0s), effects, "192.168.10.130");
    }
    std::vector<std::string> journal() {
        std::vector<std::string> whats;
        for (const auto& decision : state.journal.decisions) whats.emplace_back(word(decision.what));
        return whats;
    }
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("what a host alone has is asked for from its agent, and nothing flows, until an operator decides",
          "[scenario-28]") {
    Cluster cluster;
    REQUIRE(cluster.state_of("db1") == "AWAITING_RECOVERY");
    CHECK(cluster.order("db1").losses == "1-1-101..103");
    CHECK(cluster.order("db1").replication == proto::Replication::stop);
    CHECK(cluster.order("db2").source.empty());
    CHECK(cluster.order("db2").replication == proto::Replication::stop);  // it may have been at it all the time
    CHECK(cluster.order("db3").losses.empty());
}

TEST_CASE("take_late points the writer at that host until it has all of it, and the host rejoins by itself",
          "[scenario-28]") {
    Cluster cluster;
    CHECK(cluster.admin({"take_late", "db1"}).text ==
          "OK: 'db2' replicates from 'db1' until it has 1-1-101..103. Host 'db1' comes back by itself then; if 'db2' "
          "can't "
          "take them, it stops, and `explain db1` says why.");
    CHECK(cluster.order("db2").source == "db1");
    CHECK(cluster.order("db1").replication == proto::Replication::stop);
    const auto again = cluster.admin({"take_late", "db1"});
    CHECK(again.text.find("is taking them already") != std::string::npos);
    cluster.status("db2").history = "1-1-102,2-2-95";
    cluster.update(1s);
    CHECK(cluster.order("db2").source == "db1");
    CHECK(cluster.order("db1").losses == "1-1-101..103");  // as a whole, not anew with each that was taken
    cluster.status("db2").history = "1-1-103,2-2-95";
    cluster.update(2s);
    cluster.update(3s);
    CHECK(cluster.state_of("db1") == "ONLINE");
    CHECK_FALSE(cluster.host("db1").decision);
    CHECK(cluster.order("db1").source == "db2");
    CHECK(cluster.order("db2").source == "db1");  // as its peer
    CHECK(cluster.journal() == Words{"take_late", "taken"});
    CHECK(cluster.state.journal.decisions.front().who == "192.168.10.130");
    CHECK(cluster.state.journal.decisions.front().gtids == "1-1-101..103");
}

TEST_CASE("what a slave alone has the writer may take too, and stops replicating from it afterwards", "[scenario-23]") {
    Cluster cluster;
    cluster.status("db1").history = "1-1-100,2-2-90";
    cluster.update(1s);
    cluster.status("db3").source = ip("192.168.10.131");
    cluster.status("db3").history = "1-1-103,2-2-90";
    cluster.update(2s);
    cluster.update(6s);
    REQUIRE(cluster.state_of("db3") == "AWAITING_RECOVERY");
    CHECK(cluster.admin({"take_late", "db3"}).exit == proto::kExitDone);
    CHECK(cluster.order("db2").source == "db3");
    cluster.status("db2").source = ip("192.168.10.133");
    cluster.status("db2").history = "1-1-103,2-2-95";
    cluster.host("db1").state = HostState::admin_offline;  // the peer is no source now
    cluster.update(7s);
    CHECK(cluster.order("db2").source.empty());
    CHECK(cluster.order("db2").replication == proto::Replication::stop);
    cluster.host("db1").state = HostState::online;
    cluster.host("db1").quarantined = cluster.host("db1").returning = false;
    CHECK(cluster.order("db2").source == "db1");
    cluster.status("db2").source = ip("192.168.10.131");
    cluster.update(8s);
    CHECK_FALSE(cluster.host("db3").decision);
}

TEST_CASE("a writer that can't take them is stopped, and the operator is told the error and may try again") {
    struct Row {
        const char* what;
        std::uint32_t sql;
        std::uint32_t io;
        const char* reason;
    };
    const Row rows[] = {
        {"a conflict", 1062, 0, "it stopped applying them with error 1062: a row with the same key is there already"},
        {"out of order", 1950, 0,
         "it stopped applying them with error 1950: they are older than what it wrote in the same domain "
         "(gtid_strict_mode)"},
        {"another error", 1205, 0, "it stopped applying them with error 1205: its log says more"},
        {"purged", 0, 1236,
         "it isn't sent them, error 1236: the binary logs with them aren't there any more, or can't be sent"},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        Cluster cluster;
        (void)cluster.admin({"take_late", "db1"});
        cluster.status("db2").sql_error = row.sql;
        cluster.status("db2").io_error = row.io;
        cluster.update(1s);
        cluster.update(2s);  // may be from before the threads were started
        CHECK(cluster.order("db2").source == "db1");
        cluster.update(5s);
        CHECK(cluster.order("db2").source.empty());
        CHECK(cluster.order("db2").replication == proto::Replication::stop);
        CHECK(cluster.state_of("db1") == "AWAITING_RECOVERY");
        CHECK(cluster.journal() == Words{"take_late", "given_up"});
        CHECK(cluster.state.journal.decisions.back().reason == row.reason);
        CHECK(losses_text(cluster.state, {"db1"}, at(5s)).find(row.reason) != std::string::npos);
        cluster.status("db2").sql_error = cluster.status("db2").io_error = 0;
        CHECK(cluster.admin({"take_late", "db1"}).exit == proto::kExitDone);
        CHECK(cluster.order("db2").source == "db1");
    }
}

TEST_CASE("a decision is about those transactions and no others") {
    Cluster cluster;
    (void)cluster.admin({"take_late", "db1"});
    cluster.status("db1").history = "1-1-104,2-2-90";
    cluster.update(1s);
    CHECK(cluster.order("db2").source.empty());
    CHECK(cluster.order("db2").replication == proto::Replication::stop);
    CHECK(cluster.state.journal.decisions.back().reason == "the host has more by now than was decided on");
}

TEST_CASE("accept_loss is a record: the host stays out until it was cloned", "[scenario-28]") {
    Cluster cluster;
    const auto reply = cluster.admin({"accept_loss", "db1"});
    CHECK(reply.text ==
          "OK: The loss of 1-1-101..103 is accepted and in the journal. Host 'db1' stays out of service: clone it anew "
          "from "
          "'db2', and it comes back by itself after that.");
    cluster.update(1h);
    CHECK(cluster.state_of("db1") == "AWAITING_RECOVERY");
    CHECK(cluster.order("db2").replication == proto::Replication::stop);  // in case it replicates from there
    CHECK(cluster.admin({"set_online", "db1"})
              .text.find("They were given up 2026/11/22 12:43:16 by 192.168.10.130 (#1): "
                         "clone db1 anew from db2") != std::string::npos);
    CHECK(cluster.admin({"accept_loss", "db1"}).text ==
          "OK: The loss was accepted already. Clone 'db1' anew from 'db2'.");
    CHECK(cluster.journal() == Words{"accept_loss"});
    cluster.status("db1").history = "1-1-100,2-2-95";
    cluster.update(2h);
    cluster.update(3h);
    CHECK(cluster.state_of("db1") == "ONLINE");
    CHECK(cluster.journal() == Words{"accept_loss", "rebuilt"});
}

TEST_CASE("a refusal of accept_loss or take_late has its reason and changes nothing") {
    struct Row {
        const char* what;
        const char* command;
        void (*change)(Cluster&);
        const char* reason;
    };
    const Row rows[] = {
        {"it serves", "accept_loss", [](Cluster& c) { c.host("db1").state = HostState::online; }, "it is ONLINE"},
        {"it is dead", "take_late", [](Cluster& c) { c.host("db1").state = HostState::hard_offline; },
         "it is HARD_OFFLINE"},
        {"the writer can't tell", "accept_loss", [](Cluster& c) { c.status("db2").history_problem = "log_bin is off"; },
         "nobody knows what db2 has: log_bin is off"},
        {"it can't tell", "take_late", [](Cluster& c) { c.status("db1").history_problem = "log_bin is off"; },
         "nobody knows what db1 has: log_bin is off"},
        {"its server is away", "take_late", [](Cluster& c) { c.status("db1").server = proto::Server::down; },
         "the server on db1 doesn't answer its agent; try again when that is known"},
        {"no writer", "take_late", [](Cluster& c) { c.state.slots.at(kWriter).holder.clear(); },
         "there is no writer to compare it with"},
        {"the writer is on its way", "take_late", [](Cluster& c) { c.state.active_master.clear(); },
         "the writer db2 isn't ready yet"},
        {"it is clean", "accept_loss", [](Cluster& c) { c.status("db1").history = "1-1-100,2-2-90"; },
         "it has nothing that the writer lacks"},
        {"its agent is away", "take_late", [](Cluster& c) { silence(c.state, "db1", 30s); },
         "the agent on db1 can't be reached"},
        {"the role moves", "take_late",
         [](Cluster& c) {
             c.state.move = PlannedMove{"db2", "db1", kStart + 10s};
         },
         "the writer role is about to move"},
        {"one domain", "take_late",
         [](Cluster& c) {
             c.status("db1").history = "0-1-103,0-2-90";
             c.status("db2").history = "0-1-100,0-2-110";
             c.host("db1").extra = "0-1-101..103";
         },
         "db2 can't take them: it has 0-2-110 in the same GTID domain 0"},
        {"passive", "accept_loss", [](Cluster& c) { c.state.mode = MonitorMode::passive; },
         "the monitor is in PASSIVE mode"},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        Cluster cluster;
        row.change(cluster);
        const State before = cluster.state;
        const auto reply = cluster.admin({row.command, "db1"});
        CHECK(reply.exit == proto::kExitRefused);
        CHECK(reply.text.starts_with("ERROR: Nothing is decided about 'db1': "));
        INFO(reply.text);
        CHECK(reply.text.find(row.reason) != std::string::npos);
        CHECK(cluster.state == before);
    }
}

TEST_CASE("MariaDB can take late transactions only in a domain that the writer doesn't write to; MySQL always") {
    struct Row {
        const char* extra;
        const char* writer;
        bool takeable;
    };
    constexpr const char* kUuid1 = "11111111-71ca-11e1-9e33-c80aa9429562";
    constexpr const char* kUuid2 = "22222222-71ca-11e1-9e33-c80aa9429562";
    const std::string mysql_extra = std::string(kUuid1) + ":11-12";
    const std::string mysql_writer = std::string(kUuid1) + ":1-10," + kUuid2 + ":1-900";
    const Row rows[] = {
        {"1-1-101..103", "1-1-100,2-2-900", true},
        {"1-1-101..103", "2-2-900", true},
        {"0-1-101..103", "0-1-100,0-2-110", false},
        {"0-1-101..103", "0-1-100,0-2-90", false},  // its next one may come in between
        {"0-1-101..103", "0-1-100,0-3-102", false},
        {"0-1-101..103", "0-1-100,0-3-50", true},
        {"0-1-101..103,5-1-1", "0-1-100,5-2-7", false},
        {mysql_extra.c_str(), mysql_writer.c_str(), true},
    };
    for (const Row& row : rows) {
        INFO(row.extra << " behind " << row.writer);
        proto::AgentStatus writer;
        writer.history = row.writer;
        writer.server_id = 2;
        CHECK(why_not_takeable(GtidSet::parse(row.extra).value(), writer).empty() == row.takeable);
    }
}

TEST_CASE("losses names each transaction, and says what isn't known") {
    Cluster cluster;
    const std::string text = cluster.admin({"losses"}).text;
    CHECK(text.find("up to 3 transactions that the writer db2 lacks: 1-1-101 to 1-1-103") != std::string::npos);
    CHECK(text.find("all of them: 1-1-101..103") != std::string::npos);
    CHECK(text.find("hasn't told yet what is in its binary log") != std::string::npos);

    cluster.host("db1").losses =
        proto::ReadLosses{"1-1-101..103",
                          {{"1-1-101", "bl.3:400", {{"insert", "app.t", 2}}, {"insert into app.t values (1),(2)"}, 0},
                           {"1-1-102", "bl.3:700", {}, {}, 1}},
                          "the binary logs are too long"};
    const std::string told = cluster.admin({"losses", "db1"}).text;
    CHECK(told.find(
              "    1-1-101  bl.3:400\n        insert into app.t values (1),(2)\n        insert app.t: 2 row events\n"
              "    1-1-102  bl.3:700\n        1 statement not shown: may hold a secret\n"
              "    Not all of this is known: the binary logs are too long\n") != std::string::npos);
    const std::string json = cluster.admin({"losses", "db1"}).data_json;
    CHECK(json.find(R"("gtids":"1-1-101..103","count":3,"count_is_exact":false)") != std::string::npos);
    CHECK(json.find(R"({"gtid":"1-1-101","place":"bl.3:400","rows":[{"kind":"insert","table":"app.t","events":2}],)"
                    R"x("statements":["insert into app.t values (1),(2)"],"hidden_statements":0})x") !=
          std::string::npos);

    cluster.host("db1").losses->of = "1-1-101..102";  // of an earlier question
    CHECK(cluster.admin({"losses"}).text.find("hasn't told yet") != std::string::npos);
    CHECK(cluster.admin({"losses", "db3"}).text ==
          "No host is kept out because of transactions that the writer lacks.\n");
    CHECK(cluster.admin({"losses", "db9"}).exit == proto::kExitRefused);
}

TEST_CASE("a long list of losses is cut, and says so") {
    Cluster cluster;
    proto::ReadLosses read{"1-1-101..103", {}, ""};
    for (std::size_t i = 0; i < proto::kMostLost; ++i)
        read.transactions.push_back({"1-1-101", "bl.3:400", {}, {std::string(300, 'x')}, 0});
    cluster.host("db1").losses = read;
    const auto reply = cluster.admin({"losses"});
    CHECK(reply.text.size() < kMostLossesBytes + 2000);
    CHECK(reply.text.find("more aren't shown") != std::string::npos);
    CHECK(reply.data_json.size() < 2 * kMostLossesBytes);
    CHECK(reply.data_json.find(R"("left_off":0)") == std::string::npos);
}

TEST_CASE("decisions are lines of the journal, survive it, and stand in the history in their order") {
    Cluster cluster;
    (void)cluster.admin({"take_late", "db1"});
    const auto lines = of_kind<AppendJournal>(cluster.effects);
    REQUIRE(lines.size() == 1);
    CHECK(lines.front().synced);
    const auto entry = parse_entry(lines.front().line);
    REQUIRE(entry);
    CHECK(std::get<LateDecision>(*entry) == cluster.state.journal.decisions.front());
    CHECK(
        history_text(cluster.state, 10, at(0s)) ==
        "#1 2026/11/22 12:43:16  take_late of db1: db2 may take what it lacks, by 192.168.10.130\n    1-1-101..103\n");
    CHECK(history_json(cluster.state, 10).find(R"("decisions":[{"number":1,)") != std::string::npos);
    CHECK_FALSE(parse_entry(R"({"entry":"decision","number":1,"time":1,"what":"shrug","host":"db1"})"));
}

#include "core/monitor/journal.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/change_text.hpp"
#include "core/monitor/history.hpp"
#include "tests/unit/monitor/fake_cluster.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// Five hosts in good order, db1 the writer, the monitor just started and the writer found.
struct Story {
    FakeCluster cluster;

    explicit Story(bool leases = false, const std::string& kill_host_bin = "")
        : cluster(config(leases, kill_host_bin)) {
        for (const auto& [slot, host] : {std::pair{kWriter, "db1"}, {kReader, "db3"}, {kOtherReader, "db4"}})
            cluster.hosts.at(host).begin_with(slot, 1);
        if (leases) {
            for (const auto& [name, host] : cluster.config.hosts) cluster.take_part(name);
        }
        for (const char* host : {"db1", "db2", "db3", "db4"}) cluster.saved += std::string(host) + "|ONLINE|\n";
        cluster.start_monitor();
        pass(30s);
        REQUIRE(cluster.state.active_master == "db1");
    }
    static Config config(bool leases, const std::string& kill_host_bin) {
        Config config = five_hosts();
        config.monitor.kill_host_bin = kill_host_bin;
        // Quicker than a lease ends, so that there is something to wait for.
        if (leases) {
            for (auto& [kind, check] : config.checks) check.trap_period = 500ms;
        }
        return config;
    }

    void pass(Duration time) { cluster.pass_until(cluster.now + time); }
    void ask(const std::vector<std::string>& words) { cluster.handle(AdminAsked{1, words, "a test"}); }
    /// The records of the file, without the one that says that db1 was found.
    [[nodiscard]] std::vector<WriterChange> records() const {
        std::vector<WriterChange> all;
        for (const auto& line : cluster.journal) {
            const auto entry = parse_entry(line);
            REQUIRE(entry);
            if (const auto* change = std::get_if<WriterChange>(&*entry)) all.push_back(*change);
        }
        REQUIRE_FALSE(all.empty());
        CHECK(all.front().kind == ChangeKind::found);
        all.erase(all.begin());
        return all;
    }
    /// As the core has them, amended.
    [[nodiscard]] const WriterChange& last() const { return cluster.state.journal.records.back(); }
};

/// `step/host`, in their order.
std::string steps(const WriterChange& change) {
    std::string text;
    for (const auto& step : change.timeline) text += (text.empty() ? "" : " ") + step.what + "/" + step.host;
    return text;
}

Duration when(const WriterChange& change, const std::string& what) {
    for (const auto& step : change.timeline) {
        if (step.what == what) return step.at;
    }
    FAIL(what << " isn't in " << steps(change));
    return {};
}

}  // namespace

TEST_CASE("a failover ends in one record with its timeline, and is settled when the old writer is seen") {
    Story story;
    story.pass(100ms);
    story.cluster.hosts.at("db1").mysqld = FakeHost::Mysqld::down;
    story.pass(5s);
    const auto records = story.records();
    REQUIRE(records.size() == 1);
    const WriterChange& record = records.front();
    CHECK(record.kind == ChangeKind::failover);
    CHECK(record.from == "db1");
    CHECK(record.to == "db2");
    CHECK(record.epoch_after > record.epoch_before);
    CHECK(record.reason == "db1 is HARD_OFFLINE");
    CHECK(record.proof == "observed");
    CHECK(steps(record) ==
          "failing/db1 declared/db1 taken_off/db1 assigned/db2 let_go/db1 granted/db2 catching_up/db2 writable/db2 "
          "in_service/db2");
    CHECK(when(record, "failing") == 0ms);
    CHECK(when(record, "in_service") < 3s);
    CHECK(record.before.history == "0-1-100,0-2-90");
    CHECK_FALSE(record.before.frozen);
    CHECK(record.after.server_id == 2);
    CHECK(record.loss == Loss{"", false});
    CHECK(story.cluster.state.journal.accounts.size() == 1);

    story.cluster.hosts.at("db1").mysqld = FakeHost::Mysqld::up;
    story.pass(10s);
    CHECK(story.last().loss == Loss{"", true});
    CHECK(story.cluster.state.journal.accounts.empty());
    CHECK(story.records().size() == 1);
}

TEST_CASE("what the old writer said last that it had, and the new one lacks, is known to be lost at once") {
    Story story;
    story.cluster.hosts.at("db1").has_late_rows = true;
    story.pass(2s);
    story.cluster.hosts.at("db1").mysqld = FakeHost::Mysqld::down;
    story.pass(5s);
    REQUIRE(story.records().size() == 1);
    CHECK(story.records().front().loss == Loss{"0-1-101..103", false});
}

TEST_CASE("rows that nobody knew of are listed when the old writer comes back, also by the next monitor") {
    Story story;
    story.pass(100ms);
    story.cluster.hosts.at("db1").mysqld = FakeHost::Mysqld::down;
    story.pass(5s);
    story.cluster.start_monitor();
    story.pass(10s);
    CHECK(story.records().size() == 1);
    REQUIRE(story.cluster.state.journal.accounts.size() == 1);
    story.cluster.hosts.at("db1").has_late_rows = true;
    story.cluster.hosts.at("db1").mysqld = FakeHost::Mysqld::up;
    story.pass(10s);
    CHECK(story.last().loss == Loss{"0-1-101..103", true});
    REQUIRE(story.last().settled);
    CHECK(story.last().settled->host == "db1");
    // And the one after that knows it from the file.
    const auto before = story.last();
    story.cluster.start_monitor();
    story.pass(10s);
    CHECK(story.last() == before);
    CHECK(story.records().size() == 1);
}

TEST_CASE("a host that is killed, and one whose lease was waited out, are proofs of their own") {
    for (const bool kills : {true, false}) {
        Story story(!kills, kills ? "/usr/local/bin/kill_host" : "");
        story.pass(100ms);
        if (kills) {
            // Heard by the others, its silence would prove nothing.
            story.cluster.hosts.at("db1").monitor_route = false;
        } else {
            story.cluster.hosts.at("db1").power_off();
        }
        story.pass(20s);
        REQUIRE(story.records().size() == 1);
        const auto record = story.records().front();
        CAPTURE(steps(record));
        CHECK(record.proof == (kills ? "killed" : "waited"));
        CHECK(record.by_lease == !kills);
        CHECK(when(record, "gone") <= when(record, "granted"));
        CHECK(record.loss.complete == false);
        if (!kills) CHECK(when(record, "promises_asked") <= when(record, "promised"));
    }
}

TEST_CASE("a planned move has lost nothing when it is done, and needs no account") {
    Story story;
    story.ask({"move_role", "writer", "db2"});
    story.pass(10s);
    REQUIRE(story.records().size() == 1);
    const auto record = story.records().front();
    CHECK(record.kind == ChangeKind::planned);
    CHECK(record.reason == "moved by an operator");
    CHECK(record.before.frozen);
    CHECK(record.before.position == "0-1-100");
    CHECK(record.loss == Loss{"", true});
    CHECK(steps(record) ==
          "asked/db1 taken_off/db1 assigned/db2 let_go/db1 granted/db2 catching_up/db2 writable/db2 in_service/db2");
}

TEST_CASE("a planned move that is given up is a record of its own kind") {
    Story story;
    story.cluster.hosts.at("db2").can_catch_up = false;
    story.ask({"move_role", "writer", "db2"});
    story.pass(30s);
    REQUIRE(story.records().size() == 1);
    const auto record = story.records().front();
    CAPTURE(steps(record));
    CHECK(record.kind == ChangeKind::given_up);
    CHECK(record.from == "db1");
    CHECK(record.to == "db1");
    CHECK(record.reason.starts_with("planned move given up: "));
    CHECK(when(record, "given_up") >= 10s);
    CHECK(record.loss == Loss{"", true});
}

TEST_CASE("a writer that comes back before anybody else could take over is a record too") {
    Story story;
    story.cluster.hosts.at("db2").power_off();
    story.pass(10s);
    story.cluster.hosts.at("db1").mysqld = FakeHost::Mysqld::down;
    story.pass(10s);
    CHECK(story.records().empty());
    CHECK(story.cluster.state.journal.open);
    story.cluster.hosts.at("db1").mysqld = FakeHost::Mysqld::up;
    story.pass(30s);
    REQUIRE(story.records().size() == 1);
    CHECK(story.records().front().kind == ChangeKind::resumed);
    CHECK(story.records().front().loss == Loss{"", true});
}

TEST_CASE("a set_offline of the writer is planned work") {
    Story story;
    story.ask({"set_offline", "db1"});
    story.pass(10s);
    REQUIRE(story.records().size() == 1);
    CHECK(story.records().front().kind == ChangeKind::planned);
    CHECK(story.records().front().loss.complete);
}

TEST_CASE("a change that the monitor's death interrupts is ended by the next monitor, as one record") {
    Story story;
    story.pass(100ms);
    story.cluster.hosts.at("db2").takes = 4s;
    story.cluster.hosts.at("db1").mysqld = FakeHost::Mysqld::down;
    story.pass(3s);
    REQUIRE(story.cluster.state.journal.open);
    story.cluster.start_monitor();
    story.pass(20s);
    REQUIRE(story.records().size() == 1);
    const auto record = story.records().front();
    CAPTURE(steps(record));
    CHECK(record.from == "db1");
    CHECK(record.to == "db2");
    CHECK(record.kind == ChangeKind::failover);
    CHECK(when(record, "monitor_restarted") >= when(record, "taken_off"));
    CHECK(when(record, "in_service") >= when(record, "monitor_restarted"));
    CHECK(record.before.history == "0-1-100,0-2-90");
}

TEST_CASE("one whose account isn't done yet when the monitor dies is done by the next one") {
    Story story;
    story.cluster.hosts.at("db1").mysqld = FakeHost::Mysqld::down;
    for (int turn = 0; turn < 100 && story.cluster.state.active_master != "db2"; ++turn) story.pass(100ms);
    REQUIRE(story.cluster.state.active_master == "db2");
    story.cluster.start_monitor();
    story.pass(20s);
    REQUIRE(story.records().size() == 1);
    CHECK(story.records().front().loss == Loss{"", false});
}

TEST_CASE("a restart of the monitor that changes nothing is no record") {
    Story story;
    story.cluster.start_monitor();
    story.pass(20s);
    CHECK(story.records().empty());
    CHECK(story.cluster.state.journal.writer == "db1");
}

TEST_CASE("a change that no monitor saw is found, and its old writer is waited for") {
    Story story;
    story.cluster.monitor_runs = false;
    story.pass(10s);
    story.cluster.journal = {
        entry_line(WriterChange{3, {}, ChangeKind::first, "", "", "db2", 0, 1, false, "", {}, {}, {}, Loss{"", true}})};
    story.cluster.start_monitor();
    story.pass(20s);
    const auto entry = parse_entry(story.cluster.journal.at(1));
    REQUIRE(entry);
    const auto& found = std::get<WriterChange>(*entry);
    CHECK(found.number == 4);
    CHECK(found.kind == ChangeKind::found);
    CHECK(found.from == "db2");
    CHECK(found.to == "db1");
    CHECK(story.last().loss == Loss{"", true});
}

TEST_CASE("lines that make no sense are said, and numbers go on behind the others") {
    State state;
    Effects effects;
    begin_journal(state, {"nonsense", entry_line(Settlement{9, 1, {}, "db1", ""}), "{}"}, at(0s), effects);
    CHECK(state.journal.number == 9);
    REQUIRE(of_kind<Log>(effects).size() == 1);
    CHECK(of_kind<Log>(effects)[0].fields[0].second == "2");
}

TEST_CASE("PASSIVE writes nothing into the journal, and shows what is in it") {
    Story story;
    story.ask({"set_passive"});
    const auto lines = story.cluster.journal.size();
    story.cluster.hosts.at("db1").mysqld = FakeHost::Mysqld::down;
    story.pass(20s);
    CHECK(story.cluster.journal.size() == lines);
    std::string answer;
    story.cluster.answered = [&](const AnswerAdmin& answered) { answer = answered.reply.text; };
    story.ask({"history"});
    CHECK(answer.find("found: nobody -> db1") != std::string::npos);
}

TEST_CASE("an answer is bounded, and says what it leaves off") {
    State state;
    CHECK(history_text(state, 10, at(0s)) == "No change of the writer is in the journal yet.\n");
    CHECK(history_json(state, 10) == R"({"records":[],"decisions":[],"under_way":null,"left_off":0})");
    WriterChange large;
    large.from = "db1";
    large.to = "db2";
    large.before.history = std::string(4000, '1');
    for (int number = 1; number <= 150; ++number) {
        large.number = static_cast<std::uint64_t>(number);
        state.journal.add(large);
    }
    CHECK(state.journal.records.size() == kMostRecords);
    CHECK(state.journal.accounts.size() == kMostAccounts);
    CHECK(history_text(state, 100, at(0s)).size() < kMostHistoryBytes + 200);
    CHECK(history_json(state, 100).size() < kMostHistoryBytes + 200);
    CHECK(history_text(state, 2, at(0s)).starts_with("# 98 older record(s)"));
    CHECK(history_json(state, 2).find("\"left_off\":98") != std::string::npos);
    CHECK(history_json(state, 2).find("\"number\":150") != std::string::npos);
}

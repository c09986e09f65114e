#include "core/monitor/explain.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/monitor/command_cases.hpp"
#include "tests/unit/monitor/with_leases.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

std::string text_of(const Explanation& about) {
    return explain_text({about});
}

/// db1 was the writer by contact alone and is to let go for db2.
State leaving_by_contact(const Config& config) {
    State state = good_order(config);
    SlotRecord& writer = state.slots.at(kWriter);
    writer.holder = "db2";
    writer.granted_to.clear();
    writer.since = kStart - 3s;
    writer.reason = "moved by an operator";
    return state;
}

/// By lease: db2 is being asked for.
State asking(const Config& config) {
    State state = leased(config);
    moves_to_db2(state);
    state.hosts.at("db1").status->lease.released.clear();
    Effects effects;
    propose(config, state, true, kStart, effects);
    return state;
}
void promise(State& state, const HostName& voter) {
    take_reply(state, reply(state, voter), kStart);
}
void away(State& state, const HostName& host) {
    silence(state, host, 3s);
}

struct Saying {
    const char* name;
    void (*change)(State&);
    const char* says;  ///< somewhere in the text
};

void check(const Config& config, State (*begin)(const Config&), const std::vector<Saying>& cases) {
    for (const auto& each : cases) {
        INFO(each.name);
        State state = begin(config);
        each.change(state);
        const std::string text = text_of(explain_slot(config, state, kWriter, at(0s)));
        INFO(text);
        CHECK(text.find(each.says) != std::string::npos);
    }
}

}  // namespace

TEST_CASE("where a slot is, since when and why") {
    const Config config = five_hosts();
    State state = leased(config);
    state.slots.at(kWriter).since = kStart - 60s;
    state.slots.at(kWriter).reason = "db2 is HARD_OFFLINE";
    CHECK(text_of(explain_slot(config, state, kWriter, at(0s))) ==
          "writer(192.168.10.128)\n"
          "  It is on db1 since 2026/11/22 12:42:16: db2 is HARD_OFFLINE.\n"
          "  Its lease has epoch 7.monitor-0000abcd; 5 of 5 voters support it (db1, db2, db3, db4, monitor), 1.8 s are "
          "left.\n"
          "  db2 could take it.\n");
    CHECK(text_of(explain_slot(config, leaving_by_contact(config), kWriter, at(0s))) ==
          "writer(192.168.10.128)\n"
          "  It is on its way to db2 since 2026/11/22 12:43:13: moved by an operator.\n"
          "  It is certain only when db1 has let go: it has not answered the last order yet.\n"
          "  db1 could take it.\n");
}

TEST_CASE("why a slot isn't where it is to be, since when, and what helps") {
    const Config config = five_hosts();
    check(
        config, leaving_by_contact,
        {{"its agent is away",
          [](State& s) {
              away(s, "db2");
              s.hosts.at("db2").link_problem = "connection refused";
          },
          "The agent on db2 can't be reached since 2026/11/22 12:43:13 (connection refused): start `mmm agent` there"},
         {"the old holder is silent", [](State& s) { away(s, "db1"); },
          "nobody has heard it for 3.0 s, and at 4.0 s it has let go by itself"},
         {"the old holder's agent is of version 1",
          [](State& s) {
              s.hosts.at("db1").version1 = true;
              silence(s, "db1", 60s);
          },
          "its silence proves nothing, because its agent is of version 1. Bring its agent back, or switch it off and "
          "say so with confirm_dead db1."},
         {"it was told that it is alone",
          [](State& s) {
              s.hosts.at("db1").alone = true;
              away(s, "db1");
          },
          "because it was told that it is alone"},
         {"it is on its way out",
          [](State& s) {
              s.hosts.at("db1").order = proto::Order{};
              s.hosts.at("db1").status->writer = proto::WriterPhase::leaving;
              s.hosts.at("db1").status->problem = "read_only waits for a lock";
          },
          "it is on its way out of the writer role; its agent reports: read_only waits for a lock"},
         {"a kill runs",
          [](State& s) {
              s.hosts.at("db1").kill_running = true;
              s.hosts.at("db1").kill_started = kStart - 2s;
          },
          "The kill command for db1 runs since 2026/11/22 12:43:14."},
         {"a planned move",
          [](State& s) {
              s.move = PlannedMove{"db1", "db2", kStart + 8s};
          },
          "It is being moved from db1 to db2; given up after another 8.0 s"},
         {"it arrives",
          [](State& s) {
              s.slots.at(kWriter).granted_to = "db2";
              s.hosts.at("db2").status->writer = proto::WriterPhase::arriving;
              s.hosts.at("db2").status->problem = "can't catch up";
          },
          "db2 applies what it received and is then made writable; its agent reports: can't catch up."},
         {"mysqld of the new holder is down",
          [](State& s) {
              s.slots.at(kWriter).granted_to = "db2";
              s.hosts.at("db2").status->server = proto::Server::down;
          },
          "mysqld on db2 is down: start it."},
         {"no host",
          [](State& s) {
              s.slots.at(kWriter).holder.clear();
              s.hosts.at("db1").state = HostState::hard_offline;
              s.hosts.at("db1").reason = "mysql check fails";
              s.hosts.at("db1").since = kStart;
          },
          "db1 can't take it: host 'db1' is HARD_OFFLINE since 2026/11/22 12:43:16 (mysql check fails)."}});
    check(config, asking,
          {{"the target hasn't promised", [](State&) {}, "db2 itself has to promise first and hasn't answered yet."},
           {"the target refused", [](State& s) { take_reply(s, reply(s, "db2", lease::Refusal::silent), kStart); },
            "db2 (it keeps silent) itself has to promise first"},
           {"a majority is missing",
            [](State& s) {
                promise(s, "db2");
                take_reply(s, reply(s, "db3", lease::Refusal::other_voters), kStart);
            },
            "A majority has to promise: db2 did, awaited are db1, db3 (it has another list of voters, lease or drift), "
            "db4, monitor."},
           {"a lease is waited out",
            [](State& s) {
                for (const char* name : {"db2", "db3", "db4"}) promise(s, name);
            },
            "What may be left of the lease of db1 is waited out, 3.4 s more; its release, or its confirmed kill"},
           {"on_loss = hold",
            [](State& s) {
                auto& attempt = *s.slots.at(kWriter).attempt;
                attempt.proposal.on_loss = lease::OnLoss::hold;
                for (const char* name : {"db2", "db3", "db4"}) promise(s, name);
            },
            "time proves nothing: db1 has to release it, or to be killed"},
           {"the record can't be saved", [](State& s) { s.lease.save_problem = "no space left on device"; },
            "The monitor's lease record can't be saved (no space left on device)"}});
    check(
        config,
        [](const Config& with) {
            State state = leased(with);
            moves_to_db2(state);
            return state;
        },
        {{"the monitor is silent",
          [](State& s) {
              s.lease.voter.record.settled = s.lease.saved.settled = false;
              s.lease.voter.life.silent_until = kStart + 4s;
          },
          "The monitor neither votes nor moves roles for another 4.0 s: it has no lease record"},
         {"no majority",
          [](State& s) {
              for (const char* name : {"db1", "db3", "db4"}) away(s, name);
          },
          "Only 2 of 5 voters are within the monitor's reach"},
         {"it has no record", [](State& s) { s.hosts.at("db2").status->lease.silent_for = 5s; },
          "db2 can't take it: it lost its lease record, or its settings changed, and keeps silent for another 5.0 s."},
         {"the old holder lives unseen",
          [](State& s) {
              away(s, "db1");
              s.hosts.at("db1").status->lease.released.clear();
          },
          "db1 can't be reached from the monitor, but db2, db3, db4, monitor support its lease: it serves, and goes "
          "on."}});
}

TEST_CASE("what is in a host's way back, and what helps") {
    struct {
        void (*change)(State&, HostRecord&);
        const char* says;
    } const cases[] = {
        {[](State&, HostRecord& h) { h.state = HostState::admin_offline; }, "set_online db2 brings it back."},
        {[](State&, HostRecord& h) { h.state = HostState::awaiting_recovery; }, "set_online db2 brings it back."},
        {[](State&, HostRecord& h) { h.state = HostState::hard_offline; }, "as soon as it answers pings"},
        {[](State&, HostRecord& h) { h.state = HostState::replication_fail; }, "when its replication works"},
        {[](State&, HostRecord& h) {
             h.state = HostState::replication_fail;
             h.held_back = "it has transactions that the writer lacks: 0-1-5";
         },
         "It stays out because it has transactions that the writer lacks: 0-1-5."},
        {[](State&, HostRecord& h) {
             h.flapping = true;
             h.departures = {kStart, kStart};
         },
         "It is flapping, with 2 departures within 3600.0 s"},
        {[](State& s, HostRecord&) { set_check(s, "db2", CheckKind::ping, false, "no answer"); },
         "Its check ping fails since 2026/11/22 12:42:16: no answer."},
        {[](State&, HostRecord& h) { h.version1 = true; }, "Its agent is of version 1"},
        {[](State&, HostRecord& h) { h.status->problem = "can't connect"; }, "Its agent reports: can't connect."},
        {[](State&, HostRecord& h) { h.status->read_only_owed = true; }, "It could not be made read-only yet."},
        {[](State& s, HostRecord& h) {
             h.no_leases = true;
             s.lease.begun = true;
         },
         "Its agent takes no part in leases: upgrade it."},
        {[](State& s, HostRecord& h) {
             h.connected = false;
             h.link_problem = "connection refused";
             s.started = kStart - 900s;
         },
         "Its agent can't be reached since 2026/11/22 12:43:16 (connection refused)"},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        State state = good_order(config);
        each.change(state, state.hosts.at("db2"));
        const std::string text = text_of(explain_host(config, state, "db2", at(0s)));
        INFO(text);
        CHECK(text.find(each.says) != std::string::npos);
    }
}

TEST_CASE("what keeps the monitor itself from acting") {
    struct {
        void (*change)(State&);
        const char* says;  ///< empty: nothing
    } const cases[] = {
        {[](State&) {}, ""},
        {[](State& s) { s.phase = Phase::collecting; }, "It is starting"},
        {[](State& s) { s.network_since.reset(); }, "It has no network"},
        {[](State& s) { s.watch_until = kStart + 1s; }, "watches for 1.0 s before it acts"},
        {[](State& s) { s.mode = MonitorMode::manual; },
         "MANUAL mode: roles stay on hosts that fail until set_active."},
        {[](State& s) { s.mode = MonitorMode::wait; }, "WAIT mode"},
        {[](State& s) { s.mode = MonitorMode::passive; }, "PASSIVE mode: nothing moves before"},
        {[](State& s) { s.hosts.at("db3").no_leases = true; },
         "Roles are held by contact, not by leases, because of db3 (its agent takes no part)"},
        {[](State& s) { s.hosts.at("db3").version1 = true; }, "because of db3 (agent of version 1)"},
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        State state = leased(config);
        each.change(state);
        const auto about = explain_monitor(config, state, at(0s));
        const std::string text = text_of(about);
        INFO(text);
        CHECK(about.sentences.empty() == std::string(each.says).empty());
        CHECK(text.find(each.says) != std::string::npos);
    }
}

TEST_CASE("explain names a host's slots, a role's slots, or what isn't as it should be") {
    const Config config = five_hosts();
    const State state = leased(config);
    const auto subjects = [&](const std::string& name) {
        std::string all;
        for (const auto& about : explain(config, state, name, at(0s))) all += about.subject + " ";
        return all;
    };
    CHECK(subjects("") == "reader(192.168.10.129) reader(192.168.10.130) writer(192.168.10.128) ");
    CHECK(subjects("db1") == "db1 writer(192.168.10.128) ");
    CHECK(subjects("db2") == "db2 ");
    CHECK(subjects("reader") == "reader(192.168.10.129) reader(192.168.10.130) ");
    const auto json = nlohmann::json::parse(explain_json(explain(config, state, "db2", at(0s))));
    CHECK(json[0]["subject"] == "db2");
    CHECK(json[0]["sentences"].size() == 1);
}

TEST_CASE("explain of what doesn't exist is refused") {
    check_cases(five_hosts(), {{"explain db9", as_is, kRefused,
                                "ERROR: Unknown host or role 'db9'. There are: db1, db2, db3, db4, reader, writer"},
                               {"explain db1 db2", as_is, kUsage, "ERROR: Usage: explain [HOST|ROLE]"}});
}

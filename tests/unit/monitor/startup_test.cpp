#include "core/monitor/startup.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// A monitor that has just begun; every check was fine, every agent spoke and has nothing.
struct Beginning {
    Config config = five_hosts();
    State state = initial(config, kStart);
    StoredStatus stored;
    Effects effects;

    Beginning() {
        state.network_since = kStart;
        for (auto& [name, host] : state.hosts) {
            for (auto& [kind, check] : host.checks) check.seen = check.good = true;
            host.connected = true;
            host.heard = kStart;
            host.status = proto::AgentStatus{};
            host.status->read_only = true;
        }
    }
    proto::AgentStatus& agent(const HostName& host) { return *state.hosts.at(host).status; }
    void unheard(const HostName& host) {
        state.hosts.at(host).status.reset();
        state.hosts.at(host).heard = kStart - 2s;
    }
    void store(const HostName& host, HostState host_state, const Slots& slots = {}) {
        stored.hosts[host] = {host_state, slots};
    }
    /// One word of what a system shows: w(ritable), p(resent), s(tored), a(gent); a digit: slaves that replicate from
    /// it.
    void show(const HostName& host, const std::string& signs) {
        for (const char sign : signs) {
            if (sign == 'w') agent(host).read_only = false;
            if (sign == 'p') agent(host).present.insert(kWriter);
            if (sign == 's') store(host, HostState::online, {kWriter});
            if (sign == 'a') agent(host).granted[kWriter] = 7;
            if (sign == '1' || sign == '2') agent("db3").source = config.host(host)->ip;
            if (sign == '2') agent("db4").source = config.host(host)->ip;
        }
    }
    void decide() {
        remember(config, state, stored);
        monitor::decide(config, state, at(1s), effects);
    }
};

/// db1 and db4 take us after a minute, the other two refuse us yet.
void take_us_late(Beginning& beginning) {
    for (const HostName name : {"db2", "db3"}) {
        beginning.unheard(name);
        beginning.state.hosts.at(name).refuses = true;
    }
    for (const HostName name : {"db1", "db4"}) beginning.state.hosts.at(name).connected_at = kStart + 60s;
}

}  // namespace

TEST_CASE("a host's first state is the gravest that the status file or its agent names") {
    const std::vector<HostState> order{HostState::admin_offline, HostState::hard_offline, HostState::replication_fail,
                                       HostState::replication_delay, HostState::online};
    for (const HostState stored : order) {
        for (const HostState told : order) {
            CAPTURE(word(stored), word(told));
            Beginning beginning;
            beginning.store("db3", stored);
            beginning.agent("db3").state = told;
            beginning.decide();
            const auto graver =
                std::min(std::find(order.begin(), order.end(), stored), std::find(order.begin(), order.end(), told));
            CHECK(beginning.state.hosts.at("db3").state == *graver);
        }
    }
    Beginning nobody_knows;
    nobody_knows.decide();
    for (const auto& [name, host] : nobody_knows.state.hosts) CHECK(host.state == HostState::awaiting_recovery);
}

TEST_CASE("the writer stays where most votes are") {
    struct {
        const char* db1;
        const char* db2;
        const char* holder;
    } const cases[] = {
        {"wpsa2", "", "db1"}, {"", "wpsa2", "db2"}, {"", "", ""}, {"s", "p", "db2"},  // 1 : 2
        {"p", "w", "db2"},                                                            // 2 : 4
        {"ps", "w", "db2"},                                                           // 3 : 4
        {"psa", "w", "db1"},                                                          // 4 : 4, and stored
        {"p2", "wa", "db2"},                                                          // 4 : 5
        {"p2", "w", "db1"},                                                           // 4 : 4, the first
        {"p", "w2", "db2"},   {"a", "s1", "db2"},                                     // 1 : 2
        {"2", "", ""},  // replicas alone make no writer: nobody was in service
        {"2", "s", "db2"},
    };
    for (const auto& each : cases) {
        INFO("db1 shows '" << each.db1 << "', db2 shows '" << each.db2 << "'");
        Beginning beginning;
        beginning.config.monitor.careful_startup = false;
        beginning.show("db1", each.db1);
        beginning.show("db2", each.db2);
        beginning.decide();
        CHECK(beginning.state.slots.at(kWriter).holder == each.holder);
    }
}

TEST_CASE("no vote for a host that is out of service, unless manual or wait mode leaves roles on failed hosts") {
    struct {
        HostState state;
        MonitorMode mode;
        bool elected;
    } const cases[] = {
        {HostState::admin_offline, MonitorMode::active, false},
        {HostState::admin_offline, MonitorMode::manual, false},
        {HostState::hard_offline, MonitorMode::active, false},
        {HostState::hard_offline, MonitorMode::manual, true},
        {HostState::hard_offline, MonitorMode::wait, true},
        {HostState::replication_fail, MonitorMode::active, true},
        {HostState::awaiting_recovery, MonitorMode::active, true},
    };
    for (const auto& each : cases) {
        CAPTURE(word(each.state), static_cast<int>(each.mode));
        Beginning beginning;
        beginning.state.mode = each.mode;
        beginning.show("db1", "wp2");
        beginning.store("db1", each.state);
        beginning.decide();
        CHECK(beginning.state.slots.at(kWriter).holder == (each.elected ? "db1" : ""));
        CHECK((beginning.state.hosts.at("db1").state == HostState::online) == each.elected);
    }
}

TEST_CASE("a reader stays where it is present, stored or ordered, on a host that is ONLINE or awaits recovery") {
    struct {
        const char* name;
        void (*change)(Beginning&);
        MonitorMode mode;
        const char* holder;
    } const cases[] = {
        {"nowhere", [](Beginning&) {}, MonitorMode::active, ""},
        {"present beats stored and ordered",
         [](Beginning& b) {
             b.agent("db3").present.insert(kReader);
             b.store("db4", HostState::online, {kReader});
             b.agent("db4").granted[kReader] = 3;
         },
         MonitorMode::active, "db3"},
        {"stored beats ordered",
         [](Beginning& b) {
             b.agent("db3").granted[kReader] = 3;
             b.store("db4", HostState::online, {kReader});
         },
         MonitorMode::active, "db4"},
        {"on a host with replication trouble",
         [](Beginning& b) {
             b.agent("db3").present.insert(kReader);
             b.store("db3", HostState::replication_delay, {kReader});
         },
         MonitorMode::active, ""},
        {"the same in manual mode",
         [](Beginning& b) {
             b.agent("db3").present.insert(kReader);
             b.store("db3", HostState::replication_delay, {kReader});
         },
         MonitorMode::manual, "db3"},
        {"on a host that may not have it", [](Beginning& b) { b.agent("db2").present.insert(kReader); },
         MonitorMode::active, ""},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        Beginning beginning;
        beginning.state.mode = each.mode;
        each.change(beginning);
        beginning.decide();
        CHECK(beginning.state.slots.at(kReader).holder == each.holder);
    }
}

TEST_CASE("keeping the writer makes ONLINE, keeping a reader does so out of AWAITING_RECOVERY") {
    Beginning beginning;
    beginning.show("db1", "wp");
    beginning.store("db1", HostState::replication_delay);
    beginning.agent("db3").present.insert(kReader);
    beginning.decide();
    CHECK(beginning.state.hosts.at("db1").state == HostState::online);
    CHECK(beginning.state.hosts.at("db1").reason == "keeps writer(192.168.10.128)");
    CHECK(beginning.state.hosts.at("db3").state == HostState::online);
    CHECK(beginning.state.hosts.at("db2").state == HostState::awaiting_recovery);
}

TEST_CASE("the writer's address on two hosts starts PASSIVE if careful_startup is set, and says why") {
    for (const bool careful : {true, false}) {
        Beginning beginning;
        beginning.config.monitor.careful_startup = careful;
        beginning.show("db1", "wp");
        beginning.show("db2", "p");
        beginning.decide();
        CHECK(beginning.state.mode == (careful ? MonitorMode::passive : MonitorMode::active));
        CHECK(beginning.state.mode_reason.empty() != careful);
        CHECK(beginning.state.slots.at(kWriter).holder == "db1");
        CHECK(beginning.state.slots.at(kWriter).maybe_held == std::set<HostName>{"db1", "db2"});
    }
}

TEST_CASE("an agent that was not heard may hold everything that its host may hold") {
    Beginning beginning;
    beginning.show("db1", "wp");
    beginning.unheard("db2");
    beginning.unheard("db4");
    beginning.decide();
    CHECK(beginning.state.slots.at(kWriter).maybe_held == std::set<HostName>{"db1", "db2"});
    CHECK(beginning.state.slots.at(kReader).maybe_held == std::set<HostName>{"db4"});
    CHECK(beginning.state.slots.at(kReader).holder.empty());
}

TEST_CASE("hosts found ONLINE get the trap period for what fails, others don't") {
    Beginning beginning;
    for (const char* name : {"db1", "db2"}) {
        auto& check = beginning.state.hosts.at(name).checks.at(CheckKind::mysql);
        check.good = false;
        check.last = Outcome::failed_soft;
        check.failing_since = kStart;
    }
    beginning.agent("db1").state = HostState::online;  // the status file is lost, the agent knows
    beginning.decide();
    CHECK(good(beginning.state.hosts.at("db1"), CheckKind::mysql));
    CHECK_FALSE(good(beginning.state.hosts.at("db2"), CheckKind::mysql));
}

TEST_CASE(
    "start-up has seen enough after one round of checks and a word of each agent, or when they had their chance") {
    struct {
        const char* name;
        void (*change)(Beginning&);
        Duration when;
        bool enough;
    } const cases[] = {
        {"all seen", [](Beginning&) {}, 0s, true},
        {"no network yet", [](Beginning& b) { b.state.network_since.reset(); }, 60s, false},
        {"an agent is missing", [](Beginning& b) { b.unheard("db4"); }, 2'499ms, false},
        {"an agent had its chance", [](Beginning& b) { b.unheard("db4"); }, 2'500ms, true},
        {"an agent refuses us yet",
         [](Beginning& b) {
             b.unheard("db4");
             b.state.hosts.at("db4").refuses = true;
         },
         7'999ms, false},
        {"an agent that refuses us had its chance",
         [](Beginning& b) {
             b.unheard("db4");
             b.state.hosts.at("db4").refuses = true;
         },
         8s, true},
        {"all agents that answer refuse us",
         [](Beginning& b) {
             for (const HostName name : {"db1", "db2", "db3", "db4"}) b.unheard(name);
             b.state.hosts.at("db1").refuses = true;
         },
         1h, false},
        {"the first agent takes us, the others refuse us yet", take_us_late, 67'999ms, false},
        {"the first agent takes us, the others had their chance", take_us_late, 68s, true},
        {"a check is missing", [](Beginning& b) { b.state.hosts.at("db4").checks.at(CheckKind::ping).seen = false; },
         4'999ms, false},
        {"a check had its chance",
         [](Beginning& b) { b.state.hosts.at("db4").checks.at(CheckKind::ping).seen = false; }, 5s, true},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        Beginning beginning;
        each.change(beginning);
        CHECK(seen_enough(beginning.state, at(each.when)) == each.enough);
    }
}

TEST_CASE("what the status file says of hosts and slots that aren't configured is left out") {
    Beginning beginning;
    beginning.store("db9", HostState::online, {kWriter});
    beginning.store("db3", HostState::online, {kWriter, {"reader", ip("192.168.10.199")}});
    beginning.stored.epochs = {{kWriter, 7}, {{"reader", ip("192.168.10.199")}, 5}};
    remember(beginning.config, beginning.state, beginning.stored);
    CHECK(holders(beginning.state) == "129=-, 130=-, 128=-");  // db3 may not have the writer
    CHECK(beginning.state.slots.size() == 3);
    CHECK(beginning.state.slots.at(kWriter).epoch == 7);
    CHECK(beginning.state.hosts.size() == 4);
}

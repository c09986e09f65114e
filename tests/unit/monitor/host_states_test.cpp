#include "core/monitor/host_states.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

constexpr auto kOnline = HostState::online;
constexpr auto kAdminOffline = HostState::admin_offline;
constexpr auto kHardOffline = HostState::hard_offline;
constexpr auto kAwaiting = HostState::awaiting_recovery;
constexpr auto kFail = HostState::replication_fail;
constexpr auto kDelay = HostState::replication_delay;

/// A table's row in words: which of the checks are fine, P(ing) M(ysql) T(hreads) B(acklog), and what else holds.
struct Row {
    HostState from;
    const char* checks;
    std::vector<std::string> facts;
    HostState to;
};

HostView view_of(const Row& row) {
    const std::string checks = row.checks;
    const auto fact = [&row](const char* name) {
        return std::find(row.facts.begin(), row.facts.end(), name) != row.facts.end();
    };
    HostView view;
    view.state = row.from;
    view.ping = checks.find('P') != std::string::npos;
    view.mysql = checks.find('M') != std::string::npos;
    view.threads = checks.find('T') != std::string::npos;
    view.backlog = checks.find('B') != std::string::npos;
    view.active_master = fact("is writer");
    view.can_be_active_master = fact("can write");
    view.active_master_exists = fact("a writer exists");
    view.peer_healthy = fact("peer healthy") || fact("peer healthy, ONLINE lately");
    view.peer_online = view.peer_healthy || fact("peer ONLINE");
    view.peer_online_for = fact("peer healthy, ONLINE lately") ? 59'999ms : view.peer_online ? 60'000ms : 0ms;
    view.flapping = fact("flapping");
    view.checks_settled = fact("settled");
    view.in_state = fact("long in state") ? 30'000ms : 29'999ms;
    view.away_briefly = fact("away briefly");
    view.quarantined = fact("quarantined");
    view.released = fact("released");
    return view;
}

void check_rows(const config::Monitor& limits, const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        std::string facts;
        for (const auto& fact : row.facts) facts += ", " + fact;
        INFO(word(row.from) << " " << row.checks << facts);
        const auto transition = next_state(limits, view_of(row));
        CHECK(word(transition ? transition->to : row.from) == word(row.to));
        CHECK((!transition || !transition->reason.empty()));
    }
}

config::Monitor automatic() {
    config::Monitor limits;
    limits.auto_set_online = 30s;
    return limits;
}

}  // namespace

TEST_CASE("an ONLINE host leaves service when it is dead, or when its replication is while its source is fine") {
    check_rows({}, {
                       {kOnline, "PMTB", {"peer healthy"}, kOnline},
                       {kOnline, "-MTB", {}, kHardOffline},
                       {kOnline, "P-TB", {}, kHardOffline},
                       {kOnline, "----", {"is writer"}, kHardOffline},
                       {kOnline, "PM-B", {"peer healthy"}, kFail},
                       {kOnline, "PM--", {"peer healthy"}, kFail},
                       {kOnline, "PMT-", {"peer healthy"}, kDelay},
                       // The source came up lately, is not fine, or not ONLINE: its trouble, not the replica's.
                       {kOnline, "PM-B", {"peer healthy, ONLINE lately"}, kOnline},
                       {kOnline, "PMT-", {"peer healthy, ONLINE lately"}, kOnline},
                       {kOnline, "PM-B", {"peer ONLINE"}, kOnline},
                       {kOnline, "PM--", {}, kOnline},
                       // The writer replicates from nobody it needs.
                       {kOnline, "PM--", {"is writer", "peer healthy"}, kOnline},
                   });
}

TEST_CASE("AWAITING_RECOVERY ends after a brief absence or by auto_set_online, when everything is fine") {
    check_rows(automatic(), {
                                {kAwaiting, "-MTB", {}, kHardOffline},
                                {kAwaiting, "P-TB", {"long in state"}, kHardOffline},
                                {kAwaiting, "PMTB", {}, kAwaiting},
                                {kAwaiting, "PMTB", {"away briefly"}, kOnline},
                                {kAwaiting, "PMTB", {"long in state"}, kOnline},
                                {kAwaiting, "PM-B", {"long in state", "away briefly"}, kAwaiting},
                                {kAwaiting, "PMT-", {"long in state", "away briefly"}, kAwaiting},
                                {kAwaiting, "PMTB", {"flapping", "long in state", "away briefly"}, kAwaiting},
                                {kAwaiting, "PMTB", {"flapping", "settled"}, kOnline},
                            });
}

TEST_CASE("a quarantined host awaits recovery, whatever else is fine, and is judged anew when that is over") {
    std::vector<Row> rows;
    for (const HostState state : {kOnline, kHardOffline, kFail, kDelay, kAwaiting}) {
        rows.push_back({state, "PMTB", {"quarantined", "peer healthy", "long in state", "away briefly"}, kAwaiting});
        rows.push_back({state, "PM--", {"quarantined", "a writer exists"}, kAwaiting});
        rows.push_back({state, "-MTB", {"quarantined"}, kHardOffline});
        rows.push_back({state, "P-TB", {"quarantined"}, kHardOffline});
    }
    rows.push_back({kAwaiting, "PMTB", {"released"}, kFail});
    rows.push_back({kAwaiting, "P-TB", {"released"}, kHardOffline});
    rows.push_back({kFail, "PMTB", {"released", "peer healthy"}, kOnline});
    rows.push_back({kAdminOffline, "PMTB", {"quarantined"}, kAdminOffline});
    check_rows(automatic(), rows);
}

TEST_CASE("without auto_set_online only a brief absence ends AWAITING_RECOVERY by itself") {
    check_rows({}, {
                       {kAwaiting, "PMTB", {"long in state"}, kAwaiting},
                       {kAwaiting, "PMTB", {"flapping", "settled"}, kAwaiting},
                       {kAwaiting, "PMTB", {"away briefly"}, kOnline},
                   });
}

TEST_CASE(
    "a HARD_OFFLINE host that answers again is judged by its replication, if there is anybody to replicate from") {
    check_rows(automatic(), {
                                {kHardOffline, "-MTB", {}, kHardOffline},
                                {kHardOffline, "P-TB", {"away briefly"}, kHardOffline},
                                {kHardOffline, "PMTB", {"a writer exists", "can write"}, kAwaiting},
                                {kHardOffline, "PM-B", {"a writer exists", "can write"}, kFail},
                                {kHardOffline, "PM--", {"a writer exists"}, kFail},
                                {kHardOffline, "PMT-", {"a writer exists", "can write"}, kDelay},
                                // A slave has to replicate in any case; a master may become the writer itself.
                                {kHardOffline, "PM-B", {}, kFail},
                                {kHardOffline, "PMT-", {}, kDelay},
                                {kHardOffline, "PM--", {"can write"}, kAwaiting},
                            });
}

TEST_CASE("replication trouble ends when replication is fine, or when its source is out of service") {
    std::vector<Row> rows{
        {kFail, "PMT-", {"peer healthy"}, kDelay}, {kFail, "PM-B", {"peer healthy"}, kFail},
        {kFail, "PM--", {"peer healthy"}, kFail},  {kDelay, "PM-B", {"peer healthy"}, kFail},
        {kDelay, "PM--", {"peer healthy"}, kFail}, {kDelay, "PMT-", {"peer healthy"}, kDelay},
    };
    for (const HostState state : {kFail, kDelay}) {
        rows.push_back({state, "PMTB", {"peer healthy"}, kOnline});
        rows.push_back({state, "PMTB", {"peer healthy", "flapping"}, kAwaiting});
        rows.push_back({state, "PM--", {}, kOnline});
        rows.push_back({state, "PM--", {"flapping"}, kAwaiting});
        rows.push_back({state, "-MTB", {}, kHardOffline});
        rows.push_back({state, "P-TB", {}, kHardOffline});
    }
    check_rows({}, rows);
}

TEST_CASE("ADMIN_OFFLINE and UNKNOWN are left to others") {
    check_rows(automatic(), {
                                {kAdminOffline, "PMTB", {"long in state", "away briefly"}, kAdminOffline},
                                {kAdminOffline, "----", {}, kAdminOffline},
                                {HostState::unknown, "PMTB", {"long in state"}, HostState::unknown},
                                {HostState::unknown, "----", {}, HostState::unknown},
                            });
}

TEST_CASE("whose replication matters: the writer's never, a slave's against the writer, a master's against its peer") {
    Config config = five_hosts();
    config.monitor.replication_grace = 60s;
    struct {
        const char* broken;
        const char* down;
        HostState expected;
    } const cases[] = {
        {"db1", "", kOnline},  {"db2", "", kFail},      {"db3", "", kFail},
        {"db3", "db2", kFail}, {"db2", "db1", kOnline}, {"db3", "db1", kOnline},
    };
    for (const auto& each : cases) {
        INFO("threads fail on " << each.broken << ", mysql on " << each.down);
        State state = good_order(config);
        set_check(state, each.broken, CheckKind::rep_threads, false);
        if (*each.down != '\0') set_check(state, each.down, CheckKind::mysql, false);
        Effects effects;
        update_states(config, state, at(0s), effects);
        CHECK(state.hosts.at(each.broken).state == each.expected);
    }
}

TEST_CASE("a writer that keeps its role while it is away, in manual mode, isn't judged by its replication either") {
    const Config config = five_hosts();
    for (const CheckKind kind : {CheckKind::rep_threads, CheckKind::rep_backlog}) {
        State state = good_order(config);
        state.mode = MonitorMode::manual;
        state.hosts.at("db1").state = kHardOffline;
        set_check(state, "db1", kind, false);
        Effects effects;
        update_states(config, state, at(0s), effects);
        CHECK(state.hosts.at("db1").state == kAwaiting);
        state.hosts.at("db1").uptime_online = 1h - 30s;
        update_states(config, state, at(0s), effects);
        CHECK(state.hosts.at("db1").state == kOnline);
    }
}

TEST_CASE("replication_grace is counted from when the source became ONLINE") {
    Config config = five_hosts();
    config.monitor.replication_grace = 20s;
    State state = good_order(config);
    state.hosts.at("db1").since = kStart;
    set_check(state, "db3", CheckKind::rep_threads, false);
    Effects effects;
    CHECK_FALSE(update_states(config, state, at(19'999ms), effects));
    CHECK(update_states(config, state, at(20s), effects));
    CHECK(state.hosts.at("db3").state == kFail);
}

TEST_CASE("a change of state says which check explains it, in the check's own words") {
    const Config config = five_hosts();
    State state = good_order(config);
    set_check(state, "db1", CheckKind::mysql, false, "connection refused");
    Effects effects;
    update_states(config, state, at(5s), effects);
    CHECK(state.hosts.at("db1").reason == "mysql check fails: connection refused");
    CHECK(state.hosts.at("db1").since == kStart + 5s);
    REQUIRE(of_kind<Log>(effects).size() == 1);
    CHECK(of_kind<Log>(effects)[0].level == LogLevel::warning);
}

TEST_CASE("a host that was away for less than 60 s without a reboot comes back by itself") {
    struct {
        Duration uptime;
        bool agent_there;
        HostState expected;
    } const cases[] = {
        {1h + 59'999ms, true, kOnline},
        {1h + 60'000ms, true, kAwaiting},
        {30s, true, kAwaiting},  // rebooted
        {1h, false, kAwaiting},  // what the agent said before it was lost is no news
    };
    const Config config = five_hosts();
    for (const auto& each : cases) {
        CAPTURE(each.uptime.count(), each.agent_there);
        State state = good_order(config);
        HostRecord& host = state.hosts.at("db1");
        Effects effects;
        update_states(config, state, at(0s), effects);  // notes the uptime while ONLINE
        host.state = kHardOffline;
        host.status->uptime = each.uptime;
        if (!each.agent_there) host.connected = false;
        update_states(config, state, at(0s), effects);
        CHECK(host.state == kAwaiting);
        update_states(config, state, at(0s), effects);
        CHECK(host.state == each.expected);
    }
}

TEST_CASE("more than flap_count departures within flap_duration are flapping") {
    Config config = five_hosts();
    config.monitor.flap_count = 3;
    config.monitor.flap_duration = 60s;
    for (const Duration pause : {15s, 20s, 21s}) {
        CAPTURE(pause.count());
        State state = good_order(config);
        HostRecord& host = state.hosts.at("db3");
        Effects effects;
        for (int departure = 0; departure < 4; ++departure) {
            CHECK_FALSE(host.flapping);
            host.state = kOnline;
            set_check(state, "db3", CheckKind::ping, false);
            update_states(config, state, at(departure * pause), effects);
        }
        CHECK(host.flapping == (pause <= 20s));
    }
}

TEST_CASE("a flapping host that was calm for flap_duration starts anew") {
    Config config = five_hosts();
    config.monitor.auto_set_online = 1s;
    config.monitor.flap_duration = 60s;
    State state = good_order(config);
    HostRecord& host = state.hosts.at("db3");
    host.state = kAwaiting;
    host.flapping = true;
    host.departures = {kStart, kStart, kStart, kStart};
    for (auto& [kind, check] : host.checks) check.changed = kStart;
    Effects effects;
    update_states(config, state, at(59'999ms), effects);
    CHECK(host.state == kAwaiting);
    update_states(config, state, at(60s), effects);
    CHECK(host.state == kOnline);
    CHECK_FALSE(host.flapping);
    CHECK(host.departures.empty());
}

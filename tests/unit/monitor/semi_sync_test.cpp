#include "core/monitor/semi_sync.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/monitor/show.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// db1 writes with AFTER_SYNC, db2 and db3 acknowledge.
State acknowledged(const Config& config) {
    State state = good_order(config);
    state.hosts.at("db1").status->semi_sync = {true, true, true, 2, 1, 0, Duration{0}, 10s, false};
    state.hosts.at("db1").status->writer = proto::WriterPhase::holding;
    for (const char* const host : {"db2", "db3"}) state.hosts.at(host).status->semi_sync.acknowledges = true;
    return state;
}

}  // namespace

TEST_CASE("semi-synchronous replication proves something only while it works, at AFTER_SYNC, and by hosts of ours") {
    const Config config = five_hosts();
    const State state = acknowledged(config);
    const auto proof = semi_sync_proof(state, "db1", kStart + 1s);
    CHECK(proof.why_not.empty());
    CHECK(proof.receivers == std::set<HostName>{"db2", "db3"});

    struct {
        const char* why_not;
        std::function<void(State&, SemiSync&)> change;
    } const cases[] = {
        {"semi-synchronous replication is off", [](State&, SemiSync& s) { s.enabled = false; }},
        {"it has fallen back to asynchronous replication", [](State&, SemiSync& s) { s.active = false; }},
        {"its wait point is AFTER_COMMIT: others see rows before they are acknowledged",
         [](State&, SemiSync& s) { s.after_sync = false; }},
        {"0 replicas acknowledge, 1 have to", [](State&, SemiSync& s) { s.clients = 0; }},
        {"it falls back after 3000 ms, and may have done so since it was heard last",
         [](State&, SemiSync& s) { s.timeout = 3s; }},
        {"3 replicas acknowledge, and 2 of them are known", [](State&, SemiSync& s) { s.clients = 3; }},
        {"nothing is known of it", [](State& of, SemiSync&) { of.hosts.at("db1").status.reset(); }},
    };
    for (const auto& each : cases) {
        INFO(each.why_not);
        State changed = state;
        each.change(changed, changed.hosts.at("db1").status->semi_sync);
        const auto none = semi_sync_proof(changed, "db1", kStart + 1s);
        CHECK(none.why_not == each.why_not);
        CHECK(none.receivers.empty());
    }
    CHECK_FALSE(semi_sync_proof(state, "db1", kStart + 8s).why_not.empty());
}

TEST_CASE("show says how the writer replicates, what that proves, and names commits that wait", "[scenario-47]") {
    const Config config = five_hosts();
    State state = acknowledged(config);
    CHECK(show_text(config, state, at(0s))
              .find("# Semi-synchronous replication of db1 is on (AFTER_SYNC, 2 replicas "
                    "acknowledge): should it be lost, its replicas have all that it "
                    "acknowledged\n") != std::string::npos);
    SemiSync& semi_sync = state.hosts.at("db1").status->semi_sync;
    semi_sync.waiting = 3;
    semi_sync.oldest = 12s;
    CHECK(show_text(config, state, at(0s))
              .find("# Warning: db1 waits for a replica's acknowledgement: 3 commits, the "
                    "first for 12 s; start a replica, or switch semi-synchronous "
                    "replication off there\n") != std::string::npos);
    const auto json = nlohmann::json::parse(show_json(config, state, at(0s)));
    CHECK(json["hosts"][0]["semi_sync"]["waiting"] == 3);
    CHECK(json["hosts"][0]["semi_sync"]["source"] == "on");
    CHECK(json["hosts"][0]["semi_sync"]["wait_point"] == "AFTER_SYNC");

    semi_sync = {true, false, true, 0, 1, 0, Duration{0}, 10s, false};
    const auto text = show_text(config, state, at(0s));
    CHECK(
        text.find("# Warning: db1 has fallen back to asynchronous replication: 0 replicas acknowledge, 1 have to\n") !=
        std::string::npos);
    CHECK(text.find("is async (AFTER_SYNC, 0 replicas acknowledge): it proves nothing, it has fallen back to "
                    "asynchronous replication\n") != std::string::npos);
}

TEST_CASE("a new writer has all that was acknowledged if it has all that each receiver has, known of each") {
    const Config config = five_hosts();
    State state = acknowledged(config);
    state.hosts.at("db1").status->semi_sync.timeout = 60s;
    const auto old = acknowledging_of(state, "db1");
    REQUIRE(old);
    for (auto& [name, host] : state.hosts) {
        host.status->history = "0-1-100,0-2-90";
        host.status->server_id = static_cast<std::uint32_t>(name.back() - '0');
    }
    const std::set<HostName> both{"db2", "db3"};
    const auto after = [&](const std::function<void(State&)>& change, Duration lost = 3s) {
        State changed = state;
        change(changed);
        return all_acknowledged(changed, *old, "db2", kStart + lost, kStart);
    };
    CHECK(after([](State&) {}) == both);
    // What the new writer wrote itself came later, what an old server did that nobody acknowledges doesn't count.
    CHECK(after([](State& s) { s.hosts.at("db3").status->history = "0-1-100,0-2-95"; }) == both);
    CHECK(after([](State& s) { s.hosts.at("db4").status->history = "0-1-109,0-2-90"; }) == both);
    CHECK(after([](State& s) { s.hosts.at("db3").status->history = "0-1-101,0-2-90"; }).empty());
    CHECK(after([](State& s) { s.hosts.at("db3").status->history.clear(); }).empty());
    CHECK(after([](State& s) { s.hosts.at("db3").status->server = proto::Server::down; }).empty());
    CHECK(after([](State& s) { silence(s, "db3", 10s); }).empty());
    CHECK(after([](State&) {}, 57s) == both);
    CHECK(after([](State&) {}, 58s).empty());

    state.hosts.at("db1").status->semi_sync.active = false;
    CHECK_FALSE(acknowledging_of(state, "db1"));
}

#include "core/monitor/reload.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/status_file.hpp"
#include "core/monitor/step.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

/// A cluster whose programs have the key first; an operator asks for `reload` at 100 ms.
struct Asked {
    Config config = five_hosts();
    State state;
    std::vector<HostName> told;
    bool own_told = false;
    std::string answer;  ///< empty: none yet

    explicit Asked(const std::function<void(State&)>& before = [](State&) {}) {
        state = good_order(config);
        state.saved = status_text(state);
        state.security.note("key first", "");
        for (auto& [name, host] : state.hosts) host.status->security.note("key first", "");
        before(state);
        after(100ms, AdminAsked{9, {"reload"}, "a test"});
    }
    void after(Duration when, const Event& event) {
        for (const auto& effect : step(config, state, event, at(when))) {
            if (const auto* tell = std::get_if<TellReload>(&effect)) told.push_back(tell->host);
            if (std::holds_alternative<ReloadSecurity>(effect)) own_told = true;
            const auto* reply = std::get_if<AnswerAdmin>(&effect);
            if (reply && reply->id == 9) answer = std::to_string(reply->reply.exit) + " " + reply->reply.text;
        }
    }
    void reads(const HostName& name, Duration when, const std::string& in_force, const std::string& problem = "") {
        auto status = *state.hosts.at(name).status;
        status.security.note(in_force, problem);
        after(when, AgentSaid{name, status});
    }
};

}  // namespace

TEST_CASE("reload is answered when all agents and then the monitor have read, with what each has in force") {
    Asked asked;
    CHECK(asked.told == std::vector<HostName>{"db1", "db2", "db3", "db4"});
    for (const char* name : {"db1", "db2", "db3"}) asked.reads(name, 200ms, "key second, also first");
    CHECK_FALSE(asked.own_told);
    asked.reads("db4", 300ms, "key second, also first");
    CHECK(asked.own_told);
    asked.after(400ms, Tick{});
    CHECK(asked.answer.empty());
    asked.after(500ms, SecurityRead{"key second, also first"});
    CHECK(asked.answer ==
          "0 OK: Keys and certificates were read again. In force now:\n  monitor: key second, also first\n"
          "  db1: key second, also first\n  db2: key second, also first\n  db3: key second, also first\n"
          "  db4: key second, also first");
    CHECK_FALSE(asked.state.reload);
}

TEST_CASE("reload names each one that hasn't read, and is refused then") {
    Asked asked([](State& state) {
        state.hosts.at("db2").version1 = true;
        state.hosts.at("db3").connected = false;
        state.hosts.at("db3").link_problem = "connection refused";
    });
    CHECK(asked.told == std::vector<HostName>{"db1", "db4"});
    asked.reads("db1", 200ms, "", "/etc/mmm/cluster.key has no key");
    for (Duration when = 300ms; when < 3100ms; when += 100ms) asked.after(when, Tick{});
    CHECK_FALSE(asked.own_told);
    asked.after(3100ms, Tick{});
    CHECK(asked.own_told);
    asked.after(3200ms, SecurityRead{"", "permission denied"});
    CHECK(
        asked.answer ==
        "1 ERROR: Keys and certificates weren't read again everywhere:\n"
        "  monitor: permission denied; what was read before stays in force\n"
        "  db1: /etc/mmm/cluster.key has no key; what was read before stays in force\n"
        "  db2: speaks version 1, which knows no keys\n"
        "  db3: its agent isn't linked (connection refused); it reads at its start, or at systemctl reload mmm-agent\n"
        "  db4: no word from its agent within 3 s; look into its log");
}

TEST_CASE("a second reload waits for the answer to the first one, which has a deadline whatever happens") {
    Asked asked;
    std::string second;
    for (const auto& effect : step(asked.config, asked.state, AdminAsked{10, {"reload"}, "another"}, at(200ms))) {
        if (const auto* reply = std::get_if<AnswerAdmin>(&effect)) second = reply->reply.text;
    }
    CHECK(second == "ERROR: A `reload` is on its way already; it is answered within seconds.");
    for (Duration when = 300ms; when <= 4200ms; when += 100ms) asked.after(when, Tick{});
    CHECK(asked.answer.find("1 ERROR: Keys and certificates weren't read again everywhere:\n  monitor: hasn't read") ==
          0);
}

TEST_CASE("who couldn't read keys and certificates again stands in show until it can") {
    Asked asked;
    const auto shown = [&] {
        std::string text;
        for (const auto& effect : step(asked.config, asked.state, AdminAsked{11, {"show"}, "a test"}, at(600ms))) {
            if (const auto* reply = std::get_if<AnswerAdmin>(&effect)) text = reply->reply.text;
        }
        return text;
    };
    const std::string trouble = "keys and certificates can't be read again, those read before stay in force: full";
    asked.after(200ms, SecurityRead{"", "full"});
    asked.reads("db2", 300ms, "", "full");
    CHECK(shown().find("# Warning: " + trouble) != std::string::npos);
    CHECK(shown().find("# Warning: db2: " + trouble) != std::string::npos);
    asked.after(400ms, SecurityRead{"key second"});
    asked.reads("db2", 500ms, "key second");
    CHECK(shown().find(trouble) == std::string::npos);
}

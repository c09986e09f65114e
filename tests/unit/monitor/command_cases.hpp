#pragma once

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "core/monitor/admin.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

namespace mmm::monitor::test {

inline std::vector<std::string> split(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

/// A command, what was done to the cluster in good order before, and the answer to the letter.
struct Case {
    const char* command;
    void (*before)(State&);
    int exit;
    const char* answer;
};

inline void as_is(State&) {}
template <HostState kState>
void db1_is(State& state) {
    state.hosts.at("db1").state = kState;
}
template <HostState kState>
void db2_is(State& state) {
    state.hosts.at("db2").state = kState;
}
inline void passive(State& state) {
    state.mode = MonitorMode::passive;
}

/// Runs each command; a refusal must change nothing.
inline void check_cases(const Config& config, const std::vector<Case>& cases) {
    for (const Case& each : cases) {
        INFO(each.command);
        State state = good_order(config);
        each.before(state);
        const State before = state;
        Effects effects;
        const auto reply = run_command(config, state, split(each.command), at(0s), effects);
        CHECK(reply.text == each.answer);
        CHECK(reply.exit == each.exit);
        if (each.exit != proto::kExitDone) CHECK(state == before);
    }
}

inline constexpr int kDone = proto::kExitDone;
inline constexpr int kRefused = proto::kExitRefused;
inline constexpr int kUsage = proto::kExitUsage;

}  // namespace mmm::monitor::test

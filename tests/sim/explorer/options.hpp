#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/lease/timing.hpp"

namespace mmm::sim {

/// A small world: who is in it, how long things last in ticks, and how much may go wrong.
struct Options {
    int voters = 3;        ///< db1 and db2 (the candidates), further agents that only vote, the monitor
    int monitors = 1;      ///< 2: a second monitor proposes as well
    bool quiet = false;    ///< the second monitor proposes nothing
    bool outside = false;  ///< only the second monitor proposes, which has no vote
    bool split = false;    ///< the first proposes db1 only, the second db2 only
    bool regrant = false;  ///< the candidates propose for themselves at any time
    int lease = 2;
    int slack = 1;  ///< 0 or 1: what the kernel rounds up
    int trips = 1;  ///< X is W and so much
    int call = 0;   ///< δ
    int epochs = 2;
    int crashes = 0;
    int losses = 0;
    int freezes = 0;
    int kills = 0;
    int only = 0;                    ///< the one node that crashes, is stopped or loses its state; 0: each may
    bool cold = false;               ///< nobody holds, nobody has a state file
    bool hold = false;               ///< on_loss = hold
    bool small_list = false;         ///< db1 counts by an old, shorter list of voters
    bool live = false;               ///< liveness from each state
    bool no_resume = false;          ///< a restarted agent always removes the address
    std::size_t limit = 40'000'000;  ///< states
    double seconds = 1e9;

    [[nodiscard]] lease::Timing timing() const;
    [[nodiscard]] std::string text() const;
};

/// Options of the command line. Empty and a message on stderr, or the help on stdout: `exit` says with which status.
struct Parsed {
    Options options;
    bool go = false;
    int exit = 0;
};
Parsed parse(const std::vector<std::string>& arguments);

}  // namespace mmm::sim

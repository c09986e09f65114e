#pragma once

#include <string>

#include "core/monitor/state.hpp"
#include "core/proto/order.hpp"

namespace mmm::monitor {

enum class MoveKind {
    careful,  ///< refused or delayed before anything is stopped if it can't be seen to succeed
    forced,   ///< by an operator's word: it is tried all the same, and given up at its deadline
    at_once,  ///< the target can't be waited for (its replication is broken): the role leaves first
};

/// Moves the writer to another healthy host as planned work. The old writer keeps the role until it has stopped writes
/// and the new one has applied all of them; if that doesn't succeed within a deadline, writes go on where they were.
/// With agents that can't do so (of older versions, or servers without GTIDs) the role leaves at once, and the new
/// writer applies what is left before it becomes writable.
void plan_writer_move(const Config& config, State& state, const HostName& to, const std::string& reason, Time now,
                      Effects& effects, MoveKind kind = MoveKind::careful);

/// Takes a planned move a stage further; ends one that succeeded, and gives up one that can't or takes too long, if the
/// old writer can go on.
void watch_planned_move(const Config& config, State& state, Time now, Effects& effects);

/// What the two hosts' orders say of the move.
void order_move(const Config& config, const State& state, const HostName& host, proto::Order& order);

/// For people: what the move does now. Empty: there is none.
std::string move_sentence(const State& state, Time now);
/// The last move was given up lately.
bool move_failed_lately(const State& state, Time now);

}  // namespace mmm::monitor

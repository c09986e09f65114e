#include "core/monitor/planned_move.hpp"

#include <fmt/format.h>

#include <chrono>

#include "core/model/gtid.hpp"
#include "core/monitor/allocate.hpp"
#include "core/monitor/explain_move.hpp"

namespace mmm::monitor {
namespace {

/// What a planned move may take in each stage, on top of what clients' statements are given.
constexpr Duration kPlannedMoveLimit{10'000};
/// Each try of a move interrupts writing, so a preference that failed isn't tried again for so long.
constexpr Duration kPreferencePause{300'000};
/// For so long `show` tells of a move that was given up.
constexpr Duration kFailureShown{300'000};

Duration limit(const Config& config) {
    return kPlannedMoveLimit + std::chrono::seconds(config.max_kill_retries);
}

bool can_hand_over(const HostRecord& host, Time now) {
    return agent_reachable(host, now) && !host.version1 && host.status->handover != proto::Handover::unsupported;
}

/// Can the role stay with its holder until the other one has everything?
bool stays_until_caught_up(const Config& config, const State& state, const HostName& from, const HostName& to,
                           Time now) {
    const HostRecord& old = state.hosts.at(from);
    if (!can_hand_over(old, now) || !can_hand_over(state.hosts.at(to), now)) return false;
    if (state.active_master != from || old.status->writer != proto::WriterPhase::holding) return false;
    if (!old.status->present.contains(writer_slot(config)) || old.status->server != proto::Server::up) return false;
    return !old.status->position.empty() && old.status->position.size() <= proto::kMaxAwait;
}

/// Is what the host says the answer to the order that it has?
bool answers_order(const HostRecord& host) {
    return host.status && host.order && host.status->order == host.order->sequence;
}

/// MariaDB: of "0-1-64,0-2-112" what server `id` wrote. Whoever has all of it has the writer's history, not only as
/// many transactions. Empty on MySQL: its positions tell histories apart themselves.
std::string own_history(const proto::AgentStatus& status) {
    const auto all = GtidSet::parse(status.history);
    if (!all) return "";
    const std::string own = all->without(all->without_server(status.server_id, {})).text();
    return own.size() <= proto::kMaxAwait ? own : "";
}

void give_up(const Config& config, State& state, const std::string& why, Time now, Effects& effects) {
    const PlannedMove move = *state.move;
    state.move.reset();
    state.preference_from = now + kPreferencePause;
    state.move_failure = why;
    state.move_failed_route = fmt::format("from {} to {}", move.from, move.to);
    state.move_failed_at = now;
    effects.push_back(Log{LogLevel::error,
                          "planned move given up, the old writer goes on",
                          {{"event", "move_given_up"}, {"from", move.from}, {"to", move.to}, {"reason", why}}});
    if (move.stage == MoveStage::leave)
        assign(config, state, writer_slot(config), move.from, "planned move given up: " + why, now, effects);
}

/// The old writer stopped writes by the order that it has now.
bool is_frozen(const State& state) {
    const HostRecord& from = state.hosts.at(state.move->from);
    return answers_order(from) && from.order->freeze != proto::Freeze::no &&
           from.status->handover == proto::Handover::frozen;
}

std::string why_late(const State& state) {
    const PlannedMove& move = *state.move;
    const HostRecord& from = state.hosts.at(move.from);
    const HostRecord& to = state.hosts.at(move.to);
    if (move.stage == MoveStage::freeze && !is_frozen(state)) {
        const bool told = from.status && !from.status->problem.empty();
        return move.from + " couldn't stop writes in time" + (told ? ": " + from.status->problem : "");
    }
    const bool told = to.status && !to.status->problem.empty();
    std::string text = told ? to.status->problem : "it says nothing of why";
    if (move.stage == MoveStage::approach)
        return fmt::format(
            "{} lags behind too far to catch up in time, nothing was stopped ({}); --force tries it all "
            "the same",
            move.to, text);
    return fmt::format("{} didn't apply the last of {}'s writes in time ({})", move.to, move.from, text);
}

/// Nothing is stopped before the new writer has what the old one had when the move began.
void approach(const Config& config, State& state, Time now, Effects& effects) {
    PlannedMove& move = *state.move;
    const proto::AgentStatus& from = *state.hosts.at(move.from).status;
    const proto::AgentStatus& to = *state.hosts.at(move.to).status;
    if (move.await.empty()) move.await = from.position;
    if (move.await.empty() || to.reached != move.await) return;
    move.stage = MoveStage::freeze;
    move.deadline = now + limit(config);
    move.await.clear();
    effects.push_back(Log{LogLevel::info,
                          "the new writer has caught up, the old one is told to stop writes",
                          {{"event", "freeze"}, {"from", move.from}, {"to", move.to}}});
}

void freeze(const Config& config, State& state, Time now, Effects& effects) {
    PlannedMove& move = *state.move;
    const HostRecord& from = state.hosts.at(move.from);
    if (answers_order(from) && from.order->freeze != proto::Freeze::no &&
        from.status->handover == proto::Handover::refused)
        return give_up(config, state, from.status->refusal, now, effects);
    move.await = is_frozen(state) ? from.status->position : "";
    if (move.await.empty() || state.hosts.at(move.to).status->reached != move.await) return;
    move.stage = MoveStage::leave;
    move.deadline = now + limit(config);
    assign(config, state, writer_slot(config), move.to, move.reason, now, effects);
}

/// As long as the old writer keeps the role.
void prepare(const Config& config, State& state, Time now, Effects& effects) {
    const PlannedMove& move = *state.move;
    const std::string why = why_not_eligible(config, state, move.to, config.active_master_role, now);
    if (!why.empty()) return give_up(config, state, why, now, effects);
    const HostRecord& from = state.hosts.at(move.from);
    if (agent_reachable(from, now) && now < move.deadline) {
        if (move.stage == MoveStage::approach) return approach(config, state, now, effects);
        return freeze(config, state, now, effects);
    }
    if (now >= move.deadline) give_up(config, state, why_late(state), now, effects);
}

}  // namespace

void plan_writer_move(const Config& config, State& state, const HostName& to, const std::string& reason, Time now,
                      Effects& effects, MoveKind kind) {
    const Slot slot = writer_slot(config);
    const HostName from = state.slots.at(slot).holder;
    state.move_failure.clear();
    if (from.empty() || kind == MoveKind::at_once || !stays_until_caught_up(config, state, from, to, now)) {
        assign(config, state, slot, to, reason, now, effects);
        if (!from.empty()) state.move = PlannedMove{from, to, now + limit(config)};
        return;
    }
    const bool forced = kind == MoveKind::forced;
    state.move = PlannedMove{from,   to, now + limit(config), forced ? MoveStage::freeze : MoveStage::approach, forced,
                             reason, ""};
    effects.push_back(Log{LogLevel::info,
                          "planned move begins",
                          {{"event", "move_begins"}, {"from", from}, {"to", to}, {"reason", reason}}});
}

void watch_planned_move(const Config& config, State& state, Time now, Effects& effects) {
    if (!state.move) return;
    const PlannedMove move = *state.move;
    const Slot slot = writer_slot(config);
    const bool leaves = move.stage == MoveStage::leave;
    // What happened to its hosts meanwhile overtook it.
    if (state.slots.at(slot).holder != (leaves ? move.to : move.from)) {
        state.move.reset();
        return;
    }
    if (!leaves) return prepare(config, state, now, effects);
    if (state.active_master == move.to) {
        state.move.reset();
        return;
    }
    if (now < move.deadline) return;
    if (!why_not_eligible(config, state, move.from, slot.role, now).empty()) {
        state.move.reset();
        return;
    }
    const auto& target = state.hosts.at(move.to).status;
    give_up(config, state, target && !target->problem.empty() ? target->problem : "not done within the deadline", now,
            effects);
}

void order_move(const Config& config, const State& state, const HostName& host, proto::Order& order) {
    if (!state.move || state.move->stage == MoveStage::leave) return;
    const PlannedMove& move = *state.move;
    if (host == move.from && move.stage == MoveStage::freeze && order.slots.contains(writer_slot(config)))
        order.freeze = move.forced ? proto::Freeze::forced : proto::Freeze::careful;
    if (host != move.to || move.await.empty()) return;
    order.await = move.await;
    const auto& from = state.hosts.at(move.from).status;
    if (move.stage == MoveStage::freeze && !move.forced && from) order.await_history = own_history(*from);
}

std::string move_sentence(const State& state, Time now) {
    if (!state.move) return "";
    const PlannedMove& move = *state.move;
    std::string text = fmt::format("It is being moved from {} to {}; given up after another {}, if {} can go on then",
                                   move.from, move.to, seconds(move.deadline - now), move.from);
    const auto& to = state.hosts.at(move.to).status;
    const std::string told = to && !to->problem.empty() ? " (" + to->problem + ")" : "";
    if (move.stage == MoveStage::leave) return text + ".";
    if (move.stage == MoveStage::approach)
        return text + fmt::format(". {} catches up first, nothing is stopped yet{}.", move.to, told);
    if (move.await.empty()) return text + fmt::format(". {} is told to stop writes.", move.from);
    return text + fmt::format(". {} has stopped writes, {} applies the last of them{}.", move.from, move.to, told);
}

bool move_failed_lately(const State& state, Time now) {
    return !state.move_failure.empty() && now - state.move_failed_at < kFailureShown;
}

}  // namespace mmm::monitor

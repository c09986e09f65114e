#pragma once

#include "core/agent/turn.hpp"

/// The steps of writer.cpp, apart by direction. Each does what its step has to do now and is called again until it
/// moves the writer to another step.
namespace mmm::agent::steps {

void begin_arriving(Turn& turn, const Slot& slot);
void drain(Turn& turn);
void give_up(Turn& turn);
void make_writable(Turn& turn);
void open(Turn& turn);
void adopted(Turn& turn);
void hold(Turn& turn);
/// drain_timeout begins.
void begin_draining(Turn& turn);
void note_progress(Turn& turn, const TaskProgress& progress);
void drained(Turn& turn, const Result<std::string>& outcome, const std::string& lost);
void gave_up(Turn& turn, const Result<std::string>& outcome, const std::string& lost);
void made_writable(Turn& turn, const Result<std::string>& outcome);

/// mysqld answers; and if it doesn't, why, for people.
[[nodiscard]] bool is_up(const State& state);
[[nodiscard]] std::string why_not_up(const State& state);
/// The step failed: said once in the log, in the status until it succeeds.
void fail_step(Turn& turn, std::string text);
/// It applies what was received, and wasn't made writable yet.
[[nodiscard]] bool is_applying(WriterStep step);
/// Ends what the worker does for an arriving writer.
void end_applying(Turn& turn);

void begin_leaving(Turn& turn);
void make_read_only(Turn& turn);
void end_blockers(Turn& turn);
void end_clients(Turn& turn);
void close(Turn& turn);
void made_read_only(Turn& turn, const Result<std::string>& outcome, const std::string& position);
void ended_clients(Turn& turn, const Result<std::string>& outcome, const std::string& position);

// A planned move, writer_handover.cpp: the writer stops writes and keeps role and address until the new one has it all.
void note_order_of_freeze(Turn& turn);
[[nodiscard]] bool is_to_freeze(const Turn& turn);
void begin_freezing(Turn& turn);
void freeze(Turn& turn);
void froze(Turn& turn, const TaskDone& done);
void frozen(Turn& turn);
/// It stays the writer after all: writes go on.
void end_freezing(Turn& turn);

/// On a host that isn't the writer: sets read_only=1 where that is owed, or where somebody switched it off.
void guard(Turn& turn);
void guarded(Turn& turn, const Result<std::string>& outcome, const std::string& position);

}  // namespace mmm::agent::steps

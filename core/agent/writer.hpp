#pragma once

#include <string>

#include "core/agent/turn.hpp"

namespace mmm::agent {

/// How long making the server writable may take, once it answers.
inline constexpr Duration kWritableLimit{3000};
/// What a task gets beyond the time that it waits for locks or clients.
inline constexpr Duration kTaskSlack{2000};
/// A failed step is tried again after this.
inline constexpr Duration kRetry{1000};
/// A look at the server that ends this soon after a task read a value back may have begun before.
inline constexpr Duration kSettle{250};

/// The short form of the step, as reported. An adopted address counts as arriving until the server was seen writable.
[[nodiscard]] proto::WriterPhase phase(WriterStep step);
/// The writer slot that is granted to this host; nothing: it isn't to be the writer.
[[nodiscard]] std::optional<Slot> granted_writer(const Turn& turn);

/// At the start: the writer's address was found on this host.
void adopt_writer(Turn& turn, const Slot& slot);
/// At the start: nothing says that this host may be the writer, but if a slot of the process before was the writer's,
/// it was.
void owe_read_only(Turn& turn, const Slots& of_process_before);
/// What the server worker saw: keeps read_only as the tasks read it back where the look may be older.
void see_server(Turn& turn, const ServerSeen& seen);
/// Goes as far towards what is granted as is possible now: starts the tasks that are due, one step after another.
void advance_writer(Turn& turn);
/// A task of the fencing worker, or one that applies what was received, ended.
void end_writer_task(Turn& turn, const Task& task, const TaskDone& done);
/// A drain tells how far it is.
void see_progress(Turn& turn, const TaskProgress& progress);
/// Out without waiting for mysqld: the address goes first, read_only is owed. Nothing if it isn't the writer.
void leave_at_once(Turn& turn);

}  // namespace mmm::agent

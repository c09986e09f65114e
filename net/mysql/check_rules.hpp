#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/base/result.hpp"
#include "core/model/check.hpp"
#include "net/mysql/replication_status.hpp"

// What an answer of the server means for a check. Pure rules.

namespace mmm::net::mysql {

/// Outcome and message of a CheckReport.
struct Verdict {
    Outcome outcome = Outcome::unknown;
    std::string message;  ///< empty: the check is simply OK

    bool operator==(const Verdict&) const = default;
};

/// A trivial SELECT, connecting included. Refused and reset are hard evidence; time-outs are soft. A server that lets
/// nobody in (too many connections, wrong password) lives: that is unknown, for people to look at.
Verdict mysql_verdict(const Result<void>& answer);

/// Both threads have to run; an I/O thread that is connecting does.
Verdict rep_threads_verdict(const ReplicationStatus& status);

/// How far a replica is behind, or why that isn't known.
struct Backlog {
    std::optional<std::chrono::seconds> behind;
    std::string unknown;
};
/// By the server's own word. NULL is never no delay: replication isn't running, or it isn't connected.
Backlog backlog_of(const ReplicationStatus& status);
/// By the age of the source's row in the heartbeat table; nothing: there is none.
Backlog backlog_by_beat(std::optional<std::chrono::seconds> age, const ReplicationStatus& status);

/// More than `max_backlog` behind fails. Not known is neither good nor bad.
Verdict rep_backlog_verdict(const Backlog& backlog, std::chrono::seconds max_backlog);

/// Replication couldn't be asked for. Failing to connect or to be answered says nothing about replication, a missing
/// right fails and says so. `connected`: whether the error came after connecting.
Verdict unanswered_verdict(const Error& error, bool connected);

}  // namespace mmm::net::mysql

#pragma once

#include "core/base/time.hpp"
#include "core/model/check.hpp"
#include "net/mysql/replication_status.hpp"

namespace mmm::net::mysql {

/// What a check's outcome and text are.
struct Verdict {
    Outcome outcome = Outcome::unknown;
    std::string message;
    bool operator==(const Verdict&) const = default;
};

/// The mysql check: refused and reset are hard evidence; a full server or a wrong password is no dead one.
Verdict judge_connection(const Result<void>& answered);

/// rep_threads and rep_backlog. `connected`: without a connection they say nothing. Source: MMM 2.2; differs where an
/// unknown delay is no longer "no delay".
Verdict judge_threads(const Result<ReplicationStatus>& status, bool connected);
Verdict judge_backlog(const Result<ReplicationStatus>& status, bool connected, Duration max_backlog);

}  // namespace mmm::net::mysql

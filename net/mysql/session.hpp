#pragma once

#include <mysql.h>

#include <string>
#include <string_view>

#include "core/base/time.hpp"
#include "net/mysql/endpoint.hpp"
#include "net/mysql/operation.hpp"
#include "net/mysql/rows.hpp"

// The calls into Connector/C. Only connection.cpp includes this: mysql.h is a heavy header.

namespace mmm::net::mysql {

/// Owns a MYSQL.
struct Session {
    Session();
    /// Says goodbye if that doesn't have to wait: outside an operation every wait is refused.
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    [[nodiscard]] int socket() const;

    MYSQL* mysql;
};

/// How a call ended. All is well if `number` is 0, `end` is none and `too_much` is empty.
struct Answer {
    Rows rows;
    std::string too_much;  ///< which bound the answer broke
    int number = 0;        ///< MySQL error number
    std::string message;
    Operation::End end = Operation::End::none;
};

/// Connects and logs in, as far as the server's greeting fits to Endpoint::tls: otherwise nothing is sent to it, and
/// the end is Operation::End::refused. Afterwards the socket doesn't block: also TLS then waits through Operation.
Answer log_in(Session& session, const Endpoint& endpoint, Time deadline, const Canceller& canceller);

/// Runs one statement and fetches its answer, up to 100,000 rows and 16 MiB.
Answer ask(Session& session, std::string_view sql, Time deadline, const Canceller& canceller);

}  // namespace mmm::net::mysql

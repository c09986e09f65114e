#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// One session of a server.
struct Client {
    std::uint64_t id = 0;
    std::string user;
    std::string host;
    std::string command;  ///< "Sleep", "Query", ...
    std::int64_t seconds = 0;
    std::string state;
    std::string statement;  ///< the statement's first word only: the rest may hold secrets
    std::string shape;      ///< its first 64 characters without literals and comments, see shape_of()

    /// For messages: "17 app@192.168.10.1:4711 UPDATE 12 s".
    [[nodiscard]] std::string text() const;
    /// For who has to find out what is in the way: "17 app@192.168.10.1:4711, for 12 s: UPDATE t SET x=?".
    [[nodiscard]] std::string long_text() const;
    bool operator==(const Client&) const = default;
};

/// A statement as it may be shown: each literal is a `?`, comments are left out, blanks are single. What is cut off
/// inside a literal ends there.
std::string shape_of(std::string_view statement);

/// What to do with a session when clients are ended.
enum class ClientKind {
    spared,         ///< replication, the server's own threads, our own users
    idle,           ///< between statements, or not logged in yet: nothing is interrupted
    running,        ///< inside a statement
    waits_for_ack,  ///< its transaction is committed, a semi-synchronous replica hasn't confirmed it
};

ClientKind kind_of(const Client& client, const std::set<std::string>& spare_users);

/// All sessions that our user may see: all with the right PROCESS, else only its own.
Result<std::vector<Client>> list_clients(Connection& connection, Time deadline);

/// As list_clients(). Errors: Code::permission if the server has more sessions than we may see (PROCESS is missing).
Result<std::vector<Client>> list_all_clients(Connection& connection, Time deadline);

}  // namespace mmm::net::mysql

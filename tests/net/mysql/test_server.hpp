#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "net/mysql/connection.hpp"

namespace mmm::net::mysql {

/// How late something prompt may come. Instrumented code is slow, above all at reading the system's CA bundle.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr Duration kPrompt{1500};
#else
inline constexpr Duration kPrompt{200};
#endif

/// Which server a test starts: the machine's own MariaDB, or MySQL 9 out of the cache (packaging/server-root).
enum class Kind { mariadb, mysql9 };

/// A private mariadbd or mysqld on a random loopback port, with a fresh data directory copied from a cached template.
/// It dies with the test. Replication is off; it has the users of test_users().
class TestServer {
  public:
    explicit TestServer(unsigned server_id, std::vector<std::string> options = {}, Kind kind = Kind::mariadb);
    ~TestServer();
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    void start();
    /// SIGKILL, and waits until it is gone.
    void kill();
    /// SIGSTOP and SIGCONT.
    void freeze() const;
    void thaw() const;

    /// How `user` logs in, by TCP. The password of each user is "secret-" and the name.
    [[nodiscard]] Endpoint endpoint(const std::string& user) const;
    [[nodiscard]] const std::string& unix_socket() const { return socket_; }
    /// What the server writes to its log of errors.
    [[nodiscard]] std::string log() const { return folder_ + "/log"; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] pid_t pid() const { return pid_; }

    /// A statement of the administrator's. Fails the test if it fails.
    Rows run(const std::string& sql);
    /// Makes this server replicate from `source` by GTID and waits until both threads run.
    void replicate_from(const TestServer& source);
    /// Waits until `sql` gives `expected` in its first row and column.
    void await(const std::string& sql, const std::string& expected);

  private:
    std::string folder_;
    std::string socket_;
    unsigned server_id_;
    Kind kind_;
    std::vector<std::string> options_;
    std::uint16_t port_ = 0;
    pid_t pid_ = -1;
    Connection admin_;
};

/// Two servers that all tests share, the second replicating from the first; started by whoever needs them first.
/// A test leaves them as it found them: read_only=0, both threads running, in step.
struct Pair {
    TestServer source{1};
    TestServer replica{2};

    Pair();
    /// Waits until the replica has all that the source has.
    void in_step();
};
Pair& pair_of_servers();

/// The same with MySQL 9.
struct MysqlPair {
    TestServer source{21, {}, Kind::mysql9};
    TestServer replica{22, {}, Kind::mysql9};

    MysqlPair();
    void in_step();
};
/// Nothing, said loudly, where MySQL 9 isn't in the cache.
MysqlPair* pair_of_mysql9();

/// `span` from now.
Time in(Duration span);

/// A session that has to come about.
void open(Connection& connection, const Endpoint& endpoint);

}  // namespace mmm::net::mysql

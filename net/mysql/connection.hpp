#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/dialect.hpp"
#include "net/mysql/endpoint.hpp"
#include "net/mysql/rows.hpp"
#include "net/mysql/wake.hpp"

namespace mmm::net::mysql {

struct Session;

/// Why an idle wait ended.
enum class Idle { until, woken, closed, cancelled };

/// One session with one server. Every operation has one absolute deadline and ends at once when its canceller is
/// pulled. To be used by one thread at a time.
///
/// The session has sql_mode='', UTC, utf8mb4, and no reconnect, local files, multi-statements or clear-text passwords.
/// Error::detail is the MySQL error number; the message names the server, never the password.
class Connection {
  public:
    Connection() : Connection(std::make_shared<const Canceller>()) {}
    explicit Connection(std::shared_ptr<const Canceller> canceller);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Connects and logs in; a previous session is closed.
    /// Errors: see code_of(); Code::invalid for a host name, which is never looked up.
    Result<void> open(const Endpoint& endpoint, Time deadline);

    /// Runs one statement. The answer is bounded by 100,000 rows and 16 MiB; more is Code::refused.
    /// After a time-out, a cancellation or a broken connection the session is closed and abandoned: its state is
    /// unknown.
    Result<Rows> query(std::string_view sql, Time deadline);

    /// As query() for a statement that holds `secret`: no error text repeats any of the statement.
    Result<Rows> query_with_secret(std::string_view sql, std::string_view secret, Time deadline);

    /// Ends the session without waiting for the server.
    void close();
    [[nodiscard]] bool connected() const { return session_ != nullptr; }

    /// Waits while idle: until `until`, until `wake` is set (it isn't cleared), until cancelled, or until the server
    /// closes the connection; then the session is closed here too. Not connected counts as nothing to watch.
    Idle wait_closed_or(Time until, const Wake* wake = nullptr);

    /// Sleeps for `span`. Errors: Code::cancelled; Code::timeout when `deadline` comes first.
    Result<void> pause(Duration span, Time deadline);

    /// The socket, -1 when not connected.
    [[nodiscard]] int socket_fd() const;
    /// The server's number for this session, 0 when not connected.
    [[nodiscard]] unsigned long thread_id() const;
    /// Sessions that ended here with a statement under way, which the server may still execute; over all open()s. The
    /// last 64: no statement of ours is that long under way.
    [[nodiscard]] const std::deque<unsigned long>& abandoned() const { return abandoned_; }
    /// The server has none of them any more.
    void forget_abandoned() { abandoned_.clear(); }
    /// Who logged in last.
    [[nodiscard]] const std::string& user() const { return endpoint_.user; }
    /// The replication channel that this session is about; empty: the default one.
    [[nodiscard]] const std::string& channel() const { return endpoint_.channel; }
    /// What the server said it is when greeting. Meaningful once connected.
    [[nodiscard]] const Server& server() const { return server_; }
    [[nodiscard]] const Canceller& canceller() const { return *canceller_; }

  private:
    void abandon();

    std::shared_ptr<const Canceller> canceller_;
    Endpoint endpoint_;
    Server server_;
    std::unique_ptr<Session> session_;
    std::deque<unsigned long> abandoned_;
};

}  // namespace mmm::net::mysql

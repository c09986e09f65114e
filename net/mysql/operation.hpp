#pragma once

#include <functional>
#include <memory>

#include "core/base/time.hpp"
#include "net/mysql/greeting.hpp"
#include "net/mysql/wake.hpp"

namespace mmm::net::mysql {

class HandshakeGuard;

/// The deadline of one call into Connector/C, from construction to destruction, on the constructing thread.
///
/// The library's own time-outs are per read, so a dripping server can hold it for ever. Every wait of the library calls
/// wait() (MARIADB_OPT_IO_WAIT) instead of poll(), which knows the absolute deadline of the thread's current operation
/// and its canceller. Only the TLS handshake waits inside OpenSSL on a blocking socket: there, a guard thread shuts the
/// socket down from outside.
class Operation {
  public:
    /// Why the library was made to give up.
    enum class End { none, deadline, cancelled, refused };
    /// Sees what the server says first, before the library reads it and sends anything. False: not with this server.
    using Meet = std::function<bool(Greeting)>;

    Operation(Time deadline, const Canceller& canceller, bool guard_handshake = false, Meet meet = {});
    ~Operation();
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

    /// To be called once after the library's call: lets the guard go and says what ended the call early. An operation
    /// that succeeded after its deadline counts as ended by it: the guard may have shut its socket down.
    [[nodiscard]] End finish();

    /// The library's callback: waits until `socket` is readable (or writable). 1: ready; 0: give up; -1: the
    /// socket failed. errno says why.
    static int wait(int socket, char is_read, int timeout_ms);

  private:
    int wait_until_ready(int socket, bool is_read);
    int give_up(End why, int number);
    /// The first wait is for the connection: there is no other moment at which the library lets us look.
    int meet_server(int socket);

    Time deadline_;
    const Canceller& canceller_;
    bool guard_handshake_;
    Meet meet_;  ///< empty: was called, or nobody asked
    End gave_up_ = End::none;
    std::unique_ptr<HandshakeGuard> guard_;
    Operation* outer_;
};

}  // namespace mmm::net::mysql

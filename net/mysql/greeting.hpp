#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.hpp"
#include "net/mysql/wake.hpp"

// What a server says first, before anything was sent to it.

namespace mmm::net::mysql {

/// What follows from it for the login.
enum class Greeting {
    plain,    ///< no TLS is offered
    tls,      ///< TLS is offered
    refusal,  ///< an error instead, or nothing that we know: the library says what it is
};

/// Reads the beginning of a connection. Nothing: more bytes are needed to tell.
std::optional<Greeting> parse_greeting(std::string_view bytes);

/// How waiting for it ended.
enum class Peek { seen, deadline, cancelled };

/// Waits for the greeting on a connected socket and leaves it there to be read: what was decided by it is about the
/// same bytes that the library reads. A connection that ends before counts as Greeting::refusal.
Peek peek_greeting(int socket, Time deadline, const Canceller& canceller, Greeting& greeting);

}  // namespace mmm::net::mysql

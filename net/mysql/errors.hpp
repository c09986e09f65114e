#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace mmm::net::mysql {

/// The operating system's error number that Connector/C puts into the text of a connection error: "(111)",
/// "(111 \"Connection refused\")", "system error: 104". 0 if there is none.
int system_error_in(std::string_view message);

/// The client library's number for whatever goes wrong with TLS.
inline constexpr int kTlsError = 2026;

/// What kind of fault a MySQL error is. `number` is the server's or the client library's error number,
/// `message` its text.
///
/// Code::unreachable is hard evidence: the server's port was refused, the connection was reset or closed, or the server
/// says that it shuts down. Code::timeout proves nothing yet: silence, or no route. Code::busy and Code::permission
/// say that a server is there and works: too many connections, can't log in, a right is missing.
Code code_of(int number, std::string_view message);

/// True for numbers of the client library (2000 to 2999 and 5000 to 5999): the connection can't be used any more.
bool breaks_connection(int number);

/// `text` on one line and bounded, for messages: control characters become spaces, after 300 characters comes "...".
std::string printable(std::string_view text);

}  // namespace mmm::net::mysql

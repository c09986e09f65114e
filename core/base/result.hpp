#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace mmm {

/// What went wrong, by kind; the message is for people and carries the remedy.
enum class Code {
    invalid,      ///< the input is wrong; asking again won't help
    not_found,    ///< what was named doesn't exist
    refused,      ///< the other side or a rule says no
    unreachable,  ///< the other side actively can't be reached (refused, reset, no route)
    timeout,      ///< the deadline passed
    cancelled,    ///< we gave up waiting ourselves
    permission,   ///< a right is missing
    busy,         ///< somebody else holds the resource
    io,           ///< a system call failed
    unsupported,  ///< not possible on this system or server
};

/// An operating fault as a value. `detail` is the number the failing layer gave (errno, MySQL error), 0 if none.
struct Error {
    Code code = Code::io;
    std::string message;
    int detail = 0;

    bool operator==(const Error&) const = default;
};

/// A value, or what went wrong.
template <class T>
using Result = tl::expected<T, Error>;

/// Shorthand for returning an error from a function that returns Result<T>.
inline tl::unexpected<Error> fail(Code code, std::string message, int detail = 0) {
    return tl::make_unexpected(Error{code, std::move(message), detail});
}

}  // namespace mmm

#pragma once

// Before Asio: it chooses its allocator by a macro of the C++ library, and all sources must choose alike.
#include <cstddef>

#include <asio/ip/tcp.hpp>

// For this room's sources only: it needs Asio's headers.

namespace mmm::net {

/// A child process doesn't inherit it. (Asio has no way to open one so; only the loop's thread starts children.)
void close_on_exec(int descriptor);

/// What every connection of ours wants: small lines leave at once, and a peer that vanished or takes nothing is noticed
/// by the kernel within 5 s. Best effort: the lines have deadlines of their own.
void prepare_socket(asio::ip::tcp::socket& socket);

/// Once closed, the kernel repeats what is unacknowledged, the end included, as long as it does by default (about 100
/// s).
void repeat_the_end(int descriptor);

}  // namespace mmm::net

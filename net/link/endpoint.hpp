#pragma once

// Before Asio: it chooses its allocator by a macro of the C++ library, and all sources must choose alike.
#include <cstddef>

#include <asio/error_code.hpp>
#include <asio/ip/address.hpp>
#include <string>

#include "core/base/result.hpp"
#include "core/model/address.hpp"

// Between our values and Asio's. For this room's sources only: it needs Asio's headers.

namespace mmm::net {

asio::ip::address to_asio(const Address& address);

/// An IPv4 address mapped into IPv6 (::ffff:192.168.10.131) becomes the IPv4 address it stands for.
Address from_asio(const asio::ip::address& address);

/// "`what`: Connection refused", with the code and errno of `error`; the end of a stream is Code::unreachable.
Error link_error(const std::string& what, const asio::error_code& error);

/// "192.168.10.131:9989" or "[2001:db8::1]:9989".
std::string endpoint_text(const Address& address, unsigned port);

}  // namespace mmm::net

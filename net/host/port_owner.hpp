#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.hpp"
#include "core/model/address.hpp"

namespace mmm::net {

/// Which process listens on TCP `port` at `address` (or at all addresses), for the message of a process that wanted to:
/// "pid 1234 (mmm agent --config ...)", and what it wrote about itself into a lock file. Looks through /proc, for 500
/// ms at most. Errors: Code::not_found (nobody does), Code::permission (somebody does, but we may not see who),
/// Code::timeout.
Result<std::string> port_owner(const Address& address, std::uint16_t port);

}  // namespace mmm::net

#pragma once

#include "core/base/result.hpp"
#include "core/model/address.hpp"

namespace mmm::net {

/// Destroys every TCP socket of this network namespace whose local address is `local`, so that its clients get a reset
/// at once instead of hanging on a server that is gone (SOCK_DESTROY, what `ss -K` does). Listening sockets stay, and
/// so do those in TIME-WAIT, which carry nothing any more. Call it before the address is taken off: afterwards the
/// reset can't leave. Works without the owner's help, also when it is frozen.
/// Returns how many were destroyed. Errors: Code::unsupported (a kernel without CONFIG_INET_DIAG_DESTROY; noticed only
/// when there is a socket to destroy), Code::permission (CAP_NET_ADMIN), Code::timeout, Code::io.
Result<int> destroy_sockets(const Address& local);

}  // namespace mmm::net

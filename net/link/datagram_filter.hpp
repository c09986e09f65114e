#pragma once

#include <cstddef>
#include <set>

#include "core/base/result.hpp"
#include "core/model/address.hpp"

namespace mmm::net {

/// Has the kernel throw away, before they take room in the receive buffer or time of the loop, all datagrams of
/// `socket` that aren't from one of `senders` or have more than `most_bytes`. Replaces the filter that is there, at
/// once; what waits already stays. An address can be forged: this bounds what strangers cost, it proves nothing.
/// Errors: Code::io or Code::invalid (too many addresses for a filter); what was in force stays so.
Result<void> receive_only_from(int socket, const std::set<Address>& senders, std::size_t most_bytes);

}  // namespace mmm::net

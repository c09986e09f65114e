#pragma once

#include <functional>
#include <optional>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/address.hpp"
#include "net/host/interfaces.hpp"

namespace asio {
class io_context;
}

namespace mmm::net {

/// Who answered a probe: nobody, or the owner of that link-layer address.
using ProbeResult = Result<std::optional<MacAddress>>;

/// Asks the neighbours on `interface` whether one of them uses `ip` (RFC 5227 for IPv4, the solicitation of RFC 4862
/// for IPv6), twice: at once and after half of `timeout`. Calls `done` on the loop, exactly once: with the first answer
/// from a link-layer address other than the interface's own as soon as it comes, or with nothing after `timeout`.
/// A host that doesn't answer ARP isn't found. Errors: Code::unsupported (no Ethernet), Code::permission
/// (CAP_NET_RAW), Code::unreachable (interface down), Code::io.
void probe_address(asio::io_context& loop, const Address& ip, const Interface& interface, Duration timeout,
                   std::function<void(ProbeResult)> done);

}  // namespace mmm::net

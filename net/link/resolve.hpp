#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/address.hpp"

namespace mmm::net {

/// The addresses of a host: itself when it is an address, else what the system's resolver says, best first.
/// The resolver can't be given a deadline or be interrupted, so it works in a thread that is left behind when it takes
/// longer; only for programs that end soon. Errors: Code::not_found, Code::timeout, Code::io.
Result<std::vector<Address>> resolve_host(const std::string& host, Duration limit);

}  // namespace mmm::net

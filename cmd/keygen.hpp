#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/cluster_key.hpp"

namespace mmm {

/// A new key from the kernel's random bytes. Without a name it gets the date and some random letters:
/// `2026-11-23-k7qd`. Precondition: `name` is empty or a key's name. Errors: as net::fill_random().
Result<ClusterKey> make_cluster_key(const std::string& name, const WallTime& now);

/// `mmm keygen [--name NAME]`. Exit status: 0 the key is printed, 1 there is none (the reason is on stderr), 2 usage.
int keygen_main(std::vector<std::string> arguments);

}  // namespace mmm

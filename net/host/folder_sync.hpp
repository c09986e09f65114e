#pragma once

#include <string>

#include "core/base/result.hpp"

namespace mmm::net {

/// Makes what was made or renamed in the folder of `path` last. Errors: Code::io and its like.
Result<void> sync_folder_of(const std::string& path);

}  // namespace mmm::net

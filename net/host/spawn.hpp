#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm::net {

/// A started program, and the reading end (non-blocking) of its standard output and error.
struct Spawned {
    pid_t pid = 0;
    FileDescriptor output;
};

/// Starts `arguments` (absolute path first) with exactly `environment`, in the root folder and a session of its own,
/// of which it leads the process group.
/// Errors: Code::invalid, Code::not_found, Code::permission, Code::io.
Result<Spawned> spawn(const std::vector<std::string>& arguments, const std::vector<std::string>& environment);

}  // namespace mmm::net

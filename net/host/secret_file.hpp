#pragma once

#include <string>

#include "core/base/result.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm::net {

/// Refuses an open file that holds a secret but that others may read, or that its group may write.
/// Errors: Code::permission with the chmod to run.
Result<void> refuse_shared(const FileDescriptor& file, const std::string& path);

/// The secret in `path`, without its last newline; at most 4 KiB.
/// Errors: Code::permission (others may read it: with the chmod to run; or we may not), Code::not_found,
/// Code::invalid (empty, too long, no regular file), Code::io.
Result<std::string> read_secret(const std::string& path);

}  // namespace mmm::net

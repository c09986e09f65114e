#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm::net {

/// Opens a regular file for reading; pipes, devices and folders are refused, so that reading never blocks for ever.
/// Errors: Code::not_found, Code::permission, Code::invalid (not a regular file), Code::io.
Result<FileDescriptor> open_regular_file(const std::string& path);

/// All that `file` holds from here on. Errors: Code::invalid when it is longer than `most_bytes`, Code::io.
Result<std::string> read_all(const FileDescriptor& file, const std::string& path, std::size_t most_bytes);

/// Both in one. Errors: as above.
Result<std::string> read_file(const std::string& path, std::size_t most_bytes);

}  // namespace mmm::net

#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm::net {

/// A lock file is named like what it guards, with this behind; what is in it is no longer than this.
inline constexpr const char* kLockSuffix = ".lock";
inline constexpr std::size_t kMostLockBytes = 4096;

/// Keeps a second process from using the same file. Held until it is destroyed or the process ends, however it ends.
class LockFile {
  public:
    /// Locks `path` + ".lock" without waiting and writes our process id and command line into it, and then `about`:
    /// what else tells people which process this is. The lock file stays when the lock is gone (removing it would let
    /// two processes lock two files of the same name).
    /// Errors: Code::busy with what the holder wrote into it, Code::permission, Code::not_found, Code::io.
    static Result<LockFile> acquire(const std::string& path, const std::string& about = "");

  private:
    explicit LockFile(FileDescriptor file) : file_(std::move(file)) {}
    FileDescriptor file_;
};

}  // namespace mmm::net

#pragma once

#include <string>

#include "core/base/result.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm::net {

/// Keeps a second process from using the same file. Held until it is destroyed or the process ends, however it ends.
class LockFile {
  public:
    /// Locks `path` + ".lock" without waiting and writes our process id and command line into it. The lock file stays
    /// when the lock is gone (removing it would let two processes lock two files of the same name).
    /// Errors: Code::busy with the process id and command line of the holder, Code::permission, Code::not_found,
    /// Code::io.
    static Result<LockFile> acquire(const std::string& path);

  private:
    explicit LockFile(FileDescriptor file) : file_(std::move(file)) {}
    FileDescriptor file_;
};

}  // namespace mmm::net

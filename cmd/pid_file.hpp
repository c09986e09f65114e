#pragma once

#include <string>

#include "core/base/result.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm {

/// A file with this process's id, a number and a line end, there while the object lives. An empty path: none.
class PidFile {
  public:
    PidFile() = default;
    /// Makes the file (mode 0644) and its folder. One that a dead process left is replaced.
    /// Errors: Code::busy with the process that the file belongs to, ours or an original program of MMM; Code::io with
    /// the path and what is wrong with it.
    static Result<PidFile> write(const std::string& path);
    ~PidFile();
    PidFile(PidFile&& other) noexcept;
    PidFile& operator=(PidFile&& other) noexcept;
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;

  private:
    std::string path_;
    net::FileDescriptor file_;  ///< holds the lock by which a second process knows that we live
};

}  // namespace mmm

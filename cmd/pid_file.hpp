#pragma once

#include <string>

#include "core/base/result.hpp"

namespace mmm {

/// A file with this process's id, there while the object lives. An empty path: none.
class PidFile {
  public:
    PidFile() = default;
    /// Errors: Code::io with the path and what is wrong with it.
    static Result<PidFile> write(const std::string& path);
    ~PidFile();
    PidFile(PidFile&& other) noexcept;
    PidFile& operator=(PidFile&& other) noexcept;
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;

  private:
    std::string path_;
};

}  // namespace mmm

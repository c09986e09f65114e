#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/classic_tree.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm {

/// The files that one configuration is made of.
class ConfigFiles {
  public:
    struct Opened {
        std::string path;
        net::FileDescriptor file;
    };

    /// `classic_folders`: where MMM keeps its files, the first that has one counts.
    explicit ConfigFiles(std::vector<std::string> classic_folders = {"/etc", "/etc/mmm", "/etc/mysql-mmm"})
        : folders_(std::move(classic_folders)) {}

    /// The content of `path`, at most 1 MiB. Errors: it can't be read.
    Result<std::string> read(const std::string& path);

    /// What `from_file` includes as `name`: beside it, else in the classic folders; `.conf` may be left off. A file
    /// that is there but can't be read ends the search.
    /// Errors: Code::not_found with the folders that were searched; it can't be read.
    Result<config::IncludedFile> include(const std::string& name, const std::string& from_file);

    /// All that were read, in their order, still open.
    [[nodiscard]] const std::vector<Opened>& opened() const { return opened_; }

  private:
    std::vector<std::string> folders_;
    std::vector<Opened> opened_;
};

}  // namespace mmm

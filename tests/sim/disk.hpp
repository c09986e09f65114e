#pragma once

#include <string>

#include "core/base/result.hpp"

namespace mmm::sim {

/// A state file as net/host/state_file writes it: a new file, synced, then renamed, so that a crash leaves the old one
/// or the new one. A disk that lies about syncing leaves neither when power fails.
class Disk {
  public:
    bool full = false;
    bool forgets = false;  ///< planted fault: says that it saved, and keeps the old

    Result<void> save(const std::string& text) {
        behind_ = full;
        if (full) return fail(Code::io, "no space left on device");
        if (forgets && exists_) return {};
        content_ = text;
        exists_ = true;
        torn_ = false;
        return {};
    }
    [[nodiscard]] Result<std::string> load() const {
        if (torn_) return fail(Code::invalid, "the file is torn");
        if (!exists_) return fail(Code::not_found, "no such file");
        return content_;
    }
    void tear() { torn_ = exists_; }
    /// A new disk, an emptied folder.
    void lose() {
        exists_ = torn_ = behind_ = false;
        content_.clear();
    }
    /// Is what was saved last not what a restart would find, through no fault of the program's?
    [[nodiscard]] bool lost() const { return torn_ || behind_; }
    [[nodiscard]] bool holds(const std::string& line) const { return content_.find(line) != std::string::npos; }

  private:
    bool exists_ = false;
    bool torn_ = false;
    bool behind_ = false;
    std::string content_;
};

}  // namespace mmm::sim

#pragma once

#include <deque>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/proto/control.hpp"
#include "net/host/journal_file.hpp"
#include "net/host/log.hpp"

namespace mmm {

/// Where commands are recorded: audit_path, or beside the monitor's status.
std::string audit_path(const config::Monitor& monitor);

/// The record of commands that change something: who, from where, when, and what they were answered, one JSON object a
/// line. At most 2 MiB with the older PATH.1. A command is never held up by it: what can't be written is told in the
/// log, where each command stands as well.
class Audit {
  public:
    Audit(const config::Monitor& monitor, net::Logger& log);

    void record(const WallTime& when, const std::string& who, const std::vector<std::string>& words,
                const proto::ControlReply& reply);

  private:
    net::JournalFile file_;
    net::Logger& log_;
    bool failing_ = false;
};

}  // namespace mmm

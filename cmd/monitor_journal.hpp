#pragma once

#include <deque>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/config/config.hpp"
#include "core/monitor/effect.hpp"
#include "net/host/journal_file.hpp"
#include "net/host/log.hpp"

namespace mmm {

/// Where the monitor keeps its journal: journal_path, or beside its status.
std::string journal_path(const config::Monitor& monitor);

/// The journal's file, and what couldn't be written to it yet: a full disk stops nothing else.
class MonitorJournal {
  public:
    MonitorJournal(const config::Monitor& monitor, net::Logger& log);

    /// Its lines, oldest first; none if it can't be read, which is logged.
    std::vector<std::string> open();
    void append(const monitor::AppendJournal& effect);
    /// At each tick: writes what waits, once a second.
    void try_again();

  private:
    void write_waiting();

    net::JournalFile file_;
    net::Logger& log_;
    std::deque<monitor::AppendJournal> waiting_;  ///< bounded: the oldest goes first
    std::size_t lost_ = 0;
    bool failing_ = false;
    Time again_at_{};
};

}  // namespace mmm

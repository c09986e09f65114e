#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/monitor/state.hpp"

namespace mmm::sim {

class World;

/// Each change of the writer ends in exactly one record of the monitor's journal, and the records hang together:
/// whoever was the writer by the last one is whom the next one takes it from.
class JournalRules {
  public:
    explicit JournalRules(World& world) : world_(world) {}

    /// A line was appended.
    void recorded(const std::string& line);
    void monitor_started();
    void monitor_stepped(const monitor::State& state);

  private:
    void check(const monitor::WriterChange& change);
    void compare(const std::string& what, const HostName& from, const HostName& to, const std::string& told) const;

    World& world_;
    std::uint64_t number_ = 0;
    HostName writer_;     ///< by the last record
    HostName under_way_;  ///< in service already, its record is to come; empty: nobody
    HostName seen_;       ///< as the monitor saw it last
    std::uint64_t changes_ = 0;
    std::uint64_t records_ = 0;  ///< that say that it changed
};

}  // namespace mmm::sim

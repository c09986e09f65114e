#pragma once

#include <map>
#include <string>

#include "core/agent/effect.hpp"

namespace mmm::agent::test {

/// Writes what the agent does for the lease protocol, as lines of a dialogue. What is repeated without anything new,
/// as renewals are four times a second, is written once.
class LeaseWriter {
  public:
    void begin(const Started& started);
    /// Each: empty for what says nothing new.
    std::string text(const SaveRecord& effect);
    std::string text(const NoteLeases& effect);
    std::string text(const SendLease& effect);

    /// What a status says of leases, by field; what there was nothing of so far is left out.
    static std::map<std::string, std::string> fields_of(const lease::Report& report);

  private:
    std::string round(const lease::Renewal& renewal);

    lease::Record saved_{true, {}};
    std::map<Slot, lease::Epoch> noted_;
    std::map<HostName, std::string> supported_;
    std::map<HostName, std::string> asked_;
    std::string renewed_;
    Time round_sent_;
    std::string round_slots_;  ///< of the part of it that was sent last
    bool hurries_ = false;
    int other_pace_ = 0;
};

}  // namespace mmm::agent::test

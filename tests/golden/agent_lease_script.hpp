#pragma once

#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"
#include "core/config/config.hpp"

namespace mmm::agent::test {

/// What stands around the agent's part in the lease protocol: its disk, the notes of its host, and voters that answer
/// its rounds as the script says. It outlives the agent's process.
class LeaseScript {
  public:
    explicit LeaseScript(const config::Config& config);

    /// A process of `self` is about to begin.
    void begin(const HostName& self);
    /// What the process finds on disk and in the notes; `line`: `record=none|torn|other|silent`, `noted=none`.
    void complete(Started& started, std::istringstream& line) const;
    /// The events of a line about leases; nothing if it is about something else (all forms: agent/README.md).
    std::optional<std::vector<Event>> read(const std::string& kind, std::istringstream& line, Time now);
    /// The answers of these voters to the newest round; none if they gave them already.
    std::vector<Event> supports(const std::set<HostName>& voters);
    /// Takes in an effect. Returns what follows from it at once.
    std::optional<Event> follow(const Effect& effect);

  private:
    Event read_promise_request(std::istringstream& line) const;
    Event read_promise(std::istringstream& line) const;
    Event read_grant(std::istringstream& line) const;
    Event read_renewal(std::istringstream& line, Time now) const;
    [[nodiscard]] lease::VotersHash voters_hash(const std::map<std::string, std::string>& fields) const;

    lease::VotersHash hash_;
    HostName self_;
    lease::Nonce nonce_ = 0;
    std::map<HostName, std::string> disk_;
    std::map<HostName, std::map<Slot, lease::Noted>> notes_;
    bool disk_works_ = true;
    std::optional<lease::Renewal> round_;
    std::set<HostName> answered_;
};

/// `db1,db2`
std::set<HostName> read_names(const std::string& text);

}  // namespace mmm::agent::test

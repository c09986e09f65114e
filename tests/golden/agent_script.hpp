#pragma once

#include <map>
#include <sstream>
#include <string>

#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"
#include "tests/golden/agent_lease_effects.hpp"

namespace mmm::agent::test {

/// Reads one event of a dialogue, such as `order seq=1 slots=writer(192.168.10.128)@3` (all forms: agent/README.md).
/// Throws std::runtime_error on anything it doesn't know.
Event read_event(std::istringstream& line);

/// `150ms` or `2s`.
Duration read_duration(const std::string& text);
/// `writer(192.168.10.128)`.
Slot read_slot(const std::string& text);
/// The rest of the line, words of the form key=value.
std::map<std::string, std::string> read_fields(std::istringstream& line);

/// Writes effects as lines of a dialogue. Of a status only what changed since the one before is written.
class EffectWriter {
  public:
    /// Empty for what a dialogue leaves out: signs of life, and a status that says nothing new.
    std::string text(const Effect& effect, Time origin);
    /// A process begins; its saves are compared with what it found.
    void begin(const Started& started) { leases_.begin(started); }
    /// From now on a status says what is held by contact: it is of no interest where nobody has leases.
    void show_contact() { shows_contact_ = true; }

  private:
    std::string text(const SendStatus& sent);

    LeaseWriter leases_;
    bool shows_contact_ = false;
    std::map<std::string, std::string> last_status_;
};

}  // namespace mmm::agent::test

#pragma once

#include <map>
#include <sstream>
#include <string>

#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"

namespace mmm::agent::test {

/// Reads one event of a dialogue, such as `order seq=1 slots=writer(192.168.10.128)@3` (all forms: agent/README.md).
/// Throws std::runtime_error on anything it doesn't know.
Event read_event(std::istringstream& line);

/// `150ms` or `2s`.
Duration read_duration(const std::string& text);

/// Writes effects as lines of a dialogue. Of a status only what changed since the one before is written.
class EffectWriter {
  public:
    /// Empty for what a dialogue leaves out: signs of life, and a status that says nothing new.
    std::string text(const Effect& effect, Time origin);

  private:
    std::map<std::string, std::string> last_status_;
};

}  // namespace mmm::agent::test

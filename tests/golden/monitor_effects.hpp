#pragma once

#include <string>

#include "core/monitor/effect.hpp"

namespace mmm::monitor::test {

/// Writes effects as lines of a dialogue. Of a status file only the lines that changed are written; an order has its
/// slots with their epochs and whom the host replicates from.
class EffectWriter {
  public:
    /// Empty for what a dialogue leaves out: what is logged for debugging, and answers to renewals.
    std::string text(const Effect& effect);

  private:
    std::string saved_;
    std::string record_;
};

}  // namespace mmm::monitor::test

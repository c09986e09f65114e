#pragma once

#include <istream>
#include <memory>
#include <sstream>
#include <string>

#include "tests/golden/monitor_effects.hpp"
#include "tests/unit/monitor/fake_cluster.hpp"

namespace mmm::monitor::test {

/// Plays one dialogue of tests/golden/monitor (the commands: README.md there). Throws std::runtime_error on anything it
/// doesn't know.
class Dialogue {
  public:
    /// The dialogue anew: every line of the script, and below each the effects up to the next, with their moments.
    std::string play(std::istream& script);
    /// One line of a script.
    void play_line(const std::string& line);
    /// What it plays with; made at the first line that needs it.
    FakeCluster& cluster();

  private:
    void configure(std::istringstream& words);
    void begin(std::istringstream& words);
    void watch();
    void settle();
    void begin_in_good_order();
    void until(const std::string& moment);
    void take_part(const std::string& hosts);
    void happen(std::istringstream& words);
    void happen_to_host(const std::string& what, std::istringstream& words);
    void happen_to_monitor(const std::string& how);

    Config config_ = five_hosts();
    std::string setup_;  ///< the lines up to here
    std::unique_ptr<FakeCluster> cluster_;
    Time origin_{kStart};
    bool silent_ = false;
    EffectWriter writer_;
    std::string output_;
};

}  // namespace mmm::monitor::test

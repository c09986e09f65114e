#include <catch2/catch.hpp>
#include <sstream>
#include <stdexcept>

#include "core/agent/step.hpp"
#include "tests/golden/agent_script.hpp"
#include "tests/golden/dialogues.hpp"
#include "tests/unit/agent/five_hosts.hpp"

namespace mmm::agent::test {

namespace {

class Dialogue {
  public:
    /// The dialogue anew: every line of the script, and below each the effects it has.
    std::string play(std::istream& script) {
        std::string line;
        while (std::getline(script, line)) {
            if (line.starts_with("    ")) continue;
            output_ += line + "\n";
            if (!line.empty() && line[0] != '#') play_line(line);
        }
        return output_;
    }

  private:
    void play_line(const std::string& line) {
        std::istringstream words(line);
        std::string command;
        words >> command;
        if (command == "host") {
            HostName self;
            words >> self;
            state_ = initial(self, kOrigin, "golden");
        } else if (command == "at") {
            std::string time;
            words >> time;
            now_ = kOrigin + read_duration(time);
            step(read_event(words), "");
        } else if (command == "until") {
            run(words);
        } else {
            throw std::runtime_error("unknown command in '" + line + "'");
        }
    }

    /// `until 2s`: ticks each 100 ms; `until 2s hearing peer db2`: each tick follows that event.
    void run(std::istringstream& words) {
        std::string until;
        std::string hearing;
        words >> until >> hearing;
        const auto heard = words.tellg();
        for (const Time end = kOrigin + read_duration(until); now_ + kTickPeriod <= end;) {
            now_ += kTickPeriod;
            const std::string prefix = "@" + std::to_string((now_ - kOrigin).count()) + "ms ";
            if (!hearing.empty()) {
                words.clear();
                words.seekg(heard);
                step(read_event(words), prefix);
            }
            step(Tick{}, prefix);
        }
    }

    void step(const Event& event, const std::string& prefix) {
        for (const auto& effect : agent_step(config_, state_, event, Now{now_, {}})) {
            const std::string text = writer_.text(effect, kOrigin);
            if (!text.empty()) output_ += "    " + prefix + text + "\n";
        }
    }

    static constexpr Time kOrigin{std::chrono::seconds{1000}};
    static constexpr Duration kTickPeriod{100};
    const config::Config config_ = five_hosts();
    State state_;
    Time now_ = kOrigin;
    EffectWriter writer_;
    std::string output_;
};

}  // namespace

TEST_CASE("the agent's dialogues go as written") {
    mmm::test::check_dialogues("agent", [](std::istream& script) { return Dialogue().play(script); });
}

}  // namespace mmm::agent::test

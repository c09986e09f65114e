#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "core/agent/step.hpp"
#include "tests/golden/agent_lease_script.hpp"
#include "tests/golden/agent_script.hpp"
#include "tests/golden/dialogues.hpp"
#include "tests/unit/agent/five_hosts.hpp"

namespace mmm::agent::test {

namespace {

using mmm::test::word_of;

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
            begin_process(words);
        } else if (command == "at") {
            std::string time;
            words >> time;
            now_ = kOrigin + read_duration(time);
            happen(words, "");
        } else if (command == "before") {
            play_before(word_of(words));
        } else if (command == "until") {
            run(words);
        } else {
            throw std::runtime_error("unknown command in '" + line + "'");
        }
    }

    /// `before FILE`: what that dialogue tells went before; none of it is shown.
    void play_before(const std::string& file) {
        std::ifstream script(std::string(MMM_SOURCE_DIR "/tests/golden/agent/") + file + ".txt");
        if (!script) throw std::runtime_error("no dialogue '" + file + "'");
        std::string shown = output_;
        play(script);
        output_ = std::move(shown);
    }

    /// `host db1`: the agent's process ends, if there was one, and another begins; its disk stays.
    void begin_process(std::istringstream& words) {
        HostName self;
        std::string setting;
        words >> self >> setting;
        if (setting == "version1_orders") config_.quorum.version1_orders = true;
        if (setting.starts_with("lease=")) config_.lease = read_duration(setting.substr(setting.find('=') + 1));
        state_ = initial(self, now_, "golden");
        leases_.begin(self);
    }

    /// `until 2s`: ticks each 100 ms; `until 2s supported by db2,db3`: these voters answer each round;
    /// `until 2s hearing peer db2`: each tick follows that event.
    void run(std::istringstream& words) {
        std::string until;
        std::string word;
        std::string voters;
        words >> until >> word;
        if (word == "supported") words >> word >> voters >> word;
        const bool hearing = word == "hearing";
        const auto heard = words.tellg();
        for (const Time end = kOrigin + read_duration(until); now_ + kTickPeriod <= end;) {
            now_ += kTickPeriod;
            const std::string prefix = "@" + std::to_string((now_ - kOrigin).count()) + "ms ";
            if (hearing) {
                words.clear();
                words.seekg(heard);
                happen(words, prefix);
            }
            step(Tick{}, prefix);
            for (const auto& event : leases_.supports(read_names(voters))) step(event, prefix);
        }
    }

    void happen(std::istringstream& words, const std::string& prefix) {
        const auto begin = words.tellg();
        std::string kind;
        words >> kind;
        if (const auto events = leases_.read(kind, words, now_)) {
            for (const auto& event : *events) step(event, prefix);
            return;
        }
        words.clear();
        words.seekg(begin);
        Event event = read_event(words);
        if (auto* started = std::get_if<Started>(&event)) {
            leases_.complete(*started, words);
            writer_.begin(*started);
        }
        if (const auto* order = std::get_if<OrderReceived>(&event); order != nullptr && order->order.leases)
            writer_.show_contact();
        step(event, prefix);
    }

    void step(const Event& event, const std::string& prefix) {
        for (const auto& effect : agent_step(config_, state_, event, Now{now_, {}})) {
            const std::string text = writer_.text(effect, kOrigin);
            if (!text.empty()) output_ += "    " + prefix + text + "\n";
            if (const auto next = leases_.follow(effect)) follow_.push_back(*next);
        }
        while (!follow_.empty()) {
            const Event next = follow_.front();
            follow_.erase(follow_.begin());
            step(next, prefix);
        }
    }

    static constexpr Time kOrigin{std::chrono::seconds{1000}};
    static constexpr Duration kTickPeriod{100};
    config::Config config_ = five_hosts();
    LeaseScript leases_{config_};
    State state_;
    Time now_ = kOrigin;
    EffectWriter writer_;
    std::vector<Event> follow_;
    std::string output_;
};

}  // namespace

TEST_CASE("the agent's dialogues go as written") {
    mmm::test::check_dialogues("agent", [](std::istream& script) { return Dialogue().play(script); });
}

}  // namespace mmm::agent::test

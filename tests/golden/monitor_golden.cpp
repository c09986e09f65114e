#include <catch2/catch.hpp>

#include "tests/golden/dialogues.hpp"
#include "tests/golden/monitor_script.hpp"

TEST_CASE("the monitor's dialogues go as written") {
    mmm::test::check_dialogues("monitor",
                               [](std::istream& script) { return mmm::monitor::test::Dialogue().play(script); });
}

#include <catch2/catch.hpp>

#include "tests/golden/control_script.hpp"
#include "tests/golden/dialogues.hpp"

TEST_CASE("the control port answers old clients to the byte") {
    mmm::test::check_dialogues("control",
                               [](std::istream& script) { return mmm::test::ControlDialogue().play(script); });
}

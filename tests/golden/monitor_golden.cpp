#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/golden/monitor_script.hpp"

// Plays tests/golden/monitor/*.txt and compares what the monitor does with what the file says. With MMM_UPDATE_GOLDEN=1
// in the environment the files are rewritten instead; the difference is then reviewed like code.

namespace mmm::monitor::test {

TEST_CASE("the monitor's dialogues go as written") {
    const bool update = std::getenv("MMM_UPDATE_GOLDEN") != nullptr;
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(MMM_SOURCE_DIR "/tests/golden/monitor")) {
        if (entry.path().extension() == ".txt") files.insert(entry.path());
    }
    REQUIRE_FALSE(files.empty());
    for (const auto& file : files) {
        INFO(file.filename().string());
        std::stringstream expected;
        expected << std::ifstream(file).rdbuf();
        const std::string played = Dialogue().play(expected);
        if (update) std::ofstream(file) << played;
        if (!update) CHECK(played == expected.str());
    }
}

}  // namespace mmm::monitor::test

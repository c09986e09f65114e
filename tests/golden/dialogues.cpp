#include "tests/golden/dialogues.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>

namespace mmm::test {

void check_dialogues(const std::string& folder, const std::function<std::string(std::istream& script)>& play) {
    const bool update = std::getenv("MMM_UPDATE_GOLDEN") != nullptr;
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(MMM_SOURCE_DIR "/tests/golden/" + folder)) {
        if (entry.path().extension() == ".txt") files.insert(entry.path());
    }
    REQUIRE_FALSE(files.empty());
    for (const auto& file : files) {
        INFO(file.filename().string());
        std::stringstream expected;
        expected << std::ifstream(file).rdbuf();
        const std::string played = play(expected);
        if (update) std::ofstream(file) << played;
        if (!update) CHECK(played == expected.str());
    }
}

void unknown(const std::string& what, const std::string& text) {
    throw std::runtime_error("unknown " + what + " '" + text + "'");
}

std::string word_of(std::istringstream& line) {
    std::string word;
    line >> word;
    return word;
}

std::string rest_of(std::istringstream& line) {
    std::string rest;
    std::getline(line >> std::ws, rest);
    return rest;
}

}  // namespace mmm::test

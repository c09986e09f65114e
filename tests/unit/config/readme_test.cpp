#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "core/config/keys.hpp"

TEST_CASE("the README describes every key") {
    std::ifstream in(std::string(MMM_SOURCE_DIR) + "/README.md");
    std::stringstream text;
    text << in.rdbuf();
    REQUIRE_FALSE(text.str().empty());
    for (const auto& row : mmm::config::key_rows()) {
        INFO(row.section << " " << row.name);
        CHECK(text.str().find("| `" + row.name + "` |") != std::string::npos);
    }
}

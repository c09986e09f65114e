#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "core/config/keys.hpp"

using namespace mmm::config;

namespace {

std::string readme() {
    std::ifstream in(std::string(MMM_SOURCE_DIR) + "/README.md");
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

template <class Section>
void check_named_in(const std::string& text) {
    for (const auto& key : keys<Section>()) {
        INFO(key.name);
        CHECK(text.find("| `" + std::string(key.name) + "` |") != std::string::npos);
    }
}

}  // namespace

TEST_CASE("the README describes every key") {
    const std::string text = readme();
    REQUIRE_FALSE(text.empty());
    check_named_in<Config>(text);
    check_named_in<Monitor>(text);
    check_named_in<Host>(text);
    check_named_in<Role>(text);
    check_named_in<Check>(text);
}

#include "cmd/keygen.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace mmm;
using namespace std::chrono_literals;

TEST_CASE("each key is new and reads as what was made") {
    std::set<std::string> secrets, names;
    for (int i = 0; i < 50; ++i) {
        const auto key = make_cluster_key("", {});
        REQUIRE(key);
        CHECK(parse_cluster_key(cluster_key_text(*key)) == *key);
        secrets.emplace(key->secret.begin(), key->secret.end());
        names.insert(key->name);
    }
    CHECK(secrets.size() == 50);
    CHECK(names.size() > 45);  // 4 letters: a million names a day
}

TEST_CASE("a key is named as told, or after the local day") {
    CHECK(make_cluster_key("monday", {})->name == "monday");
    const auto key = make_cluster_key("", {1795390000s, 7200s});  // 2026-11-22 23:26:40 UTC
    CHECK(key->name.starts_with("2026-11-23-"));
    CHECK(key->name.size() == 15);
    CHECK(is_key_name(key->name));
    for (const auto* name : {"", "x y", "x:y", "x/y", "\xc3\xa9", "abcdefghijklmnopqrstuvwxyz0123456"})
        CHECK_FALSE(is_key_name(name));
}

TEST_CASE("wrong usage of keygen prints no key") {
    CHECK(keygen_main({"--help"}) == 0);
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"--name", "x y"}, {"--name", ""}, {"--name", std::string(33, 'x')}, {"--name"}, {"name"}, {"--force"}})
        CHECK(keygen_main(words) == 2);
}

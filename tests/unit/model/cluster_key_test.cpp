#include "core/model/cluster_key.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace mmm;

namespace {

ClusterKey sample(const std::string& name = "2026-11-23-k7qd") {
    ClusterKey key{name, {}};
    for (std::size_t i = 0; i < key.secret.size(); ++i) key.secret.at(i) = static_cast<std::uint8_t>(37 * i + 11);
    return key;
}

std::string refusal(const std::string& line) {
    const auto key = parse_cluster_key(line);
    return key ? "taken" : key.error().message;
}

std::string upper(std::string text, std::size_t from) {
    std::transform(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(),
                   text.begin() + static_cast<std::ptrdiff_t>(from),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

}  // namespace

TEST_CASE("a key is one line of 4 parts, and reads as it was written") {
    const std::string text = cluster_key_text(sample());
    CHECK(text.starts_with("mmm-key-1:2026-11-23-k7qd:"));
    CHECK(text.size() == 9 + 1 + 15 + 1 + 52 + 1 + 8);
    CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789:-") == std::string::npos);
    CHECK(parse_cluster_key(text) == sample());
    for (const auto* name : {"x", "A.b_c-9", "abcdefghijklmnopqrstuvwxyz012345"})
        CHECK(parse_cluster_key(cluster_key_text(sample(name))) == sample(name));
}

TEST_CASE("the text of a key stays as it is from version to version") {
    ClusterKey zero{"a", {}};
    CHECK(cluster_key_text(zero) == "mmm-key-1:a:" + std::string(52, 'a') + ":086bca7e");
    ClusterKey ones{"a", {}};
    ones.secret.fill(0xFF);
    CHECK(cluster_key_text(ones) == "mmm-key-1:a:" + std::string(51, '7') + "q:ee0d34d8");
}

TEST_CASE("secret and checksum may come in capitals, the name may not") {
    const std::string text = cluster_key_text(sample());
    CHECK(parse_cluster_key(upper(text, text.rfind(':') - 52)) == sample());
    CHECK(refusal(upper(text, 10)).find("checksum doesn't fit") != std::string::npos);
}

TEST_CASE("every single mistyped character and every swap of neighbours is found") {
    const std::string text = cluster_key_text(sample());
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (char c = ' '; c < 0x7f; ++c) {
            std::string typo = text;
            typo[at] = c;
            if (parse_cluster_key(typo)) CHECK(parse_cluster_key(typo) == sample());
            if (parse_cluster_key(typo)) CHECK((typo == text || (c >= 'A' && c <= 'Z')));
        }
        if (at + 1 == text.size() || text[at] == text[at + 1]) continue;
        std::string swapped = text;
        std::swap(swapped[at], swapped[at + 1]);
        INFO(swapped);
        CHECK_FALSE(parse_cluster_key(swapped));
    }
}

TEST_CASE("every text that is cut off or too long is found") {
    const std::string text = cluster_key_text(sample());
    for (std::size_t size = 0; size < text.size(); ++size) {
        CHECK_FALSE(parse_cluster_key(text.substr(0, size)));
        CHECK_FALSE(parse_cluster_key(text.substr(text.size() - size)));
        CHECK_FALSE(parse_cluster_key(text.substr(0, size) + text.substr(size + 1)));
        CHECK_FALSE(parse_cluster_key(text.substr(0, size) + "a" + text.substr(size)));
    }
}

TEST_CASE("what is wrong with a key is said in words, without the key") {
    const std::string secret(52, 'a');
    const struct {
        std::string line;
        std::string message;
    } cases[] = {
        {"", "this is no key of mmm, which begins with mmm-key-1:; make one by `mmm keygen`"},
        {"mmm-key-2:a:" + secret + ":086bca7e",
         "this is no key of mmm, which begins with mmm-key-1:; make one by `mmm keygen`"},
        {"mmm-key-1:a:" + secret, "the key has 3 parts instead of 4; copy the whole line again"},
        {"mmm-key-1:a b:" + secret + ":086bca7e",
         "the key's name isn't 1 to 32 of A-Z a-z 0-9 . _ -; copy the whole line again"},
        {"mmm-key-1::" + secret + ":086bca7e",
         "the key's name isn't 1 to 32 of A-Z a-z 0-9 . _ -; copy the whole line again"},
        {"mmm-key-1:a:" + secret.substr(1) + ":086bca7e",
         "the key's secret has 51 characters instead of 52; copy the whole line again"},
        {"mmm-key-1:a:1" + secret.substr(1) + ":086bca7e",
         "character 1 of the key's secret is none of a-z and 2-7; copy the whole line again"},
        {"mmm-key-1:a:" + secret.substr(1) + "b:086bca7e",
         "the key's secret ends with a mistyped character; copy the whole line again"},
        {"mmm-key-1:a:" + secret + ":086bca7",
         "the key's checksum has 7 characters instead of 8; copy the whole line again"},
        {"mmm-key-1:a:" + secret + ":086bca7f",
         "the key's checksum doesn't fit: something in the line was mistyped; copy the whole line again"},
    };
    for (const auto& each : cases) {
        INFO(each.line);
        CHECK(refusal(each.line) == each.message);
    }
}

TEST_CASE("a key file has one key or two, blank lines and comments") {
    const std::string one = cluster_key_text(sample("one"));
    const std::string two = cluster_key_text(sample("two"));
    const struct {
        std::string text;
        std::string outcome;
    } cases[] = {
        {one, "one"},
        {"\r\n# new\r\n  " + two + " \t\r\n\n" + one + "\r\n", "two one"},
        {"", "there is no key in it; make one by `mmm keygen`"},
        {"# " + one + "\n", "there is no key in it; make one by `mmm keygen`"},
        {one + "\n" + two + "\n" + cluster_key_text(sample("three")),
         "line 3: this is a third key; leave the new one and the one it replaces"},
        {one + "\n\n" + one, "line 3: both keys are named 'one'; give the new one a name of its own"},
        {one + "\nkey", "line 2: this is no key of mmm, which begins with mmm-key-1:; make one by `mmm keygen`"},
        {one + " " + two, "line 1: the key has 7 parts instead of 4; copy the whole line again"},
    };
    for (const auto& each : cases) {
        const auto keys = parse_key_file(each.text);
        std::string outcome;
        if (keys) {
            for (const auto& key : *keys) outcome += (outcome.empty() ? "" : " ") + key.name;
        } else {
            outcome = keys.error().message;
        }
        CHECK(outcome == each.outcome);
    }
}

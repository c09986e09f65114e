#include "core/proto/frame.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace mmm;
using namespace mmm::proto;
using namespace std::string_literals;

namespace {

using Lines = std::vector<std::string>;

Lines split(LineSplitter& splitter, std::string_view bytes) {
    Lines lines;
    REQUIRE(splitter.feed(bytes, lines));
    return lines;
}

}  // namespace

TEST_CASE("a stream is cut at line ends, whatever pieces it comes in", "[frame]") {
    const std::string good = "one\ntwo\r\n\n"s;
    for (std::size_t piece = 1; piece <= good.size(); ++piece) {
        LineSplitter splitter;
        Lines lines;
        for (std::size_t at = 0; at < good.size(); at += piece) REQUIRE(splitter.feed(good.substr(at, piece), lines));
        CHECK(lines == Lines{"one", "two", ""});
        CHECK(splitter.pending() == 0);
    }
}

TEST_CASE("a half line is kept until its end comes", "[frame]") {
    LineSplitter splitter;
    CHECK(split(splitter, "PING|2|d").empty());
    CHECK(splitter.pending() == 8);
    CHECK(split(splitter, "b1\nPO") == Lines{"PING|2|db1"});
    CHECK(splitter.pending() == 2);
}

TEST_CASE("a character split between two pieces is whole again", "[frame]") {
    LineSplitter splitter;
    CHECK(split(splitter, "\xe2\x82").empty());
    CHECK(split(splitter, "\xac\n") == Lines{"\xe2\x82\xac"});
}

TEST_CASE("a line may have 64 KiB with its end, and not a byte more", "[frame]") {
    LineSplitter fits;
    CHECK(split(fits, std::string(kMaxLine - 1, 'x') + "\n").size() == 1);

    for (const std::string& tail : {"\n"s, ""s, "yyyyyyyyyyyy"s}) {
        LineSplitter splitter;
        Lines lines;
        const auto result = splitter.feed(std::string(kMaxLine, 'x') + tail, lines);
        REQUIRE_FALSE(result);
        CHECK(result.error().message == "line longer than 65536 bytes");
        CHECK(lines.empty());
        CHECK(splitter.pending() == 0);
    }
}

TEST_CASE("a flood without line end is refused without being stored", "[frame]") {
    LineSplitter splitter(100);
    Lines lines;
    bool refused = false;
    for (int i = 0; i < 1000; ++i) {
        refused = !splitter.feed("0123456789", lines) || refused;
        REQUIRE(splitter.pending() < 100);
    }
    CHECK(refused);
}

TEST_CASE("what isn't printable UTF-8 is refused with the place", "[frame]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"a\0b"s, "a NUL byte at byte 2"},
        {"\x01"s, "a control character at byte 1"},
        {"a\tb", "a control character at byte 2"},
        {"a\rb", "a control character at byte 2"},
        {"x\x7f", "a control character at byte 2"},
        {"\x1b[31m", "a control character at byte 1"},
        {"a\xc2\x85", "a control character at byte 2"},
        {"\xff\xfe", "not UTF-8 text at byte 1"},
        {"ab\x80", "not UTF-8 text at byte 3"},
        {"\xc0\xaf", "not UTF-8 text at byte 1"},          // overlong /
        {"\xe0\x80\xaf", "not UTF-8 text at byte 1"},      // overlong /
        {"\xed\xa0\x80", "not UTF-8 text at byte 1"},      // surrogate
        {"\xf4\x90\x80\x80", "not UTF-8 text at byte 1"},  // beyond U+10FFFF
        {"\xf5\x80\x80\x80", "not UTF-8 text at byte 1"},
        {"ok \xe2\x82", "not UTF-8 text at byte 4"},  // cut off
    };
    for (const auto& [line, reason] : cases) {
        CAPTURE(reason);
        LineSplitter splitter;
        Lines lines;
        const auto result = splitter.feed("before\n" + line + "\nafter\n", lines);
        REQUIRE_FALSE(result);
        CHECK(result.error().code == Code::invalid);
        CHECK(result.error().message == reason);
        CHECK(lines == Lines{"before"});
        CHECK_FALSE(splitter.feed("good\n", lines));
        CHECK(lines.size() == 1);
    }
}

TEST_CASE("text of all scripts passes", "[frame]") {
    for (const char* line : {"", "plain ASCII ~", "größer", "\xe2\x82\xac", "\xf0\x9f\x90\xac", "\xf4\x8f\xbf\xbf"}) {
        CHECK(check_line(line));
    }
}

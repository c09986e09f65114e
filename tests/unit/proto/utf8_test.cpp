#include "core/proto/utf8.hpp"

#include <catch2/catch.hpp>

using namespace mmm::proto;
using namespace std::string_literals;

TEST_CASE("a text is cut between characters, never inside one", "[utf8]") {
    const std::string text =
        "a\xe2\x82\xac"
        "b\xf0\x9f\x90\xac";
    const std::vector<std::size_t> sizes{0, 1, 1, 1, 4, 5, 5, 5, 5, 9, 9};
    for (std::size_t limit = 0; limit < sizes.size(); ++limit) {
        CAPTURE(limit);
        CHECK(cut_text(text, limit) == text.substr(0, sizes[limit]));
    }
}

TEST_CASE("a stranger's text is made fit for a log line", "[utf8]") {
    CHECK(printable("db1") == "db1");
    CHECK(printable("a\nb\x1b[2J\xff\0z"s) == "a?b?[2J??z");
    CHECK(printable("f\xc3\xbcr\xc2\x9b") == "f\xc3\xbcr?");
    CHECK(printable("123456", 3) == "123...");
}

#include "core/proto/message.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "core/proto/escape.hpp"
#include "core/proto/frame.hpp"
#include "tests/unit/proto/nasty_text.hpp"

using namespace mmm;
using namespace mmm::proto;

TEST_CASE("a message is one readable line", "[message]") {
    const Message message{"STATUS", "db1", {{"order", "7"}, {"problem", "can't write|disk 100% full\nstop"}}};
    CHECK(encode(message) == "STATUS|2|db1|order=7|problem=can't write%7Cdisk 100%25 full%0Astop");
}

TEST_CASE("any bytes survive a message, and its line is always printable", "[message]") {
    std::mt19937 random(20261122);
    for (int round = 0; round < 2000; ++round) {
        Message message{"TYPE_X", "h" + nasty_text(random), {}};
        const std::size_t fields = random() % 6;
        for (std::size_t i = 0; i < fields; ++i)
            message.fields.emplace_back("key_" + std::to_string(i), nasty_text(random));
        const std::string line = encode(message);
        REQUIRE(check_line(line));
        const auto decoded = decode(line);
        REQUIRE(decoded);
        REQUIRE(*decoded == message);
    }
}

TEST_CASE("a line that isn't a message is refused with the reason", "[message]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "not TYPE|VERSION|HOST: ''"},
        {"hello", "not TYPE|VERSION|HOST: 'hello'"},
        {"PING|2", "not TYPE|VERSION|HOST: 'PING|2'"},
        {"ping|2|db1", "'ping' isn't a message type"},
        {"|2|db1", "'' isn't a message type"},
        {"GET / HTTP/1.1|2|db1", "'GET / HTTP/1.1' isn't a message type"},
        {"PING|3|db1", "protocol version '3' instead of 2"},
        {"PING||db1", "protocol version '' instead of 2"},
        {"PING|2|", "no host named"},
        {"PING|2||n=1", "no host named"},
        {"PING|2|db%4|n=1", "host: '%' without two hexadecimal digits"},
        {"PING|2|db1|n", "field 'n' isn't key=value"},
        {"PING|2|db1|", "field '' isn't key=value"},
        {"PING|2|db1|=1", "field '=1' isn't key=value"},
        {"PING|2|db1|N=1", "field 'N=1' isn't key=value"},
        {"PING|2|db1|n=%", "n: '%' without two hexadecimal digits"},
        {"PING|2|db1|n=%1", "n: '%' without two hexadecimal digits"},
        {"PING|2|db1|n=%zz", "n: '%' without two hexadecimal digits"},
    };
    for (const auto& [line, reason] : cases) {
        CAPTURE(line);
        const auto message = decode(line);
        REQUIRE_FALSE(message);
        CHECK(message.error().message == reason);
    }
    CHECK(decode("PING|3|db1").error().code == Code::unsupported);
}

TEST_CASE("a message has at most 1,000 fields", "[message]") {
    std::string line = "PING|2|db1";
    for (std::size_t i = 0; i < kMaxFields; ++i) line += "|n=1";
    CHECK(decode(line));
    line += "|n=1";
    REQUIRE_FALSE(decode(line));
    CHECK(decode(line).error().message == "more than 1000 fields");
}

#include "core/lease/epoch.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

using mmm::lease::Epoch;

TEST_CASE("rule 1: an epoch is written as counter and proposer, and read back") {
    const std::vector<std::pair<Epoch, std::string>> rows = {
        {{}, "0"},
        {{12, "monitor"}, "12.monitor"},
        {{1, "db1"}, "1.db1"},
        {{7, "db.example.org"}, "7.db.example.org"},
        {{7, "monitor@db-2_x"}, "7.monitor@db-2_x"},
        {{18446744073709551615ULL, "m"}, "18446744073709551615.m"},
    };
    for (const auto& [epoch, text] : rows) {
        INFO(text);
        CHECK(epoch.text() == text);
        REQUIRE(Epoch::parse(text));
        CHECK(*Epoch::parse(text) == epoch);
    }
}

TEST_CASE("a text that isn't exactly an epoch is refused, and the message says what is wrong") {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"", "must begin with a counter"},
        {"monitor", "must begin with a counter"},
        {"-1.monitor", "must begin with a counter"},
        {" 1.monitor", "must begin with a counter"},
        {"00", "begins with 0"},
        {"0.monitor", "begins with 0"},
        {"012.monitor", "begins with 0"},
        {"18446744073709551616.m", "too large"},
        {"12", "must follow the counter"},
        {"12,monitor", "must follow the counter"},
        {"12.", "1 to 64 characters"},
        {"12." + std::string(65, 'a'), "1 to 64 characters"},
        {"12.mon itor", "no host name"},
        {"12.mon|itor", "no host name"},
        {std::string("12.m\0", 5), "no host name"},
        {"12.monitor\n", "no host name"},
    };
    for (const auto& [text, reason] : rows) {
        INFO(text);
        const auto epoch = Epoch::parse(text);
        REQUIRE_FALSE(epoch);
        CHECK(epoch.error().code == mmm::Code::invalid);
        CHECK_THAT(epoch.error().message, Catch::Contains(reason));
    }
}

TEST_CASE("rule 1: epochs are ordered by counter, then by proposer; never is the lowest") {
    const std::vector<Epoch> ascending = {{}, {1, "db1"}, {1, "db2"}, {1, "monitor"}, {2, "a"}, {10, "a"}};
    for (std::size_t a = 0; a < ascending.size(); ++a) {
        CHECK(static_cast<bool>(ascending[a]) == (a > 0));
        for (std::size_t b = 0; b < ascending.size(); ++b) {
            CHECK((ascending[a] < ascending[b]) == (a < b));
            CHECK((ascending[a] == ascending[b]) == (a == b));
        }
    }
}

TEST_CASE("any epoch reads back as itself, and no two share a text") {
    std::mt19937_64 random(4);
    const std::string letters = "abzAZ059_-.@";
    std::map<std::string, Epoch> seen;
    for (int i = 0; i < 2000; ++i) {
        Epoch epoch{(random() >> (random() % 64)) | 1U, ""};
        for (std::size_t k = 1 + random() % 6; k > 0; --k) epoch.proposer += letters[random() % letters.size()];
        const auto back = Epoch::parse(epoch.text());
        REQUIRE(back);
        CHECK(*back == epoch);
        const auto [found, is_new] = seen.emplace(epoch.text(), epoch);
        CHECK(found->second == epoch);
    }
}

TEST_CASE("what reads as an epoch is written the same again, whatever the text") {
    std::mt19937_64 random(5);
    const std::string letters = "0019.mon |-\n";
    for (int i = 0; i < 20000; ++i) {
        std::string text;
        for (std::size_t k = random() % 7; k > 0; --k) text += letters[random() % letters.size()];
        if (const auto epoch = Epoch::parse(text)) CHECK(epoch->text() == text);
    }
}

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <tuple>

#include "core/model/gtid.hpp"

// GtidSet against a set of single transactions, over many random sets.

using namespace mmm;

namespace {

constexpr int kRounds = 3000;
constexpr std::uint64_t kMostNumber = 24;

using Naive = std::set<std::tuple<GtidOrigin, std::uint64_t>>;

GtidOrigin random_origin(std::mt19937& random, bool mysql) {
    const auto which = static_cast<std::uint32_t>(random() % 4);
    if (!mysql) return {which / 2, which % 2 + 1};
    const char* const uuid =
        which < 2 ? "3e11fa47-71ca-11e1-9e33-c80aa9429562" : "aa11fa47-71ca-11e1-9e33-c80aa9429562";
    return {0, 0, uuid, which % 2 == 0 ? "" : "tag"};
}

/// Written by hand, one transaction or row of them a part, in any order.
std::string random_text(std::mt19937& random, bool mysql) {
    std::string text;
    for (auto parts = random() % 7; parts > 0; --parts) {
        const GtidOrigin origin = random_origin(random, mysql);
        const std::uint64_t first = random() % kMostNumber + 1;
        const std::uint64_t last = first + random() % (kMostNumber - first + 1);
        if (!text.empty()) text += random() % 2 == 0 ? "," : ",\n";
        if (mysql) {
            text += origin.uuid + ":" + (origin.tag.empty() ? "" : origin.tag + ":") + std::to_string(first) + "-" +
                    std::to_string(last);
        } else {
            text += std::to_string(origin.domain) + "-" + std::to_string(origin.server) + "-" + std::to_string(first) +
                    ".." + std::to_string(last);
        }
    }
    return text;
}

GtidSet random_set(std::mt19937& random, bool mysql) {
    const auto set = GtidSet::parse(random_text(random, mysql));
    REQUIRE(set);
    return *set;
}

Naive naive(const GtidSet& set) {
    Naive all;
    for (const auto& [origin, intervals] : set.intervals()) {
        for (const auto& [first, last] : intervals) {
            for (std::uint64_t number = first; number <= last; ++number) all.insert({origin, number});
        }
    }
    return all;
}

bool well_formed(const GtidSet& set) {
    for (const auto& [origin, intervals] : set.intervals()) {
        if (intervals.empty()) return false;
        std::uint64_t before = 0;
        for (const auto& [first, last] : intervals) {
            if (first > last || (before != 0 && first <= before + 1)) return false;
            before = last;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("GTID sets behave as sets of single transactions") {
    std::mt19937 random(5);
    for (int round = 0; round < kRounds; ++round) {
        const bool mysql = round % 2 == 0;
        const GtidSet a = random_set(random, mysql);
        const GtidSet b = random_set(random, mysql);
        INFO("a " << a.text() << " b " << b.text());
        const Naive in_a = naive(a);
        const Naive in_b = naive(b);
        Naive both = in_a;
        both.insert(in_b.begin(), in_b.end());
        Naive only_a;
        for (const auto& one : in_a) {
            if (!in_b.contains(one)) only_a.insert(one);
        }
        REQUIRE(naive(a.united(b)) == both);
        REQUIRE(naive(a.without(b)) == only_a);
        REQUIRE(b.contains(a) == only_a.empty());
        REQUIRE(a.count() == in_a.size());
        REQUIRE((a == b) == (in_a == in_b));
        for (const GtidSet& set : {a, a.united(b), a.without(b)}) REQUIRE(well_formed(set));
    }
}

TEST_CASE("GTID sets obey the laws of sets, and text is read back as it was written") {
    std::mt19937 random(6);
    for (int round = 0; round < kRounds; ++round) {
        const bool mysql = round % 2 == 0;
        const GtidSet a = random_set(random, mysql);
        const GtidSet b = random_set(random, mysql);
        const GtidSet c = random_set(random, mysql);
        INFO("a " << a.text() << " b " << b.text() << " c " << c.text());
        REQUIRE(a.united(b) == b.united(a));
        REQUIRE(a.united(b).united(c) == a.united(b.united(c)));
        REQUIRE(a.united(a) == a);
        REQUIRE(a.without(a).empty());
        REQUIRE(a.without(b).without(c) == a.without(b.united(c)));
        REQUIRE(a.without(b).united(b) == a.united(b));
        REQUIRE(a.united(b).contains(a));
        REQUIRE((a.contains(b) && b.contains(a)) == (a == b));
        REQUIRE(a.united(b).count() == a.count() + b.without(a).count());
        for (const GtidSet& set : {a, a.united(b), a.without(b)}) {
            const auto read = GtidSet::parse(set.text());
            REQUIRE(read);
            REQUIRE(*read == set);
        }
        if (mysql) REQUIRE(covers(a, b) == a.contains(b));
    }
}

TEST_CASE("no text makes the reading of GTIDs fail otherwise than by saying so") {
    std::mt19937 random(7);
    constexpr std::string_view kLetters = "0129-:,. \nabf_xA";
    for (int round = 0; round < kRounds; ++round) {
        std::string text = round % 3 == 0 ? "" : random_text(random, round % 3 == 1);
        for (auto changes = 1 + random() % 4; changes > 0; --changes)
            text.insert(random() % (text.size() + 1), 1, kLetters[random() % kLetters.size()]);
        const auto set = GtidSet::parse(text);
        if (set) REQUIRE(GtidSet::parse(set->text()) == *set);
        if (!set) REQUIRE(set.error().code == Code::invalid);
    }
}

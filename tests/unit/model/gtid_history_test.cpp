#include "core/model/gtid_history.hpp"

#include <catch2/catch.hpp>

using namespace mmm;

TEST_CASE("a history lacks what another has beyond it, server by server; the writer's own transactions don't count") {
    struct Row {
        const char* what;
        const char* host;
        const char* writer;
        const char* beyond;
    };
    const Row rows[] = {
        {"equal", "0-1-64,0-2-112", "0-1-64,0-2-112", ""},
        {"behind", "0-1-64,0-2-100", "0-1-64,0-2-112", ""},
        {"a late row of the former writer", "0-1-65,0-2-112", "0-1-64,0-2-112", "0-1-65"},
        {"the writer never saw that server", "0-3-7", "0-2-112", "0-3-7"},
        {"another domain", "0-1-64,5-1-3", "0-1-64,5-1-2", "5-1-3"},
        {"the writer's own, read a moment later", "0-1-64,0-2-113", "0-1-64,0-2-112", ""},
        {"empty", "", "0-2-112", ""},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        CHECK(GtidHistory::parse(row.host)->beyond(*GtidHistory::parse(row.writer), 2) == row.beyond);
    }
}

TEST_CASE("what isn't a list of GTIDs is refused") {
    for (const char* text : {"x", "0-1", "0-1-2,y", "0-1-2-3"}) {
        INFO(text);
        CHECK_FALSE(GtidHistory::parse(text).has_value());
    }
}

#include "core/lease/voters.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::lease;
using Names = std::set<HostName>;

TEST_CASE("a majority is more than half of the voters, and names that don't vote don't count") {
    struct Row {
        Names voters, yes;
        bool majority;
    };
    const Names five{"db1", "db2", "db3", "db4", "monitor"};
    const std::vector<Row> rows = {
        {{"db1", "db2", "monitor"}, {}, false},
        {{"db1", "db2", "monitor"}, {"db1"}, false},
        {{"db1", "db2", "monitor"}, {"db1", "monitor"}, true},
        {{"db1", "db2", "monitor"}, {"db1", "db9"}, false},
        {{"db1", "db2"}, {"db1"}, false},
        {{"db1", "db2"}, {"db1", "db2"}, true},
        {{"db1", "db2", "db3", "monitor"}, {"db1", "db2"}, false},
        {five, {"db1", "db2"}, false},
        {five, {"db1", "db2", "db9"}, false},
        {five, {"db1", "db2", "db3"}, true},
        {{}, {}, false},
    };
    for (const auto& row : rows) CHECK(Voters{row.voters}.majority(row.yes) == row.majority);
}

TEST_CASE("rule 22: during a change of the list a majority of the old and of the new one is needed") {
    const Voters joint{{"db1", "db2", "db3", "db4", "monitor"}, {"db1", "db2", "monitor"}};
    CHECK_FALSE(joint.majority({"db3", "db4", "monitor"}));
    CHECK_FALSE(joint.majority({"db1", "monitor"}));
    CHECK(joint.majority({"db1", "db4", "monitor"}));
    CHECK(joint.all().size() == 5);
}

TEST_CASE("rule 22: lists are told apart by their hash") {
    const std::vector<Voters> lists = {{{}},
                                       {{"db1"}},
                                       {{"db1", "db2"}},
                                       {{"db1db2"}},
                                       {{"db1", "db2", "monitor"}},
                                       {{"db1", "db2"}, {"monitor"}},
                                       {{"db1", "db2"}, {"db1"}},
                                       {{"db1"}, {"db1", "db2"}}};
    for (std::size_t a = 0; a < lists.size(); ++a)
        for (std::size_t b = 0; b < lists.size(); ++b) {
            CHECK((lists[a].hash() == lists[b].hash()) == (a == b));
            if (a == b) CHECK(lists[a].accepts(lists[b].hash()));
        }
}

TEST_CASE("rule 22: a list in change goes with the old and the new one; these don't go with each other") {
    const Names old{"db1", "db2", "monitor"};
    const Names next{"db1", "db2", "db3", "monitor"};
    const Voters joint{next, old};
    CHECK(joint.accepts(Voters{old}.hash()));
    CHECK(joint.accepts(Voters{next}.hash()));
    CHECK_FALSE(joint.accepts(Voters{{"db1"}}.hash()));
    CHECK_FALSE(Voters{old}.accepts(Voters{next}.hash()));
    CHECK_FALSE(Voters{next}.accepts(Voters{old}.hash()));
    CHECK_FALSE(Voters{old}.accepts(joint.hash()));
}

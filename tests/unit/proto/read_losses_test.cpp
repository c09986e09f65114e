#include "core/proto/read_losses.hpp"

#include <catch2/catch.hpp>

#include "core/proto/frame.hpp"

using namespace mmm;
using namespace mmm::proto;

namespace {

ReadLosses some() {
    return {"0-1-101..103",
            {{"0-1-101",
              "mysql-bin.000003:1234",
              {{"insert", "app.od d|t", 2}, {"delete", "app.t", 1}},
              {"insert into app.t values ('|%')"},
              0},
             {"0-1-102", "mysql-bin.000003:1400", {}, {}, 3}},
            "not all"};
}

Result<ReadLosses> decoded(const std::string& line) {
    const auto message = decode(line);
    REQUIRE(message);
    return decode_losses(*message);
}

}  // namespace

TEST_CASE("what an agent read comes over the wire as it is") {
    const auto back = decoded(encode_losses("db1", some()));
    REQUIRE(back);
    CHECK(*back == some());
    CHECK(*decoded(encode_losses("db1", {"0-1-1", {}, ""})) == ReadLosses{"0-1-1", {}, ""});
}

TEST_CASE("an answer has its bounds, and says what it leaves out") {
    ReadLosses many{"0-1-1..9000", {}, ""};
    for (int i = 1; i <= 9000; ++i)
        many.transactions.push_back(
            {"0-1-" + std::to_string(i), "mysql-bin.000003:4", {}, {std::string(5000, '%')}, 0});
    const std::string line = encode_losses("db1", many);
    CHECK(line.size() < kMaxLine);
    const auto back = decoded(line);
    REQUIRE(back);
    CHECK_FALSE(back->transactions.empty());
    CHECK(back->transactions.front().statements.front().size() == kMaxStatement);
    CHECK(back->problem == std::to_string(9000 - back->transactions.size()) + " more of them don't fit into an answer");
    for (auto& lost : many.transactions) lost.statements.clear();
    CHECK(decoded(encode_losses("db1", many))->transactions.size() == kMostLost);
}

TEST_CASE("an answer that makes no sense is refused, what is new in it is skipped") {
    const std::string start = "LOSSES|2|db1|of=0-1-1|";
    CHECK(decoded(start + "transaction=0-1-1 bl.1:4|later=x|rows=1 insert app.t"));
    for (const std::string wrong :
         {"transaction=0-1-1", "rows=1 insert app.t", "statement=x", "hidden=1",
          "transaction=0-1-1 bl.1:4|rows=x insert t", "transaction=0-1-1 bl.1:4|rows=1 merge t",
          "transaction=0-1-1 bl.1:4|rows=1 insert", "transaction=0-1-1 bl.1:4|hidden=x"}) {
        INFO(wrong);
        CHECK_FALSE(decoded(start + wrong));
    }
    CHECK_FALSE(decoded("LOSSES|2|db1|transaction=0-1-1 bl.1:4"));
}

#include "net/mysql/lost_events.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::net::mysql;

namespace {

/// Events as the servers show them: MariaDB 10.11.19 and MySQL 9.7.4.
proto::LostTransaction only(const std::string& wanted, const std::vector<std::pair<const char*, std::string>>& events) {
    LostEvents lost(GtidSet::parse(wanted).value());
    std::uint64_t at = 300;
    for (const auto& [type, info] : events) {
        lost.take("bl.000001", {type, info, at});
        at += 50;
    }
    REQUIRE(lost.found().size() == 1);
    return lost.found().front();
}

constexpr const char* kUuid = "6c32d66e-e9bd-11f1-9447-02fc00000001";

std::string next(const std::string& number) {
    return "SET @@SESSION.GTID_NEXT= '" + std::string(kUuid) + ":" + number + "'";
}

}  // namespace

TEST_CASE("MariaDB: rows by table with their annotation, statements, and where the transaction begins",
          "[scenario-28]") {
    const auto lost = only("0-1-4..4", {{"Gtid", "BEGIN GTID 0-1-3"},
                                        {"Annotate_rows", "insert into app.t values (1,'a')"},
                                        {"Table_map", "table_id: 18 (app.t)"},
                                        {"Write_rows_v1", "table_id: 18 flags: STMT_END_F"},
                                        {"Xid", "COMMIT /* xid=5 */"},
                                        {"Gtid", "BEGIN GTID 0-1-4 cid=12"},
                                        {"Annotate_rows", "update app.t set v='x'"},
                                        {"Table_map", "table_id: 18 (app.t)"},
                                        {"Update_rows_v1", "table_id: 18 flags: STMT_END_F"},
                                        {"Table_map", "table_id: 19 (app.od d|t)"},
                                        {"Write_rows_compressed_v1", "table_id: 19 flags: STMT_END_F"},
                                        {"Write_rows_compressed_v1", "table_id: 19 flags: STMT_END_F"},
                                        {"Query_compressed", "insert into app.u values (7)"},
                                        {"Query", "COMMIT"},
                                        {"Gtid", "BEGIN GTID 0-1-5"},
                                        {"Query", "delete from app.t"}});
    const proto::LostTransaction wanted{"0-1-4",
                                        "bl.000001:550",
                                        {{"update", "app.t", 1}, {"insert", "app.od d|t", 2}},
                                        {"update app.t set v='x'", "insert into app.u values (7)"},
                                        0};
    CHECK(lost == wanted);
}

TEST_CASE("MySQL: rows by table, the query where it is logged, tags, and no xid comments") {
    const auto rows = only(std::string(kUuid) + ":4", {{"Gtid", next("4")},
                                                       {"Query", "BEGIN"},
                                                       {"Rows_query", "# insert into app.t values (3,'c')"},
                                                       {"Table_map", "table_id: 106 (app.t)"},
                                                       {"Write_rows", "table_id: 106 flags: STMT_END_F"},
                                                       {"Xid", "COMMIT /* xid=8 */"}});
    CHECK(rows.gtid == std::string(kUuid) + ":4");
    CHECK(rows.rows == std::vector<proto::RowChange>{{"insert", "app.t", 1}});
    CHECK(rows.statements == std::vector<std::string>{"insert into app.t values (3,'c')"});
    const auto tagged = only(std::string(kUuid) + ":tag1:1", {{"Gtid_tagged_log_event", next("tag1:1")},
                                                              {"Query", "create table app.t (i int) /* xid=4 */"}});
    CHECK(tagged.statements == std::vector<std::string>{"create table app.t (i int)"});
}

TEST_CASE("reading ends when all that is wanted was seen, and what wasn't is known") {
    LostEvents lost(GtidSet::parse("0-1-101..103").value());
    const auto begin = [&lost](const char* gtid) { lost.take("bl.1", {"Gtid", std::string("GTID ") + gtid, 4}); };
    begin("0-1-101");
    CHECK(lost.missing().text() == "0-1-102..103");
    begin("0-2-102");
    begin("0-1-103");
    CHECK(lost.missing().empty());
    CHECK_FALSE(lost.done());  // the last one goes on
    begin("0-2-104");
    CHECK(lost.done());
    CHECK(lost.found().size() == 2);
    CHECK_FALSE(lost.full());
}

TEST_CASE("the head of a file tells what is in those before it") {
    GtidSet set;
    CHECK_FALSE(read_head({"Format_desc", "Server ver: 10.11.19", 4}, set));
    CHECK(read_head({"Gtid_list", "[0-1-13,0-2-5]", 256}, set));
    CHECK(set.text() == "0-1-13,0-2-5");
    CHECK(read_head({"Gtid_list", "[]", 256}, set));
    CHECK(set.empty());
    CHECK(read_head({"Previous_gtids", std::string(kUuid) + ":1-11:tag1:1", 127}, set));
    CHECK(set.text() == std::string(kUuid) + ":1-11:tag1:1");
}

TEST_CASE("a statement that may hold a secret is counted and never shown", "[scenario-28]") {
    for (const char* secret :
         {"create user zz identified by 'geheim'", "CREATE OR REPLACE USER zz", "SET PASSWORD FOR 'zz'@'%'='*1CDE'",
          "ALTER USER 'zz'@'%' IDENTIFIED WITH 'caching_sha2_password' AS '$A$'", "GRANT ALL ON *.* TO zz",
          "/*!50017 CREATE*/ /* x */ USER zz", "create  \n user zz", "create -- x\n user zz", "create # x\n user zz",
          "select '/*', password('x')", "CHANGE MASTER TO MASTER_HOST='x'",
          "CHANGE REPLICATION SOURCE TO SOURCE_HOST='x'",
          "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'x')",
          "insert into app.t values (1, PASSWORD('x'))", "update app.accounts set api_token='x'",
          "select aes_encrypt('a', 'b')"}) {
        INFO(secret);
        CHECK(may_hold_secret(secret));
        const auto lost = only("0-1-1", {{"Gtid", "GTID 0-1-1"}, {"Query", secret}});
        CHECK(lost.statements.empty());
        CHECK(lost.hidden == 1);
    }
    CHECK(may_hold_secret(std::string(100'000, 'x')));
    for (const char* plain : {"insert into app.users values (1)", "create table app.user_roles (i int)",
                              "update app.t set grants=1", "drop table app.server"})
        CHECK_FALSE(may_hold_secret(plain));
}

TEST_CASE("a transaction of many statements is told by its first ones") {
    LostEvents lost(GtidSet::parse("0-1-1").value());
    lost.take("bl.1", {"Gtid", "BEGIN GTID 0-1-1", 4});
    for (int i = 0; i < 30; ++i)
        lost.take("bl.1", {"Query", "insert into app.t values (" + std::to_string(i) + ")", 4});
    CHECK(lost.found().front().statements.size() == 10);
    CHECK(lost.found().front().statements.back() == "(21 more statements)");
}

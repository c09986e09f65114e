#include "core/monitor/change_text.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::monitor;
using namespace std::chrono_literals;

namespace {

WriterChange failover() {
    WriterChange change;
    change.number = 12;
    change.at = 1'795'347'796s;
    change.reason = "db1 is HARD_OFFLINE";
    change.from = "db1";
    change.to = "db2";
    change.epoch_before = 7;
    change.epoch_after = 8;
    change.by_lease = true;
    change.proof = "waited";
    change.timeline = {{"failing", "db1", 0ms}, {"taken_off", "db1", 3000ms}, {"in_service", "db2", 5100ms}};
    change.before = {"0-1-103", "0-1-103,0-2-90", 1, false, "", -230ms};
    change.after = {"0-1-100", "0-1-100,0-2-90", 2, false, "", 7600ms};
    change.loss = {"0-1-103", false};
    return change;
}

}  // namespace

TEST_CASE("a record is one line of JSON, as docs/wire.md says") {
    CHECK(
        entry_line(failover()) ==
        R"({"entry":"change","number":12,"at":"2026-11-22T11:43:16Z","time":1795347796,"kind":"failover",)"
        R"("reason":"db1 is HARD_OFFLINE","from":"db1","to":"db2","epoch_before":7,"epoch_after":8,)"
        R"("held_by":"lease","proof":"waited","timeline":[{"ms":0,"step":"failing","host":"db1"},)"
        R"({"ms":3000,"step":"taken_off","host":"db1"},{"ms":5100,"step":"in_service","host":"db2"}],)"
        R"("before":{"position":"0-1-103","history":"0-1-103,0-2-90","server_id":1,"server_uuid":null,"frozen":false,"told_ms":-230},)"
        R"("after":{"position":"0-1-100","history":"0-1-100,0-2-90","server_id":2,"server_uuid":null,"frozen":false,"told_ms":7600},)"
        R"("lost":{"gtids":"0-1-103","complete":false,"unknown_until_seen":"db1"}})");
}

TEST_CASE("what is written is read back") {
    WriterChange least;
    least.kind = ChangeKind::first;
    least.loss = {std::nullopt, false};
    WriterChange frozen = failover();
    frozen.kind = ChangeKind::given_up;
    frozen.before.frozen = true;
    frozen.loss = {"", true};
    WriterChange acknowledged = failover();
    acknowledged.loss = {"", false, {"db2", "db3"}};
    for (const JournalEntry& entry : {JournalEntry(failover()), JournalEntry(least), JournalEntry(frozen),
                                      JournalEntry(acknowledged), JournalEntry(ChangeUnderWay{failover()}),
                                      JournalEntry(Settlement{14, 12, 1'795'347'999s, "db1", "0-1-103"})}) {
        const std::string line = entry_line(entry);
        CAPTURE(line);
        CHECK(line.find('\n') == std::string::npos);
        CHECK(parse_entry(line) == entry);
    }
}

TEST_CASE("a text that would break the line is escaped, one that is no UTF-8 repaired") {
    WriterChange change = failover();
    change.reason = "two\nlines \xff";
    const std::string line = entry_line(change);
    CHECK(line.find('\n') == std::string::npos);
    const auto read = parse_entry(line);
    REQUIRE(read);
    CHECK(std::get<WriterChange>(*read).reason == "two\nlines \xef\xbf\xbd");
}

TEST_CASE("a set that is very long is cut at a comma, so that a record stays a line") {
    WriterChange change = failover();
    for (int number = 0; number < 2000; ++number) change.before.history += ",0-1-" + std::to_string(number);
    const std::string line = entry_line(change);
    CHECK(line.size() < 2 * kMostSetBytes);
    const auto read = parse_entry(line);
    REQUIRE(read);
    CHECK(std::get<WriterChange>(*read).before.history.ends_with("..."));
    CHECK(change.before.history.starts_with(std::get<WriterChange>(*read).before.history.substr(
        0, std::get<WriterChange>(*read).before.history.size() - 3)));
}

TEST_CASE("a settled record says when and by which entry") {
    WriterChange change = failover();
    change.loss = {"", true};
    change.settled = Settlement{14, 12, 1'795'347'999s, "db1", ""};
    CHECK(change_json(change).find(R"("lost":{"gtids":"","complete":true,"unknown_until_seen":null,)"
                                   R"("settled_at":"2026-11-22T11:46:39Z","settled_by":14})") != std::string::npos);
}

TEST_CASE("lines that make no sense are refused with the reason, whatever they are") {
    struct Case {
        std::string line;
        std::string why;
    };
    const std::string good = entry_line(failover());
    const auto changed = [&good](const std::string& old, const std::string& fresh) {
        std::string line = good;
        return line.replace(line.find(old), old.size(), fresh);
    };
    for (const Case& c :
         {Case{"", "not a JSON object"}, Case{"[]", "not a JSON object"}, Case{"{", "not a JSON object"},
          Case{good.substr(0, good.size() - 1), "not a JSON object"},
          Case{"{}", "its entry is none of change, under_way, account, decision"},
          Case{changed("\"change\"", "3"), "its entry is none of change, under_way, account, decision"},
          Case{changed("\"failover\"", "\"fun\""), "its 'kind' makes no sense"},
          Case{changed("\"number\":12", "\"number\":\"12\""), "its 'number' makes no sense"},
          Case{changed("\"number\":12", "\"number\":-1"), "its 'number' makes no sense"},
          Case{changed("\"server_id\":1", "\"server_id\":4294967296"), "its 'server_id' makes no sense"},
          Case{changed("1795347796", "1791795347999"), "its 'time' makes no sense"},
          Case{changed("1795347796", "-1"), "its 'time' makes no sense"},
          Case{changed("\"ms\":3000", "\"ms\":9223372036854775807"), "its 'ms' makes no sense"},
          Case{changed("\"from\":\"db1\"", "\"from\":[]"), "its 'from' makes no sense"},
          Case{changed("\"frozen\":false", "\"frozen\":0"), "its 'frozen' makes no sense"},
          Case{changed("\"ms\":3000", "\"ms\":\"x\""), "its 'ms' makes no sense"},
          Case{changed("\"lost\"", "\"lust\""), "its 'lost' makes no sense"},
          Case{changed("\"timeline\"", "\"line\""), "its 'timeline' makes no sense"}}) {
        CAPTURE(c.line);
        const auto read = parse_entry(c.line);
        REQUIRE_FALSE(read);
        CHECK(read.error().message == c.why);
    }
    CHECK(parse_entry(changed("\"reason\"", "\"later\":{\"a\":[1]},\"reason\"")) == JournalEntry(failover()));
}

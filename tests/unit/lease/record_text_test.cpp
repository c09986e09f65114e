#include "core/lease/record_text.hpp"

#include <catch2/catch.hpp>
#include <random>

using namespace mmm;
using namespace mmm::lease;

namespace {

const Slot kWriter{"writer", *Address::parse("192.168.10.128")};
const Slot kReader{"reader", *Address::parse("2001:db8::9")};

const std::string kText =
    "owner|db1\n"
    "proposer|db1\n"
    "slot|reader(2001:db8::9)|3.monitor-x7|0|0|0|3\n"
    "slot|writer(192.168.10.128)|9.monitor-x7|8.db1|8.db1|7.monitor-x7|11\n"
    "settled|1\n";

StoredRecord stored() {
    StoredRecord result{"db1", "db1", {true, {}}};
    result.record.slots[kWriter] = {{9, "monitor-x7"}, {8, "db1"}, {8, "db1"}, {7, "monitor-x7"}, 11};
    result.record.slots[kReader] = {{3, "monitor-x7"}, {}, {}, {}, 3};
    return result;
}

std::string with(const std::string& old, const std::string& replacement) {
    std::string text = kText;
    const auto at = text.find(old);
    REQUIRE(at != std::string::npos);
    return text.replace(at, old.size(), replacement);
}

lease::Epoch any_epoch(std::mt19937_64& random) {
    if (random() % 4 == 0) return {};
    return {(random() >> (random() % 64)) | 1U, random() % 2 == 0 ? "monitor-a1b2" : "db.2_x"};
}

}  // namespace

TEST_CASE("a record is written with its owner, the proposer's name, one line a slot, and settled at the end") {
    CHECK(record_text(stored()) == kText);
    CHECK(record_text({"monitor", "monitor-9f", {}}) == "owner|monitor\nproposer|monitor-9f\nsettled|0\n");
}

TEST_CASE("a record says which list and settings it was written under; older ones don't") {
    StoredRecord record = stored();
    record.record.voters = Voters{{"db1", "db2", "monitor"}, {}, 8589935592};
    const std::string text = record_text(record);
    CHECK(text == with("slot|reader", "voters|8589935592|db1 db2 monitor\nslot|reader"));
    CHECK(parse_record(text) == record);
    for (const char* bad : {"voters|x|db1", "voters|1|", "voters|1|db1 db1", "voters|1|db1|db2", "voters|01|db1"}) {
        INFO(bad);
        CHECK_FALSE(parse_record(with("slot|reader", std::string(bad) + "\nslot|reader")));
    }
}

TEST_CASE("any record that is written is read back as it was") {
    std::mt19937_64 random(11);
    for (int i = 0; i < 500; ++i) {
        StoredRecord record{"db1", "monitor-x", {random() % 2 == 0, {}}};
        for (std::size_t k = random() % 12; k > 0; --k) {
            const auto last = static_cast<std::uint8_t>(random());
            const Slot slot{random() % 2 == 0 ? "writer" : "reader.2", random() % 2 == 0
                                                                           ? Address::v4({192, 168, 10, last})
                                                                           : Address::v6({32, 1, 13, 184, last})};
            record.record.slots[slot] = {any_epoch(random), any_epoch(random), any_epoch(random), any_epoch(random),
                                         random() >> (random() % 64)};
        }
        const auto back = parse_record(record_text(record));
        REQUIRE(back);
        CHECK(*back == record);
    }
}

TEST_CASE("a record has at most 1000 slots") {
    StoredRecord record{"db1", "db1", {true, {}}};
    for (std::size_t i = 0; i < kMostRecordSlots; ++i) {
        const auto high = static_cast<std::uint8_t>(i / 250);
        const auto low = static_cast<std::uint8_t>(i % 250);
        record.record.slots[{"reader", Address::v4({192, 168, high, low})}].highest = i;
    }
    const std::string text = record_text(record);
    CHECK(parse_record(text));
    const auto refused =
        parse_record(text.substr(0, text.size() - 10) + "slot|writer(192.168.10.128)|0|0|0|0|0\nsettled|1\n");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "line 1003 of the lease record: more than 1000 slots");
}

TEST_CASE("a text that was cut off anywhere isn't a record") {
    for (std::size_t size = 0; size < kText.size(); ++size) {
        INFO(kText.substr(0, size));
        const auto record = parse_record(kText.substr(0, size));
        REQUIRE_FALSE(record);
        CHECK(record.error().code == Code::invalid);
    }
}

TEST_CASE("what isn't exactly a record is refused, and the message names the line and what is wrong") {
    const std::string slot = "slot|reader(2001:db8::9)|3.monitor-x7|0|0|0|3\n";
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"", "line 1 of the lease record: expected owner|NAME"},
        {"\n", "line 1 of the lease record: expected owner|NAME"},
        {kText.substr(0, kText.size() - 1), "line 5 of the lease record: the record is cut off"},
        {with("owner|db1\n", ""), "line 1 of the lease record: expected owner|NAME"},
        {with("owner|db1\n", "owner|db1\nowner|db1\n"), "line 2 of the lease record: expected proposer|NAME"},
        {with("owner|db1", "owner|"), "line 1 of the lease record: not a name: ''"},
        {with("owner|db1", "owner|db 1"), "line 1 of the lease record: not a name: 'db 1'"},
        {with("owner|db1", "owner|db1|"), "line 1 of the lease record: expected owner|NAME"},
        {with("owner|db1", "db1|ONLINE|"), "line 1 of the lease record: expected owner|NAME"},
        {with("proposer|db1\n", ""), "line 2 of the lease record: expected proposer|NAME"},
        {with("proposer|db1", "proposer|" + std::string(65, 'a')), "line 2 of the lease record: not a name"},
        {with(slot, slot + slot), "line 4 of the lease record: reader(2001:db8::9) is there twice, or out of order"},
        {with("slot|reader", "slot|zeader"),
         "line 4 of the lease record: writer(192.168.10.128) is there twice, or out"},
        {with("(2001:db8::9)", "(2001:DB8::9)"), "line 3 of the lease record: not role(ip)"},
        {with("(2001:db8::9)", "(db9)"), "line 3 of the lease record: not role(ip)"},
        {with("reader(", "("), "line 3 of the lease record: not role(ip)"},
        {with("9)|", "9|"), "line 3 of the lease record: not role(ip)"},
        {with("|3.monitor-x7|", "|3|"), "line 3 of the lease record: promised: not an epoch"},
        {with("|8.db1|8.db1|", "|08.db1|8.db1|"), "line 4 of the lease record: supported: not an epoch"},
        {with("|8.db1|8.db1|", "|8.db1||"), "line 4 of the lease record: accepted: not an epoch"},
        {with("|7.monitor-x7|", "|-|"), "line 4 of the lease record: relinquished: not an epoch"},
        {with("|11\n", "|\n"), "line 4 of the lease record: highest is no counter: ''"},
        {with("|11\n", "|+11\n"), "line 4 of the lease record: highest is no counter: '+11'"},
        {with("|11\n", "|011\n"), "line 4 of the lease record: highest is no counter: '011'"},
        {with("|11\n", "|11.db1\n"), "line 4 of the lease record: highest is no counter: '11.db1'"},
        {with("|11\n", "|18446744073709551616\n"), "line 4 of the lease record: highest is no counter"},
        {with("|11\n", "|11|\n"), "line 4 of the lease record: a slot has 7 fields"},
        {with("|11\n", "\n"), "line 4 of the lease record: a slot has 7 fields"},
        {with("slot|w", "slots|w"), "line 4 of the lease record: expected a slot, or settled|0 or settled|1"},
        {with("settled|1\n", ""), "line 5 of the lease record: expected a slot, or settled|0 or settled|1"},
        {with("settled|1\n", "future|1\nsettled|1\n"), "line 5 of the lease record: expected a slot, or settled"},
        {with("settled|1", "settled|2"), "line 5 of the lease record: settled is 0 or 1, not '2'"},
        {with("settled|1", "settled|"), "line 5 of the lease record: settled is 0 or 1, not ''"},
        {with("settled|1", "settled|1\r"), "line 5 of the lease record: settled is 0 or 1"},
        {kText + "settled|1\n", "line 6 of the lease record: nothing may follow settled"},
        {kText + slot, "line 6 of the lease record: nothing may follow settled"},
        {kText + "\n", "line 6 of the lease record: nothing may follow settled"},
        {with("\nslot|writer", "\n\nslot|writer"), "line 4 of the lease record: expected a slot, or settled"},
    };
    for (const auto& [text, reason] : rows) {
        INFO(text);
        const auto record = parse_record(text);
        REQUIRE_FALSE(record);
        CHECK(record.error().code == Code::invalid);
        CHECK_THAT(record.error().message, Catch::StartsWith(reason));
    }
}

TEST_CASE("what reads as a record is written the same again, whatever was changed in the text") {
    std::mt19937_64 random(12);
    const std::string letters = "01.|\ndb(s";
    for (int i = 0; i < 20000; ++i) {
        std::string text = kText;
        for (std::size_t k = 1 + random() % 2; k > 0; --k)
            text[random() % text.size()] = letters[random() % letters.size()];
        if (const auto record = parse_record(text)) CHECK(record_text(*record) == text);
    }
}

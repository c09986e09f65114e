#include "core/proto/lease_codec.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/proto/any_lease.hpp"

using namespace mmm;
using namespace mmm::proto;

namespace {

const Slot kWriter{"writer", *Address::parse("192.168.10.128")};
const Slot kReader{"reader", *Address::parse("2001:db8::9")};

struct Known {
    HostName host;
    lease::Message message;
    std::string line;
};

/// One of each message, and how it looks.
std::vector<Known> known() {
    const lease::Epoch epoch{12, "monitor-x7"};
    const Time sent{Duration{86'400'123}};
    return {
        {"db3", lease::PromiseRequest{kWriter, epoch, "db2", 77},
         "PROMISE|2|db3|slot=writer(192.168.10.128)|epoch=12.monitor-x7|target=db2|voters=77|regrant_of=0"},
        {"db2", lease::PromiseRequest{kWriter, {13, "db2"}, "db2", 77, {11, "db1"}},
         "PROMISE|2|db2|slot=writer(192.168.10.128)|epoch=13.db2|target=db2|voters=77|regrant_of=11.db1"},
        {"db3",
         lease::PromiseReply{
             "db3", kWriter, epoch, lease::Refusal::none, 12, {true, {9, "db1"}, "db1", Duration{250}}, 5},
         "PROMISED|2|db3|slot=writer(192.168.10.128)|epoch=12.monitor-x7|refusal=none|highest=12|last=250 9.db1 db1"
         "|nonce=5"},
        {"monitor", lease::PromiseReply{"monitor", kReader, epoch, lease::Refusal::outdated, 14, {}, 0},
         "PROMISED|2|monitor|slot=reader(2001:db8::9)|epoch=12.monitor-x7|refusal=outdated|highest=14|last=0|nonce=0"},
        {"db1", lease::Renewal{"db1", sent, 77, {{kWriter, epoch}, {kReader, {3, "db1"}}}, 5},
         "RENEW|2|db1|sent=86400123|voters=77|nonce=5|slot=reader(2001:db8::9) 3.db1"
         "|slot=writer(192.168.10.128) 12.monitor-x7"},
        {"db2",
         lease::Support{"db2", "db1", sent, {{kWriter, epoch}}, {{kReader, {4, "db2"}}}, lease::Refusal::none, 5},
         "SUPPORT|2|db2|holder=db1|sent=86400123|nonce=5|refusal=none|slot=writer(192.168.10.128) 12.monitor-x7"
         "|newer=reader(2001:db8::9) 4.db2"},
        {"db2", lease::Grant{"db2", kWriter, epoch, 5, 77, lease::OnLoss::hold},
         "GRANT|2|db2|slot=writer(192.168.10.128)|epoch=12.monitor-x7|nonce=5|voters=77|on_loss=hold"},
    };
}

HostName speaker(const lease::Message& message) {
    if (const auto* reply = std::get_if<lease::PromiseReply>(&message)) return reply->voter;
    if (const auto* renewal = std::get_if<lease::Renewal>(&message)) return renewal->holder;
    if (const auto* support = std::get_if<lease::Support>(&message)) return support->voter;
    if (const auto* grant = std::get_if<lease::Grant>(&message)) return grant->target;
    return "db1";
}

}  // namespace

TEST_CASE("messages about leases look as documented and are read back", "[lease]") {
    for (const auto& [host, message, line] : known()) {
        INFO(line);
        CHECK(encode_lease(host, message) == line);
        CHECK(is_lease(*decode(line)));
        CHECK(decode_lease(*decode(line)) == message);
        CHECK(decode_lease(*decode(line + "|colour=blue")) == message);
    }
    CHECK_FALSE(is_lease(*decode("PING|2|db1|n=1")));
}

TEST_CASE("any message about leases survives the link", "[lease]") {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        const lease::Message message = AnyLease(seed).message();
        INFO(seed);
        const auto back = decode_lease(*decode(encode_lease(speaker(message), message)));
        REQUIRE(back);
        REQUIRE(*back == message);
    }
}

TEST_CASE("each key of a message about leases is wanted once", "[lease]") {
    for (const auto& [host, message, line] : known()) {
        const Message whole = *decode(line);
        for (const auto& [key, value] : whole.fields) {
            const bool repeated = key == "newer" || (key == "slot" && (whole.type == kRenew || whole.type == kSupport));
            INFO(line << " without, or twice, " << key);
            Message without = whole;
            Message twice = whole;
            std::erase_if(without.fields, [name = key](const auto& field) { return field.first == name; });
            twice.fields.emplace_back(key, value);
            CHECK(decode_lease(without).has_value() == repeated);
            CHECK_FALSE(decode_lease(twice));
        }
    }
}

TEST_CASE("a bad value in a message about leases is refused, and the key named", "[lease]") {
    const std::vector<std::tuple<std::string, std::string, std::string>> rows = {
        {"PROMISE", "slot", "writer"},
        {"PROMISE", "slot", "writer(192.168.10.328)"},
        {"PROMISE", "slot", "wri ter(192.168.10.128)"},
        {"PROMISE", "slot", "wri|ter(192.168.10.128)"},
        {"PROMISE", "slot", "wri\nter(192.168.10.128)"},
        {"PROMISE", "slot", std::string(65, 'w') + "(192.168.10.128)"},
        {"PROMISE", "slot", "writer(192.168.10.128) "},
        {"PROMISE", "epoch", "0"},
        {"PROMISE", "epoch", "12"},
        {"PROMISE", "epoch", "18446744073709551616.db1"},
        {"PROMISE", "target", ""},
        {"PROMISE", "target", "db 1"},
        {"PROMISE", "voters", "-1"},
        {"PROMISE", "voters", "18446744073709551616"},
        {"PROMISE", "regrant_of", ""},
        {"PROMISED", "refusal", "later"},
        {"PROMISED", "highest", ""},
        {"PROMISED", "last", ""},
        {"PROMISED", "last", "-1"},
        {"PROMISED", "last", "31622400000001"},
        {"PROMISED", "last", "250 9.db1"},
        {"PROMISED", "last", "250 0 db1"},
        {"PROMISED", "last", "250 9.db1 "},
        {"PROMISED", "last", "250 9.db1 db1 db2"},
        {"PROMISED", "last", "250  9.db1 db1"},
        {"PROMISED", "nonce", "5x"},
        {"RENEW", "sent", "-1"},
        {"RENEW", "sent", "9223372036854775808"},
        {"RENEW", "slot", "writer(192.168.10.128)"},
        {"RENEW", "slot", "writer(192.168.10.128) 0"},
        {"RENEW", "slot", "writer(192.168.10.128) 12.db1 1"},
        {"SUPPORT", "holder", "db/1"},
        {"SUPPORT", "refusal", ""},
        {"SUPPORT", "slot", "12.db1"},
        {"SUPPORT", "newer", "reader(2001:db8::9) 0"},
        {"GRANT", "on_loss", "keep"},
        {"GRANT", "epoch", ""},
    };
    for (const auto& [type, key, value] : rows) {
        for (const auto& [host, message, line] : known()) {
            Message changed = *decode(line);
            if (changed.type != type) continue;
            INFO(type << " " << key << " '" << value << "'");
            // Slots may repeat, but not be changed into each other.
            bool done = false;
            for (auto& field : changed.fields) {
                if (field.first != key || done) continue;
                field.second = value;
                done = true;
            }
            REQUIRE(done);
            const auto read = decode_lease(changed);
            REQUIRE_FALSE(read);
            CHECK(read.error().code == Code::invalid);
            CHECK_THAT(read.error().message, Catch::StartsWith(type + ": " + key + " can't be '"));
        }
    }
    Message twice = *decode("RENEW|2|db1|sent=1|voters=1|nonce=1|slot=writer(192.168.10.128) 1.db1");
    twice.fields.emplace_back("slot", "writer(192.168.10.128) 2.db1");
    CHECK_FALSE(decode_lease(twice));
    CHECK(decode_lease({"RENEW", "db 1", {}}).error().message == "RENEW: HOST can't be 'db 1'");
    CHECK(decode_lease(*decode("PING|2|db1|n=1")).error().message == "PING: expected a message about leases");
}

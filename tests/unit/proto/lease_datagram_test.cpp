#include <catch2/catch.hpp>

#include "core/proto/lease_codec.hpp"
#include "tests/unit/proto/any_lease.hpp"

using namespace mmm;
using namespace mmm::proto;

namespace {

Slot slot(unsigned number) {
    return {"reader", Address::v4({192, 168, static_cast<std::uint8_t>(10 + number / 200),
                                   static_cast<std::uint8_t>(number % 200)})};
}

std::map<Slot, lease::Epoch> slots(unsigned count) {
    std::map<Slot, lease::Epoch> slots;
    for (unsigned i = 0; i < count; ++i) slots.emplace(slot(i), lease::Epoch{1'000'000 + i, "monitor-a1b2c3d4"});
    return slots;
}

lease::Renewal renewal(unsigned count) {
    return {"db1", Time(Duration{31'536'000'000}), ~std::uint64_t{0}, slots(count), ~std::uint64_t{0}};
}

lease::Support support(unsigned count) {
    return {"db2", "db1", Time(Duration{31'536'000'000}), slots(count), {}, lease::Refusal::none, ~std::uint64_t{0}};
}

}  // namespace

TEST_CASE("a datagram about leases is the link's line with the cluster's name", "[lease]") {
    const LeaseDatagram datagram{"db1", "C1", lease::Renewal{"db1", Time(Duration{9}), 77, {{slot(1), {3, "db1"}}}, 5}};
    const std::string text = "RENEW|2|db1|cluster=C1|sent=9|voters=77|nonce=5|slot=reader(192.168.10.1) 3.db1";
    CHECK(encode_lease_datagrams(datagram) == std::vector{text});
    CHECK(decode_lease_datagram(text) == datagram);
    CHECK(decode_lease_datagram("RENEW|2|db1|cluster=|sent=9|voters=77|nonce=5")->cluster.empty());
}

TEST_CASE("a renewal or a support of a dozen slots is one datagram, and one of any number is several of the same round",
          "[lease]") {
    for (const unsigned count : {0U, 1U, 12U, 13U, 40U, 256U}) {
        INFO(count);
        const LeaseDatagram renew{"db1", "cluster_1", renewal(count)};
        const LeaseDatagram answer{"db2", "cluster_1", support(count)};
        for (const auto& datagram : {renew, answer}) {
            const auto texts = encode_lease_datagrams(datagram);
            REQUIRE(texts);
            if (count <= 12) CHECK(texts->size() == 1);
            std::map<Slot, lease::Epoch> all;
            for (const auto& text : *texts) {
                CHECK(text.size() <= kMaxLeaseText);
                const auto part = decode_lease_datagram(text);
                REQUIRE(part);
                if (const auto* round = std::get_if<lease::Renewal>(&part->message)) {
                    lease::Renewal whole = renewal(0);
                    whole.slots = round->slots;
                    CHECK(*round == whole);
                    all.insert(round->slots.begin(), round->slots.end());
                } else {
                    const auto& each = std::get<lease::Support>(part->message);
                    all.insert(each.slots.begin(), each.slots.end());
                }
            }
            CHECK(all == slots(count));
        }
    }
}

TEST_CASE("any message about leases survives datagrams; a grant has none", "[lease]") {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        INFO(seed);
        AnyLease any(seed);
        LeaseDatagram datagram{any.name(), any.name(), any.message()};
        if (auto* reply = std::get_if<lease::PromiseReply>(&datagram.message)) reply->voter = datagram.sender;
        if (auto* round = std::get_if<lease::Renewal>(&datagram.message)) round->holder = datagram.sender;
        if (auto* answer = std::get_if<lease::Support>(&datagram.message)) answer->voter = datagram.sender;
        const auto texts = encode_lease_datagrams(datagram);
        REQUIRE(texts.has_value() != std::holds_alternative<lease::Grant>(datagram.message));
        if (!texts) continue;
        std::optional<lease::Message> sum;
        for (const auto& text : *texts) {
            REQUIRE(text.size() <= kMaxLeaseText);
            const auto part = decode_lease_datagram(text);
            REQUIRE(part);
            if (!sum) {
                sum = part->message;
            } else if (auto* round = std::get_if<lease::Renewal>(&*sum)) {
                round->slots.merge(std::map(std::get<lease::Renewal>(part->message).slots));
            } else {
                auto more = std::get<lease::Support>(part->message);
                std::get<lease::Support>(*sum).slots.merge(more.slots);
                std::get<lease::Support>(*sum).promised_newer.merge(more.promised_newer);
            }
        }
        REQUIRE(sum == datagram.message);
    }
}

TEST_CASE("a datagram that isn't about leases, or is too large, is refused", "[lease]") {
    for (const std::string& text :
         {std::string(), std::string("\0\1", 2), std::string("RENEW|2|db1|sent=9|voters=77|nonce=5"),
          std::string("RENEW|2|db1|cluster=C1|cluster=C1|sent=9|voters=77|nonce=5"),
          std::string("ALIVE|2|db1|cluster=C1|n=1"), std::string("RENEW|3|db1|cluster=C1|sent=9|voters=77|nonce=5"),
          std::string("RENEW|2|db1|cluster=C1|sent=9|voters=77|nonce=5\n"),
          std::string("GRANT|2|db2|cluster=C1|slot=writer(192.168.10.128)|epoch=1.db1|nonce=5|voters=77|on_loss=hold"),
          "RENEW|2|db1|sent=9|voters=77|nonce=5|cluster=" + std::string(kMaxDatagram, 'c')}) {
        INFO(text);
        CHECK_FALSE(decode_lease_datagram(text));
    }
    CHECK_FALSE(encode_lease_datagrams({"db1", std::string(kMaxDatagram, 'c'), renewal(0)}));
}

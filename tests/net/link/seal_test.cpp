#include "net/link/seal.hpp"

#include <catch2/catch.hpp>

#include "core/proto/heartbeat.hpp"

using namespace mmm;
using namespace mmm::net;

namespace {

ClusterKey key(const std::string& name, std::uint8_t byte) {
    ClusterKey out{name, {}};
    out.secret.fill(byte);
    return out;
}

const std::string kText = "ALIVE|2|db1|cluster=C1|n=9|process=0123456789abcdef|echo=fedcba9876543210:8";

}  // namespace

TEST_CASE("a sealed text opens with the same key, and the datagram looks as documented", "[seal]") {
    const Sealer sealer({key("one", 1)});
    for (const std::string& text : {kText, std::string(), std::string("|"), std::string("\0\n\xff", 3),
                                    std::string(sealer.longest_text(), 'x')}) {
        const auto datagram = sealer.seal(text);
        REQUIRE(datagram);
        CHECK(datagram->size() <= proto::kMaxDatagram);
        CHECK(looks_sealed(*datagram));
        CHECK(sealer.open(*datagram) == text);
    }
    // Computed with Python's hmac, from docs/wire.md.
    CHECK(sealer.seal("ALIVE|2|db1|cluster=C1|n=9") ==
          std::string("SEALED|1|one|ALIVE|2|db1|cluster=C1|n=9|d5d628d828e77e4b15ba20f24c2fa999"));
    CHECK(sealer.seal(std::string(sealer.longest_text() + 1, 'x')).error().code == Code::invalid);
}

TEST_CASE("each bit that is flipped, each byte that is cut off or put in is noticed", "[seal]") {
    const Sealer sealer({key("one", 1), key("two", 2)});
    const std::string datagram = *sealer.seal(kText);
    for (std::size_t at = 0; at < datagram.size(); ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string flipped = datagram;
            flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << bit));
            CHECK_FALSE(sealer.open(flipped));
        }
        CHECK_FALSE(sealer.open(datagram.substr(0, at)));
        CHECK_FALSE(sealer.open(datagram.substr(at + 1)));
        CHECK_FALSE(sealer.open(datagram.substr(0, at) + datagram.substr(at + 1)));
        CHECK_FALSE(sealer.open(datagram.substr(0, at) + "a" + datagram.substr(at)));
    }
    CHECK_FALSE(sealer.open(datagram + "0"));
}

TEST_CASE("what can't be opened is told apart: not sealed, another key's name, another key", "[seal]") {
    const Sealer sealer({key("one", 1)});
    const struct {
        std::string datagram;
        Code code;
        std::string reason;
    } cases[] = {
        {kText, Code::invalid, "it isn't sealed with a cluster key"},
        {"", Code::invalid, "it isn't sealed with a cluster key"},
        {"SEALED|1|one|", Code::invalid, "it isn't sealed with a cluster key"},
        {"SEALED|1|one|" + std::string(32, '0'), Code::invalid, "it isn't sealed with a cluster key"},
        {"SEALED|1|o\ne|x|" + std::string(32, '0'), Code::invalid, "it isn't sealed with a cluster key"},
        {"SEALED|1|one|x|" + std::string(proto::kMaxDatagram, '0'), Code::invalid,
         "it isn't sealed with a cluster key"},
        {*Sealer({key("two", 1)}).seal(kText), Code::not_found,
         "it is sealed with a key named 'two', which isn't in our key_file"},
        {*Sealer({key("one", 2)}).seal(kText), Code::refused,
         "its seal is wrong: its key named 'one' isn't ours, or it was forged or damaged"},
        {"SEALED|1|one||" + std::string(32, '0'), Code::refused,
         "its seal is wrong: its key named 'one' isn't ours, or it was forged or damaged"},
    };
    for (const auto& each : cases) {
        INFO(each.datagram);
        const auto opened = sealer.open(each.datagram);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == each.code);
        CHECK(opened.error().message == each.reason);
    }
}

TEST_CASE("of two keys the first seals and both open, so that one follows the other without a pause", "[seal]") {
    const std::vector<ClusterKey> old_key{key("one", 1)}, new_key{key("two", 2)};
    const std::vector<std::vector<ClusterKey>> stages{
        old_key, {old_key[0], new_key[0]}, {new_key[0], old_key[0]}, new_key};
    for (std::size_t i = 0; i + 1 < stages.size(); ++i) {
        const Sealer before(stages[i]), after(stages[i + 1]);
        CHECK(after.open(*before.seal(kText)) == kText);
        CHECK(before.open(*after.seal(kText)) == kText);
    }
    CHECK(Sealer(stages[2]).key_name() == "two");
    CHECK_FALSE(Sealer(new_key).open(*Sealer(old_key).seal(kText)));
}

#include "net/link/seal.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/base/check.hpp"
#include "core/proto/heartbeat.hpp"

namespace mmm::net {
namespace {

constexpr std::string_view kBegin = "SEALED|1|";
constexpr std::string_view kPurpose = "mmm datagram 1";
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kTagLetters = 2 * kTagBytes;

using Digest = std::array<unsigned char, 32>;

template <class Bytes>
Digest hmac(const Bytes& key, std::string_view text) {
    Digest digest{};
    unsigned size = 0;
    const auto* data = reinterpret_cast<const unsigned char*>(text.data());
    const auto* done =
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, text.size(), digest.data(), &size);
    MMM_CHECK(done != nullptr && size == digest.size());  // fails for want of memory only
    return digest;
}

/// The tag of what is before it.
template <class Bytes>
std::string tag(const Bytes& key, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const Digest digest = hmac(key, text);
    std::string out;
    for (std::size_t i = 0; i < kTagBytes; ++i) {
        out += kHex[digest.at(i) >> 4U];
        out += kHex[digest.at(i) & 15U];
    }
    return out;
}

}  // namespace

Sealer::Sealer(const std::vector<ClusterKey>& keys) {
    MMM_CHECK(!keys.empty());
    for (const auto& key : keys) keys_.push_back({key.name, hmac(key.secret, kPurpose)});
}

std::size_t Sealer::longest_text() const {
    return proto::kMaxDatagram - kBegin.size() - key_name().size() - kTagLetters - 2;
}

Result<std::string> Sealer::seal(std::string_view text) const {
    if (text.size() > longest_text())
        return fail(Code::invalid, "a datagram's text has at most " + std::to_string(longest_text()) + " bytes");
    std::string out(kBegin);
    out.append(key_name()).append("|").append(text);
    const std::string proof = tag(keys_.front().bytes, out);
    return out.append("|").append(proof);
}

Result<std::string> Sealer::open(std::string_view datagram) const {
    const auto unsealed = [] { return fail(Code::invalid, "it isn't sealed with a cluster key"); };
    if (!looks_sealed(datagram) || datagram.size() > proto::kMaxDatagram) return unsealed();
    const auto name_end = datagram.find('|', kBegin.size());
    // At least: the `|` behind the name, and the tag with its own.
    if (name_end == std::string_view::npos || datagram.size() < name_end + 2 + kTagLetters) return unsealed();
    const auto name = datagram.substr(kBegin.size(), name_end - kBegin.size());
    const auto covered = datagram.substr(0, datagram.size() - kTagLetters - 1);
    const auto proof = datagram.substr(datagram.size() - kTagLetters);
    if (!is_key_name(name) || datagram[covered.size()] != '|') return unsealed();
    for (const auto& key : keys_) {
        if (key.name != name) continue;
        const std::string wanted = tag(key.bytes, covered);
        if (CRYPTO_memcmp(wanted.data(), proof.data(), kTagLetters) != 0)
            return fail(Code::refused,
                        "its seal is wrong: its key named '" + key.name + "' isn't ours, or it was forged or damaged");
        return std::string(covered.substr(name_end + 1));
    }
    return fail(Code::not_found,
                "it is sealed with a key named '" + std::string(name) + "', which isn't in our key_file");
}

bool looks_sealed(std::string_view datagram) {
    return datagram.starts_with(kBegin);
}

}  // namespace mmm::net

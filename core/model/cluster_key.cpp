#include "core/model/cluster_key.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mmm {

namespace {

constexpr std::string_view kForm = "mmm-key-1";
constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t kSecretLetters = (ClusterKey::kBytes * 8 + 4) / 5;
constexpr std::size_t kChecksumLetters = 8;
constexpr std::size_t kMostNameLetters = 32;
constexpr std::size_t kMostKeys = 2;
constexpr std::string_view kCopyAgain = "copy the whole line again";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
    return out;
}

/// CRC-32 as in Ethernet (polynomial 04C11DB7, reflected): finds all errors within 32 neighbouring bits.
class Crc32 {
  public:
    void add(std::uint8_t byte) {
        state_ ^= byte;
        for (int bit = 0; bit < 8; ++bit) state_ = (state_ >> 1U) ^ ((state_ & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    [[nodiscard]] std::uint32_t value() const { return ~state_; }

  private:
    std::uint32_t state_ = ~0U;
};

std::string checksum(const ClusterKey& key) {
    Crc32 crc;
    for (const char c : key.name) crc.add(static_cast<std::uint8_t>(c));
    crc.add(':');
    for (const auto byte : key.secret) crc.add(byte);
    return fmt::format("{:08x}", crc.value());
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (auto cut = text.find(at); cut != std::string_view::npos; cut = text.find(at)) {
        parts.push_back(text.substr(0, cut));
        text.remove_prefix(cut + 1);
    }
    parts.push_back(text);
    return parts;
}

std::string_view trimmed(std::string_view line) {
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return {};
    return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

Result<void> read_secret(std::string_view text, ClusterKey& key) {
    if (text.size() != kSecretLetters)
        return fail(Code::invalid, fmt::format("the key's secret has {} characters instead of {}; {}", text.size(),
                                               kSecretLetters, kCopyAgain));
    std::uint32_t bits = 0;
    unsigned held = 0;
    std::size_t byte = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto value = kBase32.find(lower(text[i]));
        if (value == std::string_view::npos)
            return fail(Code::invalid,
                        fmt::format("character {} of the key's secret is none of a-z and 2-7; {}", i + 1, kCopyAgain));
        bits = (bits << 5U) | static_cast<std::uint32_t>(value);
        held += 5;
        if (held < 8) continue;
        held -= 8;
        key.secret.at(byte++) = static_cast<std::uint8_t>(bits >> held);
        bits &= (1U << held) - 1;
    }
    if (bits != 0)
        return fail(Code::invalid, fmt::format("the key's secret ends with a mistyped character; {}", kCopyAgain));
    return {};
}

}  // namespace

bool is_key_name(std::string_view text) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !text.empty() && text.size() <= kMostNameLetters &&
           text.find_first_not_of(kLetters) == std::string_view::npos;
}

std::string base32_text(const std::uint8_t* bytes, std::size_t count) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (std::size_t i = 0; i < count; ++i) {
        bits = (bits << 8U) | bytes[i];
        for (held += 8; held >= 5; held -= 5) out += kBase32[(bits >> (held - 5)) & 31U];
        bits &= (1U << held) - 1;
    }
    if (held > 0) out += kBase32[(bits << (5 - held)) & 31U];
    return out;
}

std::string cluster_key_text(const ClusterKey& key) {
    return fmt::format("{}:{}:{}:{}", kForm, key.name, base32_text(key.secret.data(), key.secret.size()),
                       checksum(key));
}

Result<ClusterKey> parse_cluster_key(std::string_view line) {
    const auto parts = split(line, ':');
    if (parts[0] != kForm)
        return fail(Code::invalid,
                    fmt::format("this is no key of mmm, which begins with {}:; make one by `mmm keygen`", kForm));
    if (parts.size() != 4)
        return fail(Code::invalid, fmt::format("the key has {} parts instead of 4; {}", parts.size(), kCopyAgain));
    if (!is_key_name(parts[1]))
        return fail(Code::invalid,
                    fmt::format("the key's name isn't 1 to {} of A-Z a-z 0-9 . _ -; {}", kMostNameLetters, kCopyAgain));
    ClusterKey key{std::string(parts[1]), {}};
    if (auto read = read_secret(parts[2], key); !read) return tl::make_unexpected(read.error());
    if (parts[3].size() != kChecksumLetters)
        return fail(Code::invalid, fmt::format("the key's checksum has {} characters instead of {}; {}",
                                               parts[3].size(), kChecksumLetters, kCopyAgain));
    if (lower(parts[3]) != checksum(key))
        return fail(Code::invalid,
                    fmt::format("the key's checksum doesn't fit: something in the line was mistyped; {}", kCopyAgain));
    return key;
}

Result<std::vector<ClusterKey>> parse_key_file(std::string_view text) {
    std::vector<ClusterKey> keys;
    std::size_t number = 0;
    for (const auto whole : split(text, '\n')) {
        ++number;
        const auto line = trimmed(whole);
        if (line.empty() || line.front() == '#') continue;
        const auto refuse = [number](std::string_view why) {
            return fail(Code::invalid, fmt::format("line {}: {}", number, why));
        };
        auto key = parse_cluster_key(line);
        if (!key) return refuse(key.error().message);
        if (keys.size() == kMostKeys) return refuse("this is a third key; leave the new one and the one it replaces");
        if (!keys.empty() && keys.front().name == key->name)
            return refuse(fmt::format("both keys are named '{}'; give the new one a name of its own", key->name));
        keys.push_back(std::move(*key));
    }
    if (keys.empty()) return fail(Code::invalid, "there is no key in it; make one by `mmm keygen`");
    return keys;
}

}  // namespace mmm

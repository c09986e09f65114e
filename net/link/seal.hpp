#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/model/cluster_key.hpp"

namespace mmm::net {

/// Proves that a datagram comes from somebody who has the cluster key, and that no bit of it was changed. It doesn't
/// hide what is said, nor does it say when: a recording has a good seal as well, so what is inside must tell it apart.
///
/// A sealed datagram is one line of text, `SEALED|1|KEY NAME|text|TAG`. TAG is the first half of the HMAC-SHA256 of all
/// that is before it and its `|`, in 32 lower-case hex digits. The HMAC's key is derived from the cluster key: the
/// HMAC-SHA256 of `mmm datagram 1` with it.
///
/// A few microseconds a datagram; may be used from any thread.
class Sealer {
  public:
    /// The first key seals, all of them open. Precondition: there is one.
    explicit Sealer(const std::vector<ClusterKey>& keys);

    /// The name of the key that seals.
    [[nodiscard]] const std::string& key_name() const { return keys_.front().name; }
    /// The longest text that can be sealed, in bytes.
    [[nodiscard]] std::size_t longest_text() const;

    /// The datagram for `text`. Errors: Code::invalid when it is longer than longest_text().
    [[nodiscard]] Result<std::string> seal(std::string_view text) const;

    /// The text in a sealed datagram. Errors: Code::invalid (not sealed), Code::not_found (sealed with a key of a name
    /// that isn't ours), Code::refused (the seal is wrong: another key of the same name, or forged or damaged). The
    /// message is the reason, for a log.
    [[nodiscard]] Result<std::string> open(std::string_view datagram) const;

  private:
    struct Key {
        std::string name;
        std::array<unsigned char, 32> bytes;
    };
    std::vector<Key> keys_;
};

/// True for what begins as a sealed datagram does.
bool looks_sealed(std::string_view datagram);

}  // namespace mmm::net

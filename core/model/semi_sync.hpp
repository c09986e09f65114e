#pragma once

#include <cstdint>
#include <string>

#include "core/base/time.hpp"

namespace mmm {

/// Semi-synchronous replication of one server, as it shows it, in both of its parts.
struct SemiSync {
    bool enabled = false;       ///< as a source: switched on
    bool active = false;        ///< as a source: commits wait; false while enabled: it has fallen back to asynchronous
    bool after_sync = false;    ///< wait point AFTER_SYNC: nobody sees a row before it is acknowledged
    std::uint32_t clients = 0;  ///< replicas that acknowledge to it
    std::uint32_t needed = 1;   ///< so many of them have to
    std::uint32_t waiting = 0;  ///< sessions that wait for an acknowledgement now
    Duration oldest{0};         ///< how long the first of them has waited
    Duration timeout{0};        ///< after such a wait it falls back
    bool acknowledges = false;  ///< as a replica: it acknowledges to its source

    bool operator==(const SemiSync&) const = default;
};

/// "off", "on", or "async": switched on, and fallen back to asynchronous replication.
inline std::string word_of(const SemiSync& semi_sync) {
    if (!semi_sync.enabled) return "off";
    return semi_sync.active ? "on" : "async";
}

}  // namespace mmm

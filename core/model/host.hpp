#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mmm {

using HostName = std::string;

/// May the host be a writer (one of two masters), or does it only replicate?
enum class HostMode { master, slave };

/// The host states of MMM. Only ONLINE hosts hold roles.
enum class HostState {
    unknown,  ///< before start-up has decided
    online,
    admin_offline,
    hard_offline,
    awaiting_recovery,
    replication_fail,
    replication_delay,
};

inline constexpr std::array<std::pair<HostState, std::string_view>, 7> kHostStateWords{{
    {HostState::unknown, "UNKNOWN"},
    {HostState::online, "ONLINE"},
    {HostState::admin_offline, "ADMIN_OFFLINE"},
    {HostState::hard_offline, "HARD_OFFLINE"},
    {HostState::awaiting_recovery, "AWAITING_RECOVERY"},
    {HostState::replication_fail, "REPLICATION_FAIL"},
    {HostState::replication_delay, "REPLICATION_DELAY"},
}};

/// The word that status file, wire and `show` use.
inline std::string_view word(HostState state) {
    for (const auto& [value, text] : kHostStateWords) {
        if (value == state) return text;
    }
    return "UNKNOWN";
}

/// The state for a word; nothing for any other text.
inline std::optional<HostState> host_state(std::string_view text) {
    for (const auto& [value, state_word] : kHostStateWords) {
        if (state_word == text) return value;
    }
    return std::nullopt;
}

inline std::string_view word(HostMode mode) {
    return mode == HostMode::master ? "master" : "slave";
}

}  // namespace mmm

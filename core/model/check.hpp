#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/model/host.hpp"

namespace mmm {

/// What the monitor checks on each host.
enum class CheckKind { ping, mysql, rep_backlog, rep_threads };

inline constexpr std::array<std::pair<CheckKind, std::string_view>, 4> kCheckWords{{
    {CheckKind::ping, "ping"},
    {CheckKind::mysql, "mysql"},
    {CheckKind::rep_backlog, "rep_backlog"},
    {CheckKind::rep_threads, "rep_threads"},
}};

inline std::string_view word(CheckKind kind) {
    for (const auto& [value, text] : kCheckWords) {
        if (value == kind) return text;
    }
    return "?";
}

inline std::optional<CheckKind> check_kind(std::string_view text) {
    for (const auto& [value, kind_word] : kCheckWords) {
        if (kind_word == text) return value;
    }
    return std::nullopt;
}

/// How one run of a check ended.
enum class Outcome {
    ok,
    failed_soft,  ///< a time-out or the like: has to last before it counts
    failed_hard,  ///< refused or reset while the host answers: counts at once when the agent agrees
    unknown,      ///< says nothing about the host (too many connections, can't log in): changes nothing
};

/// Settings of a server that replication rests on. Words and switches that it doesn't have are absent.
struct ServerSettings {
    std::string version;       ///< for people: "MariaDB 10.11.19"
    std::uint32_t series = 0;  ///< to compare: 1011 for 10.11; 0: unknown
    bool mariadb = false;
    std::map<std::string, std::string> variables;  ///< by name, as the server spells both
    std::string filters;         ///< of the cluster's channel: "Replicate_Do_DB=app; ..."; empty: none
    bool tls_to_source = false;  ///< the channel is set to TLS
    bool checks_source = false;  ///< and to look whose certificate it is

    bool operator==(const ServerSettings&) const = default;
};

/// How a server is set up for replication, as far as a check came by it; nothing: it didn't.
struct ReplicationSetup {
    std::optional<std::uint32_t> auto_increment_increment;
    std::optional<std::uint32_t> auto_increment_offset;
    std::optional<std::string> source;  ///< whom it replicates from, as written there; empty: from nobody
    std::optional<ServerSettings> settings{};

    bool operator==(const ReplicationSetup&) const = default;
};

/// One run of one check on one host. `message` is what `checks` shows after `OK: ` or `ERROR: `.
struct CheckReport {
    HostName host;
    CheckKind kind = CheckKind::ping;
    Outcome outcome = Outcome::unknown;
    std::string message;
    ReplicationSetup setup = {};
    std::optional<std::chrono::seconds> behind = {};  ///< rep_backlog: how far, if that is known

    bool operator==(const CheckReport&) const = default;
};

}  // namespace mmm

#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/config/toml.hpp"
#include "core/config/validate.hpp"

namespace mmm::config::test {

/// A cluster without a fault or a doubt, which each case spoils.
inline constexpr const char* kClean = R"(active_master_role = "writer"
[monitor]
ip = "192.168.10.135"
ping_ips = ["192.168.10.1", "192.168.10.131"]
[defaults.host]
agent_user = "mmm_agent"
agent_password_file = "agent.password"
monitor_user = "mmm_monitor"
monitor_password_file = "monitor.password"
replication_user = "replication"
replication_password_file = "replication.password"
[host.db1]
ip = "192.168.10.131"
mode = "master"
peer = "db2"
[host.db2]
ip = "192.168.10.132"
mode = "master"
peer = "db1"
[host.db3]
ip = "192.168.10.133"
mode = "slave"
[host.db4]
ip = "192.168.10.134"
mode = "slave"
[role.writer]
mode = "exclusive"
hosts = ["db1", "db2"]
ips = ["192.168.10.128"]
[role.reader]
mode = "balanced"
hosts = ["db3", "db4"]
ips = ["192.168.10.129", "192.168.10.130"]
[check.default]
check_period = "1s"
trap_period = "3s"
timeout = "500ms"
[check.rep_backlog]
max_backlog = "60s"
[security]
plain = true
)";

/// One way to spoil the clean cluster, and what is said about it, a line for each finding.
struct Case {
    const char* name;
    std::vector<std::pair<std::string, std::string>> edits;  ///< what is replaced (its first occurrence), by what
    std::string expected;
};

inline std::string text_of(const std::vector<std::pair<std::string, std::string>>& edits) {
    std::string text = kClean;
    for (const auto& [from, to] : edits) {
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        text.replace(at, from.size(), to);
    }
    return text;
}

inline std::string findings_of(const Case& each) {
    std::string out;
    for (const auto& finding : all_findings(read_toml("t.toml", text_of(each.edits)))) out += text(finding) + "\n";
    return out;
}

}  // namespace mmm::config::test

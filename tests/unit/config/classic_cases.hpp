#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/config/classic.hpp"
#include "core/config/validate.hpp"

namespace mmm::config::test {

/// The five hosts in one classic file, for monitor and agents, without a fault or a doubt.
inline constexpr const char* kClassic = R"(active_master_role writer
<monitor>
  ip 192.168.10.135
  ping_ips 192.168.10.1, 192.168.10.131
</monitor>
<host default>
  cluster_interface eth0
  agent_user mmm_agent
  agent_password agent
  monitor_user mmm_monitor
  monitor_password monitor
  replication_user replication
  replication_password replication
</host>
<host db1>
  ip 192.168.10.131
  mode master
  peer db2
</host>
<host db2>
  ip 192.168.10.132
  mode master
  peer db1
</host>
<host db3>
  ip 192.168.10.133
  mode slave
</host>
<host db4>
  ip 192.168.10.134
  mode slave
</host>
<role writer>
  hosts db1, db2
  ips 192.168.10.128
  mode exclusive
</role>
<role reader>
  hosts db3, db4
  ips 192.168.10.129, 192.168.10.130
  mode balanced
</role>
)";

/// Files by name, instead of a disk.
using Files = std::map<std::string, std::string>;

inline Include from(const Files& files) {
    return [files](const std::string& name, const std::string&) -> Result<IncludedFile> {
        const auto found = files.find(name);
        if (found == files.end()) return fail(Code::not_found, "there is no file \"" + name + "\"");
        return IncludedFile{name, found->second};
    };
}

inline Loaded classic(const std::string& text, const Files& files = {}) {
    return read_classic("t.conf", text, from(files));
}

inline std::string all_text(const std::vector<Finding>& findings) {
    std::string out;
    for (const auto& finding : findings) out += text(finding) + "\n";
    return out;
}

inline std::string classic_findings(const std::string& text, Purpose purpose = Purpose::monitor,
                                    const Files& files = {}) {
    return all_text(all_findings(classic(text, files), purpose));
}

/// The clean cluster with the first occurrence of each `from` replaced.
inline std::string spoiled(const std::vector<std::pair<std::string, std::string>>& edits) {
    std::string text = kClassic;
    for (const auto& [from, to] : edits) {
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        text.replace(at, from.size(), to);
    }
    return text;
}

/// One way to spoil it, and what is said about it.
struct ClassicCase {
    const char* name;
    std::vector<std::pair<std::string, std::string>> edits;
    std::string expected;
};

inline void check_all(const std::vector<ClassicCase>& cases) {
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(classic_findings(spoiled(each.edits)) == each.expected);
    }
}

}  // namespace mmm::config::test

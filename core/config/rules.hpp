#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/config/config.hpp"
#include "core/config/finding.hpp"

namespace mmm::config {

/// What the rules of validation work on: the configuration, the places in the file, and the findings so far.
class Rules {
  public:
    Rules(const Config& of, const Where& places) : config(of), where(places) {}

    /// Both report at the best known place of `path`.
    void fault(const std::string& path, std::string message, std::string remedy = {});
    void doubt(const std::string& path, std::string message, std::string remedy = {});

    /// A fault unless `value` is empty or a path from the root on. `subject` begins the message: `"pid_path"`.
    void must_be_absolute(const std::string& path, std::string_view subject, const std::string& value);

    /// `host.db1`, the path of a host's section, and so on.
    static std::string path(const Host& host) { return "host." + host.name; }
    static std::string path(const Role& role) { return "role." + role.name; }
    static std::string path(const Role& role, std::string_view list, std::size_t index);

    /// The section that holds the host's value of `key`: a value of `[defaults.host]` is told about once, not for
    /// each host, as findings equal to an earlier one are dropped.
    [[nodiscard]] std::string holder(const Host& host, const std::string& key) const;

    /// ` (mmm.toml:12)`, to point at the other half of a contradiction; empty when its line isn't known.
    [[nodiscard]] std::string see(const std::string& path) const;

    /// The remedy for a host name that isn't in the file.
    [[nodiscard]] std::string unknown_host_remedy(const std::string& name) const;

    const Config& config;
    const Where& where;
    std::vector<Finding> findings;

  private:
    void add(Finding finding);

    std::set<std::pair<Location, std::string>> told_;
};

// The rules by theme; each reads the configuration and adds findings.
void check_names(Rules& rules);
void check_hosts(Rules& rules);
void check_peers(Rules& rules);
void check_roles(Rules& rules);
void check_writer_role(Rules& rules);
void check_addresses(Rules& rules);
void check_networks(Rules& rules);
void check_monitor(Rules& rules);
void check_socket(Rules& rules);
void check_checks(Rules& rules);
void check_credentials(Rules& rules);

}  // namespace mmm::config

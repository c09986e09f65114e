#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/config/config.hpp"
#include "core/config/finding.hpp"
#include "core/config/purpose.hpp"
#include "core/config/spelling.hpp"

namespace mmm::config {

/// What must be there. TOML files serve all programs and need everything; a classic one needs what its program uses.
struct Needs {
    bool monitor = true;        ///< a monitor that can do its work
    bool monitor_place = true;  ///< where the monitor listens
    bool cluster = true;        ///< hosts and roles
    bool agent_users = true;
    bool monitor_users = true;
    bool replication_users = true;
    bool self = false;  ///< the agent's own name, for lack of which addresses are compared
};

Needs needs_of(Format format, Purpose purpose);

/// What the rules of validation work on: the configuration, the places in the file, and the findings so far.
class Rules {
  public:
    Rules(const Config& of, const Where& places, Purpose purpose)
        : config(of), where(places), needs(needs_of(places.format(), purpose)) {}

    /// Both report at the best known place of `path`.
    void fault(const std::string& path, std::string message, std::string remedy = {});
    void doubt(const std::string& path, std::string message, std::string remedy = {});

    /// A fault unless `value` is empty or a path from the root on. `subject` begins the message: `"pid_path"`.
    void must_be_absolute(const std::string& path, std::string_view subject, const std::string& value);

    /// `host.db1`, the path of a host's section, and so on.
    static std::string path(const Host& host) { return "host." + host.name; }
    static std::string path(const Role& role) { return "role." + role.name; }
    static std::string path(const Role& role, std::string_view list, std::size_t index);

    // Titles and settings as the file writes them; see spelling.hpp.
    [[nodiscard]] std::string section(std::string_view of_path) const { return section_text(where.format(), of_path); }
    [[nodiscard]] std::string section(const Host& host) const { return section(path(host)); }
    [[nodiscard]] std::string setting(std::string_view key, std::string_view value) const {
        return setting_text(where.format(), key, value);
    }
    [[nodiscard]] std::string list_setting(std::string_view key, std::string_view element) const {
        return list_setting_text(where.format(), key, element);
    }
    [[nodiscard]] std::string time(Duration time) const { return time_text(where.format(), time); }

    /// The section that holds the host's value of `key`: a value of `[defaults.host]` is told about once, not for
    /// each host, as findings equal to an earlier one are dropped.
    [[nodiscard]] std::string holder(const Host& host, const std::string& key) const;

    /// ` (mmm.toml:12)`, to point at the other half of a contradiction; empty when its line isn't known.
    [[nodiscard]] std::string see(const std::string& path) const;

    /// The remedy for a host name that isn't in the file.
    [[nodiscard]] std::string unknown_host_remedy(const std::string& name) const;

    const Config& config;
    const Where& where;
    const Needs needs;
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
void check_quorum(Rules& rules);
void check_socket(Rules& rules);
void check_security(Rules& rules);
void check_checks(Rules& rules);
void check_credentials(Rules& rules);

}  // namespace mmm::config

#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/config.hpp"
#include "net/host/log.hpp"
#include "net/host/privileges.hpp"

namespace mmm {

/// The user that daemons become when root starts them, unless --user names another.
inline constexpr const char* kServiceUser = "mmm";

/// What a daemon does that a user may lack the rights for.
struct DaemonFiles {
    std::vector<std::string> written;     ///< written anew as long as it runs, their locks and copies beside them
    std::vector<std::string> wished;      ///< the same, but a daemon starts without
    std::vector<std::string> read_again;  ///< at SIGHUP
    std::string pid;                      ///< removed at the end; may be empty
};

/// What a daemon may be.
struct ServiceRights {
    std::string user;              ///< of --user; empty: kServiceUser, or root where that isn't there
    bool original = false;         ///< called by a name of MMM 2.2, which never gave root's rights up
    net::Capabilities needed = 0;  ///< as long as it runs
    DaemonFiles files;
};

/// What the monitor and the agent need as long as they run.
net::Capabilities rights_of_monitor();
net::Capabilities rights_of_agent();

/// The files that the daemons write and read again.
DaemonFiles files_of_monitor(const config::Config& config);
DaemonFiles files_of_agent(const config::Config& config, const HostName& self);

/// Started by root, this process gives its files to the user and becomes that user; it keeps what starting takes
/// (ports, certificates, a look at who has a port), and the next step takes that. Who isn't root stays who it is. What
/// people should know goes to the log. Must be called before any thread is started. Errors: no such user, it can't
/// write where it has to, or the kernel refuses; with the remedy.
Result<void> become_service_user(const ServiceRights& rights, net::Logger& log);

/// The second step, when the start is done: only what is needed is left. Errors: the kernel refuses.
Result<void> give_up_rights(const ServiceRights& rights, net::Logger& log);

}  // namespace mmm

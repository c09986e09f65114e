#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/config_file.hpp"
#include "cmd/daemon_options.hpp"
#include "cmd/pid_file.hpp"
#include "cmd/service_user.hpp"
#include "core/base/result.hpp"
#include "net/host/daemon.hpp"
#include "net/host/log.hpp"

namespace mmm {

/// How a daemon is to be started.
struct DaemonPlan {
    DaemonProgram program;
    DaemonOptions options;
    std::vector<config::Finding> doubts;  ///< about the configuration, for the log
    bool debug = false;                   ///< the configuration's key
    std::string pid_path;                 ///< the configuration's key; may be empty
    net::Capabilities needed = 0;         ///< as long as it runs
    DaemonFiles files;                    ///< without the pid file
};

/// A daemon's process, ready for the application to start in.
struct DaemonProcess {
    net::Starter starter;
    PidFile pid_file;
    net::Logger log;
    ServiceRights rights;
};

/// The process to go on in, or the exit status to end with at once.
struct DaemonLaunch {
    std::optional<DaemonProcess> process;
    int exit = 0;
};

/// Writes the pid file, opens the log and becomes the service's user, in this process or, for an original program, in
/// one in the background; then this one waits until that one is ready. Must be called before any thread is started.
DaemonLaunch launch(const DaemonPlan& plan);

/// Which cluster a daemon serves, for those that collide with it: "cluster 'shop', /etc/mmm/shop.toml".
std::string about_cluster(const ConfigChoice& choice, const config::Config& config, const std::string& path);

/// Says why a daemon can't start, one line a fault, on stderr or to who waits for it.
void say_cannot_start(const DaemonProgram& program, const Error& error);

/// Starts the application that `make_app` makes of a logger, and runs it to its end; returns the exit status.
template <class MakeApp>
int run_daemon(const DaemonPlan& plan, const MakeApp& make_app) {
    auto launched = launch(plan);
    if (!launched.process) return launched.exit;
    net::Starter& starter = launched.process->starter;
    const auto app = make_app(launched.process->log);
    auto ready = app->prepare();
    if (ready) ready = give_up_rights(launched.process->rights, launched.process->log);
    if (!ready) {
        if (starter.waits())
            starter.failed(ready.error().message);
        else
            say_cannot_start(plan.program, ready.error());
        return 1;
    }
    app->run([&starter] { starter.ready(); });
    return 0;
}

}  // namespace mmm

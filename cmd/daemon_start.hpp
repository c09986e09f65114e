#pragma once

#include <csignal>

#include "cmd/config_file.hpp"
#include "cmd/daemon_options.hpp"
#include "cmd/pid_file.hpp"
#include "core/base/result.hpp"
#include "net/host/log.hpp"

namespace mmm {

/// `debug`: the configuration's key, which asks for the same as --log-level debug.
net::Logger start_logger(const DaemonOptions& options, bool debug);

/// Logs what is doubtful about the configuration, each with its place and remedy.
void log_doubts(const LoadedConfig& loaded, net::Logger& log);

/// Says why a daemon can't start, one line a fault, on stderr.
void say_cannot_start(const Error& error);

/// prepare() and run() of a daemon, with its process id in `pid_path` meanwhile; returns the exit status.
template <class App>
int run_daemon(App& app, const std::string& pid_path) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets without MSG_NOSIGNAL
    if (const auto ready = app.prepare(); !ready) {
        say_cannot_start(ready.error());
        return 1;
    }
    const auto pid_file = PidFile::write(pid_path);
    if (!pid_file) {
        say_cannot_start(pid_file.error());
        return 1;
    }
    app.run();
    return 0;
}

}  // namespace mmm

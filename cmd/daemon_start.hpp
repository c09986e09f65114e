#pragma once

#include <csignal>

#include "cmd/config_file.hpp"
#include "cmd/daemon_options.hpp"
#include "core/base/result.hpp"
#include "net/host/log.hpp"

namespace mmm {

net::Logger start_logger(const DaemonOptions& options);

/// Logs what is doubtful about the configuration, each with its place and remedy.
void log_doubts(const LoadedConfig& loaded, net::Logger& log);

/// Says why a daemon can't start, one line a fault, on stderr.
void say_cannot_start(const Error& error);

/// prepare() and run() of a daemon; returns the exit status.
template <class App>
int run_daemon(App& app) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets without MSG_NOSIGNAL
    if (const auto ready = app.prepare(); !ready) {
        say_cannot_start(ready.error());
        return 1;
    }
    app.run();
    return 0;
}

}  // namespace mmm

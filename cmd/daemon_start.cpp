#include "cmd/daemon_start.hpp"

#include <cstdio>

namespace mmm {

net::Logger start_logger(const DaemonOptions& options, bool debug) {
    net::LogOptions log;
    log.form = options.log_form;
    log.level = debug ? LogLevel::debug : options.log_level;
    return net::Logger(log);
}

void log_doubts(const LoadedConfig& loaded, net::Logger& log) {
    for (const auto& doubt : loaded.doubts) {
        log.warning("configuration", {{"at", doubt.where.file + ":" + std::to_string(doubt.where.line)},
                                      {"doubt", doubt.message},
                                      {"remedy", doubt.remedy}});
    }
}

void say_cannot_start(const Error& error) {
    const std::string text = "mmm: can't start: " + error.message + "\n";
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace mmm

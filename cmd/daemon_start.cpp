#include "cmd/daemon_start.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include "cmd/daemon_log.hpp"

namespace mmm {
namespace {

/// A start opens files and ports and waits for nobody; this is for a machine that is very busy.
constexpr Duration kStartTime{30'000};

/// What the files of an original program are called: "mmm_mond", "mmm_mond_shop".
std::string file_name(const DaemonPlan& plan) {
    const std::string& cluster = plan.options.config.cluster;
    return plan.program.name + (cluster.empty() ? "" : "_" + cluster);
}

std::string pid_path(const DaemonPlan& plan) {
    if (!plan.pid_path.empty() || !plan.program.original) return plan.pid_path;
    return "/run/mmm/" + file_name(plan) + ".pid";
}

bool goes_to_background(const DaemonPlan& plan) {
    return plan.program.original && !plan.debug;
}

Result<net::LogOptions> log_options(const DaemonPlan& plan) {
    if (goes_to_background(plan)) return open_background_log(file_name(plan));
    net::LogOptions log;
    log.form = plan.options.log_form;
    log.level = plan.debug ? LogLevel::debug : plan.options.log_level;
    return log;
}

void log_doubts(const std::vector<config::Finding>& doubts, net::Logger& log) {
    for (const auto& doubt : doubts) {
        log.warning("configuration", {{"at", doubt.where.file + ":" + std::to_string(doubt.where.line)},
                                      {"doubt", doubt.message},
                                      {"remedy", doubt.remedy}});
    }
}

/// In the process that stays.
Result<DaemonProcess> settle(const DaemonPlan& plan) {
    auto pid_file = PidFile::write(pid_path(plan));
    const bool needed = plan.program.original || (!pid_file && pid_file.error().code == Code::busy);
    if (!pid_file && needed) return tl::make_unexpected(pid_file.error());
    const auto options = log_options(plan);
    if (!options) return tl::make_unexpected(options.error());
    ServiceRights rights{plan.options.user, plan.program.original, plan.needed, plan.files};
    rights.files.pid = pid_file ? pid_path(plan) : "";
    DaemonProcess process{net::Starter(), pid_file ? std::move(*pid_file) : PidFile(), net::Logger(*options),
                          std::move(rights)};
    // A classic file names a place for root; whoever runs us in the foreground knows our process id anyway.
    if (!pid_file) process.log.warning("no pid file", {{"reason", pid_file.error().message}});
    log_doubts(plan.doubts, process.log);
    if (auto done = become_service_user(process.rights, process.log); !done) return tl::make_unexpected(done.error());
    return process;
}

}  // namespace

DaemonLaunch launch(const DaemonPlan& plan) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets without MSG_NOSIGNAL
    net::Starter starter;
    if (goes_to_background(plan)) {
        auto forked = net::fork_daemon(kStartTime);
        if (!forked.child) {
            if (!forked.start) say_cannot_start(plan.program, forked.start.error());
            return {std::nullopt, forked.start ? 0 : 1};
        }
        starter = std::move(*forked.child);
    }
    auto process = settle(plan);
    if (!process) {
        if (starter.waits())
            starter.failed(process.error().message);
        else
            say_cannot_start(plan.program, process.error());
        return {std::nullopt, 1};
    }
    process->starter = std::move(starter);
    return {std::move(*process), 0};
}

std::string about_cluster(const ConfigChoice& choice, const config::Config& config, const std::string& path) {
    const std::string& name = choice.cluster.empty() ? config.cluster : choice.cluster;
    std::error_code failed;
    const auto whole = std::filesystem::absolute(path, failed);
    return (name.empty() ? "" : "cluster '" + name + "', ") + (failed ? path : whole.string());
}

void say_cannot_start(const DaemonProgram& program, const Error& error) {
    const std::string who = program.original ? program.name : "mmm";
    const std::string text = who + ": can't start: " + error.message + "\n";
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace mmm

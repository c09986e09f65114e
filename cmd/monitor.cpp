#include "cmd/monitor.hpp"

#include <memory>

#include "cmd/config_key.hpp"
#include "cmd/config_mysql_ca.hpp"
#include "cmd/config_secrets.hpp"
#include "cmd/daemon_start.hpp"
#include "cmd/monitor_app.hpp"

namespace mmm {
namespace {

int run_monitor(const DaemonProgram& program, std::vector<std::string> arguments) {
    const auto parsed = parse_daemon_options(program, std::move(arguments));
    if (!parsed.options) return parsed.exit;
    const auto refuse = [&](const Error& error) {
        say_cannot_start(program, error);
        return 1;
    };
    auto found = find_config(parsed.options->config, program.purpose);
    if (!found) return refuse(found.error());
    auto loaded = load_config(found->path, program.purpose);
    if (!loaded) return refuse(loaded.error());
    if (const auto secrets = read_monitor_secrets(loaded->config, found->path); !secrets)
        return refuse(secrets.error());
    if (const auto keys = read_cluster_keys(loaded->config, found->path, KeyUse::control); !keys)
        return refuse(keys.error());
    if (const auto known = find_mysql_authorities(loaded->config, found->path); !known) return refuse(known.error());
    if (found->doubt) loaded->doubts.push_back(std::move(*found->doubt));

    config::Config& config = loaded->config;
    const std::string about = about_cluster(parsed.options->config, config, found->path);
    const DaemonPlan plan{program,
                          *parsed.options,
                          std::move(loaded->doubts),
                          config.debug,
                          config.monitor.pid_path,
                          rights_of_monitor(),
                          files_of_monitor(config)};
    return run_daemon(
        plan, [&](net::Logger log) { return std::make_unique<MonitorApp>(std::move(config), about, std::move(log)); });
}

}  // namespace

int monitor_main(std::vector<std::string> arguments) {
    return run_monitor(kMonitor, std::move(arguments));
}

int mmm_mond_main(std::vector<std::string> arguments) {
    return run_monitor(kOriginalMonitor, std::move(arguments));
}

}  // namespace mmm

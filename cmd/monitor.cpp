#include "cmd/monitor.hpp"

#include "cmd/config_secrets.hpp"
#include "cmd/daemon_start.hpp"
#include "cmd/monitor_app.hpp"

namespace mmm {

int monitor_main(std::vector<std::string> arguments) {
    const auto parsed = parse_daemon_options("monitor", std::move(arguments));
    if (!parsed.options) return parsed.exit;
    auto loaded = load_config(parsed.options->config_path);
    if (!loaded) {
        say_cannot_start(loaded.error());
        return 1;
    }
    if (const auto secrets = read_monitor_secrets(loaded->config, parsed.options->config_path); !secrets) {
        say_cannot_start(secrets.error());
        return 1;
    }
    net::Logger log = start_logger(*parsed.options, loaded->config.debug);
    log_doubts(*loaded, log);
    const std::string pid_path = loaded->config.monitor.pid_path;
    MonitorApp app(std::move(loaded->config), std::move(log));
    return run_daemon(app, pid_path);
}

}  // namespace mmm

#include "cmd/agent.hpp"

#include "cmd/agent_app.hpp"
#include "cmd/config_secrets.hpp"
#include "cmd/daemon_start.hpp"
#include "cmd/identity.hpp"
#include "net/host/addresses.hpp"

namespace mmm {
namespace {

Result<HostName> find_self(const LoadedConfig& loaded, const std::string& this_option) {
    const auto local = net::local_addresses();
    if (!local) return tl::make_unexpected(local.error());
    return who_am_i(loaded.config, *local, this_option);
}

}  // namespace

int agent_main(std::vector<std::string> arguments) {
    const auto parsed = parse_daemon_options("agent", std::move(arguments));
    if (!parsed.options) return parsed.exit;
    auto loaded = load_config(parsed.options->config_path);
    if (!loaded) {
        say_cannot_start(loaded.error());
        return 1;
    }
    const auto self = find_self(*loaded, parsed.options->self);
    if (!self) {
        say_cannot_start(self.error());
        return 1;
    }
    if (const auto secrets = read_agent_secrets(loaded->config, parsed.options->config_path, *self); !secrets) {
        say_cannot_start(secrets.error());
        return 1;
    }
    net::Logger log = start_logger(*parsed.options, loaded->config.debug);
    log_doubts(*loaded, log);
    const std::string pid_path = loaded->config.host(*self)->pid_path;
    AgentApp app(std::move(loaded->config), *self, std::move(log));
    return run_daemon(app, pid_path);
}

}  // namespace mmm

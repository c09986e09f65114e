#include "cmd/agent.hpp"

#include <memory>

#include "cmd/agent_app.hpp"
#include "cmd/config_key.hpp"
#include "cmd/config_mysql_ca.hpp"
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

int run_agent(const DaemonProgram& program, std::vector<std::string> arguments) {
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
    const auto self = find_self(*loaded, parsed.options->self);
    if (!self) return refuse(self.error());
    if (const auto secrets = read_agent_secrets(loaded->config, found->path, *self); !secrets)
        return refuse(secrets.error());
    if (const auto keys = read_cluster_keys(loaded->config, found->path, KeyUse::link); !keys)
        return refuse(keys.error());
    if (const auto known = find_mysql_authorities(loaded->config, found->path); !known) return refuse(known.error());
    if (found->doubt) loaded->doubts.push_back(std::move(*found->doubt));

    config::Config& config = loaded->config;
    const DaemonPlan plan{program,
                          *parsed.options,
                          std::move(loaded->doubts),
                          config.debug,
                          config.host(*self)->pid_path,
                          rights_of_agent(),
                          files_of_agent(config, *self)};
    return run_daemon(
        plan, [&](net::Logger log) { return std::make_unique<AgentApp>(std::move(config), *self, std::move(log)); });
}

}  // namespace

int agent_main(std::vector<std::string> arguments) {
    return run_agent(kAgent, std::move(arguments));
}

int mmm_agentd_main(std::vector<std::string> arguments) {
    return run_agent(kOriginalAgent, std::move(arguments));
}

}  // namespace mmm

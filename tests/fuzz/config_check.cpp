#include "tests/fuzz/config_check.hpp"

#include "core/config/render.hpp"
#include "core/config/toml.hpp"
#include "core/config/validate.hpp"

namespace mmm::fuzz {
namespace {

void check_findings(const std::vector<config::Finding>& findings) {
    require(findings.size() <= 2 * config::kMostFindings, "findings are bounded");
    for (const auto& finding : findings) {
        for (const char letter : config::text(finding)) {
            const auto byte = static_cast<unsigned char>(letter);
            require(byte >= 0x20 && byte != 0x7f, "a finding is one line without control characters");
        }
    }
}

}  // namespace

void check_loaded(const config::Loaded& loaded) {
    for (const auto purpose : {config::Purpose::any, config::Purpose::monitor, config::Purpose::agent,
                               config::Purpose::control, config::purpose_of(loaded)})
        check_findings(config::all_findings(loaded, purpose));
    if (config::has_fault(loaded.findings) || !loaded.complete) return;
    const auto again = config::read_toml("printed", config::render(loaded.config, config::Secrets::shown));
    require(!config::has_fault(again.findings) && again.complete, "what is printed can be read");
    require(again.config == loaded.config, "what is printed says the same");
    const auto hidden = config::read_toml("printed", config::render(loaded.config, config::Secrets::hidden));
    for (const auto& [name, host] : hidden.config.hosts) {
        for (const auto* account : {&host.agent, &host.monitor, &host.replication})
            require(account->password.empty() || account->password == "***", "no password is printed");
    }
}

}  // namespace mmm::fuzz

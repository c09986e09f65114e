// Who votes about the holders of addresses.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/config/nearest.hpp"
#include "core/config/rules.hpp"

namespace mmm::config {

namespace {

constexpr std::string_view kMonitorVoter = "monitor";

std::string masters(const Config& config) {
    std::string out;
    for (const auto& [name, host] : config.hosts) {
        if (host.mode == HostMode::master) out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

std::string unknown_voter_remedy(const Rules& rules, const std::string& name) {
    if (name.empty()) return "write a host's name, or \"monitor\"";
    const bool monitor = nearest(name, {std::string(kMonitorVoter)}) == kMonitorVoter;
    return monitor ? "did you mean \"monitor\"?" : rules.unknown_host_remedy(name);
}

/// Whom the list names, of those that exist.
std::set<std::string> check_names_of_voters(Rules& rules) {
    std::set<std::string> names;
    const auto& voters = rules.config.quorum.voters;
    for (std::size_t i = 0; i < voters.size(); ++i) {
        const std::string path = fmt::format("quorum.voters[{}]", i);
        if (voters[i] != kMonitorVoter && rules.config.host(voters[i]) == nullptr)
            rules.fault(path, fmt::format("the voter \"{}\" is neither a host nor \"monitor\"", voters[i]),
                        unknown_voter_remedy(rules, voters[i]));
        else if (!names.insert(voters[i]).second)
            rules.fault(path, fmt::format("{} stands in voters twice", voters[i]), "remove one: each has one vote");
    }
    return names;
}

void check_majority(Rules& rules, const std::set<std::string>& voters) {
    // A holder that keeps its addresses goes on without a majority, but nothing moves without one.
    const bool hold = rules.config.quorum.on_loss == OnLoss::hold;
    const std::string stops =
        hold ? std::string("stops all moves")
             : fmt::format("for longer than lease ({}) stops all writes", rules.time(rules.config.lease));
    const std::string remedy = "name three voters or more: hosts, and \"monitor\"";
    if (voters.size() == 1)
        rules.doubt("quorum.voters", fmt::format("{} is the only voter: its outage {}", *voters.begin(), stops),
                    remedy);
    if (voters.size() == 2)
        rules.doubt("quorum.voters",
                    fmt::format("{} and {} are the only voters, and two of two are a majority: the outage of either {}",
                                *voters.begin(), *voters.rbegin(), stops),
                    remedy);
}

}  // namespace

void check_quorum(Rules& rules) {
    const auto& quorum = rules.config.quorum;
    if (!quorum.voters.empty()) {
        const auto voters = check_names_of_voters(rules);
        const bool has_master = std::any_of(voters.begin(), voters.end(), [&](const std::string& name) {
            const auto* host = rules.config.host(name);
            return host != nullptr && host->mode == HostMode::master;
        });
        const bool all_known = voters.size() == quorum.voters.size();
        if (all_known && !has_master && !masters(rules.config).empty())
            rules.fault("quorum.voters", "no master is a voter: none could keep writing by its own vote",
                        "add at least one of " + masters(rules.config));
        if (all_known) check_majority(rules, voters);
    } else if (rules.config.hosts.size() == 1) {
        check_majority(rules, {rules.config.hosts.begin()->first, std::string(kMonitorVoter)});
    }
    if (quorum.on_loss == OnLoss::hold && rules.needs.monitor && rules.config.monitor.kill_host_bin.empty())
        rules.doubt(
            "quorum.on_loss",
            "on_loss is hold, and there is no kill_host_bin: when the writer's host dies, its address moves only "
            "after `mmm ctl confirm_dead`",
            fmt::format("add {} to {}, or write {}", rules.setting("kill_host_bin", "/..."), rules.section("monitor"),
                        rules.setting("on_loss", "demote")));
}

}  // namespace mmm::config

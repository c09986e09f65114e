#include "core/monitor/masters_setup.hpp"

#include <algorithm>

#include "core/monitor/servers_setup.hpp"

namespace mmm::monitor {
namespace {

using Faults = std::vector<std::string>;

void check_source(const Config& config, const HostName& name, const ReplicationSetup& setup, Faults& faults) {
    const config::Host* peer = config.host(config.host(name)->peer);
    if (peer == nullptr || !setup.source) return;
    const std::string what = name + " does not replicate from its peer " + peer->name;
    if (setup.source->empty()) {
        faults.push_back(what + ": replication is not set up there; set it up with CHANGE MASTER");
        return;
    }
    const auto source = Address::parse(*setup.source);
    if (source && *source == peer->ip) return;
    faults.push_back(what + " (" + peer->ip.text() + "), but from " + *setup.source +
                     "; point it there with CHANGE MASTER");
}

void check_increments(const HostName& one, const ReplicationSetup& of_one, const HostName& other,
                      const ReplicationSetup& of_other, Faults& faults) {
    if (!of_one.auto_increment_increment || !of_other.auto_increment_increment) return;
    const auto first = *of_one.auto_increment_increment;
    const auto second = *of_other.auto_increment_increment;
    if (first != second) {
        faults.push_back("auto_increment_increment is " + std::to_string(first) + " on " + one + " and " +
                         std::to_string(second) + " on " + other + "; set it to the same number, 2 or more, on both");
    } else if (first < 2) {
        faults.push_back("auto_increment_increment is " + std::to_string(first) + " on " + one + " and " + other +
                         "; set it to 2 or more on both, or they give out the same row numbers");
    }
}

void check_offsets(const HostName& one, const ReplicationSetup& of_one, const HostName& other,
                   const ReplicationSetup& of_other, Faults& faults) {
    if (of_one.auto_increment_offset && of_one.auto_increment_offset == of_other.auto_increment_offset) {
        faults.push_back("auto_increment_offset is " + std::to_string(*of_one.auto_increment_offset) + " on " + one +
                         " and " + other + "; set it to different numbers, or they give out the same row numbers");
    }
    for (const auto& [name, setup] : {std::pair{one, &of_one}, std::pair{other, &of_other}}) {
        if (!setup->auto_increment_offset || !setup->auto_increment_increment) continue;
        const auto offset = *setup->auto_increment_offset;
        const auto increment = *setup->auto_increment_increment;
        // With an increment of 1 that one is the fault.
        if (increment < 2 || offset <= increment) continue;
        faults.push_back("auto_increment_offset is " + std::to_string(offset) + " on " + name +
                         ", more than its auto_increment_increment " + std::to_string(increment) +
                         ", so the server ignores it; set it to at most that");
    }
}

void log_differences(const Faults& from, const Faults& to, LogLevel level, const char* message, Effects& effects) {
    for (const auto& fault : to) {
        if (std::find(from.begin(), from.end(), fault) != from.end()) continue;
        effects.push_back(Log{level, message, {{"fault", fault}}});
    }
}

}  // namespace

std::vector<std::string> masters_setup_faults(const Config& config, const State& state) {
    Faults faults;
    const auto& masters = config.writer_role().hosts;
    if (masters.size() != 2) return faults;
    const HostName one = std::min(masters[0], masters[1]);
    const HostName other = std::max(masters[0], masters[1]);
    const ReplicationSetup& of_one = state.hosts.at(one).setup;
    const ReplicationSetup& of_other = state.hosts.at(other).setup;
    check_source(config, one, of_one, faults);
    check_source(config, other, of_other, faults);
    check_increments(one, of_one, other, of_other, faults);
    check_offsets(one, of_one, other, of_other, faults);
    return faults;
}

void watch_masters_setup(const Config& config, State& state, Effects& effects) {
    Faults of_servers = servers_setup_faults(config, state);
    log_differences(state.server_faults, of_servers, LogLevel::warning, "a server's settings don't fit", effects);
    log_differences(of_servers, state.server_faults, LogLevel::info, "a fault of a server's settings is gone", effects);
    state.server_faults = std::move(of_servers);
    Faults faults = masters_setup_faults(config, state);
    if (faults == state.setup_faults) return;
    log_differences(state.setup_faults, faults, LogLevel::warning, "the masters are not set up for each other",
                    effects);
    log_differences(faults, state.setup_faults, LogLevel::info, "a fault of the masters' set-up is gone", effects);
    state.setup_faults = std::move(faults);
}

}  // namespace mmm::monitor

#include "core/monitor/servers_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace mmm::monitor {
namespace {

using Faults = std::vector<std::string>;

const ServerSettings* settings_of(const State& state, const HostName& host) {
    const auto& settings = state.hosts.at(host).setup.settings;
    return settings ? &*settings : nullptr;
}

/// The first of these that the server has: name and value.
std::optional<std::pair<std::string, std::string>> setting(const ServerSettings& settings,
                                                           std::initializer_list<const char*> names) {
    for (const char* const name : names) {
        const auto found = settings.variables.find(name);
        if (found != settings.variables.end()) return std::pair(found->first, found->second);
    }
    return std::nullopt;
}

bool is_off(const std::string& value) {
    return value == "OFF" || value == "0";
}

/// A switch that has to be on.
void check_switch(const HostName& name, const ServerSettings& settings, std::initializer_list<const char*> names,
                  const char* because, Faults& faults) {
    const auto found = setting(settings, names);
    if (!found || !is_off(found->second)) return;
    faults.push_back(fmt::format("{} is off on {}: {}; set {}=1 there", found->first, name, because, found->first));
}

void check_gtid_mode(const HostName& name, const ServerSettings& settings, Faults& faults) {
    const auto mode = setting(settings, {"gtid_mode"});
    if (!mode || mode->second == "ON") return;
    faults.push_back(
        fmt::format("gtid_mode is {} on {}: replicas can't be pointed at another source; set gtid_mode=ON "
                    "and enforce_gtid_consistency=ON there",
                    mode->second, name));
}

void check_format(const HostName& name, const ServerSettings& settings, Faults& faults) {
    const auto format = setting(settings, {"binlog_format"});
    if (!format || format->second != "STATEMENT") return;
    faults.push_back(
        fmt::format("binlog_format is STATEMENT on {}: replicas may repeat statements with another result, "
                    "and nobody notices; set it to ROW or MIXED there",
                    name));
}

void check_host(const HostName& name, const ServerSettings& settings, bool master, Faults& faults) {
    check_switch(name, settings, {"log_bin"}, "what it has can't be compared with the writer", faults);
    check_switch(name, settings, {"log_replica_updates", "log_slave_updates"},
                 master ? "as the writer it couldn't give its replicas what they lack"
                        : "what it has can't be compared with the writer",
                 faults);
    check_switch(name, settings, {"gtid_strict_mode"}, "transactions out of order are merged without a word", faults);
    check_switch(name, settings, {"skip_replica_start", "skip_slave_start"},
                 "after a restart it replicates before anybody has compared it", faults);
    check_gtid_mode(name, settings, faults);
    check_format(name, settings, faults);
}

/// One series (10.11, 8.4) newer is what servers promise to read; MariaDB and MySQL don't read each other's.
void check_versions(const HostName& source, const ServerSettings& of_source, const HostName& replica,
                    const ServerSettings& of_replica, Faults& faults) {
    if (of_source.mariadb != of_replica.mariadb) {
        faults.push_back(
            fmt::format("{} is {} and {} is {}: they can't replicate from each other by GTID; run one kind", source,
                        of_source.version, replica, of_replica.version));
    } else if (of_source.series > of_replica.series && of_replica.series > 0) {
        faults.push_back(
            fmt::format("{} is {}, newer than {} with {}: a replica may fail to read a newer source's log; "
                        "upgrade {} first",
                        source, of_source.version, replica, of_replica.version, replica));
    }
}

void check_filters(const HostName& one, const ServerSettings& of_one, const HostName& other,
                   const ServerSettings& of_other, Faults& faults) {
    if (of_one.filters == of_other.filters) return;
    const auto text = [](const ServerSettings& settings) {
        return settings.filters.empty() ? std::string("none") : settings.filters;
    };
    faults.push_back(
        fmt::format("replication filters differ between the masters, {} has {}, {} has {}: after a move "
                    "the new writer lacks what it didn't replicate; make them the same",
                    one, text(of_one), other, text(of_other)));
}

/// `replica` as far as it replicates from a host that wants TLS.
void check_tls(const Config& config, const HostName& replica, const ReplicationSetup& setup, Faults& faults) {
    if (!setup.source || !setup.settings) return;
    const auto from = Address::parse(*setup.source);
    if (!from) return;
    for (const auto& [source, host] : config.hosts) {
        if (host.ip != *from) continue;
        const bool verify = host.mysql_tls == config::MysqlTls::verify;
        const bool wanted = verify || host.mysql_tls == config::MysqlTls::required;
        if (!wanted || (verify ? setup.settings->checks_source : setup.settings->tls_to_source)) continue;
        faults.push_back(fmt::format(
            "{} replicates from {} {}, but mysql_tls of {} is {}; `mmm ctl set_offline {}` and "
            "set_online point it there with TLS",
            replica, source, setup.settings->tls_to_source ? "without looking at its certificate" : "without TLS",
            source, verify ? "verify" : "required", replica));
    }
}

}  // namespace

std::vector<std::string> servers_setup_faults(const Config& config, const State& state) {
    Faults faults;
    for (const auto& [name, host] : config.hosts) {
        if (const auto* settings = settings_of(state, name))
            check_host(name, *settings, host.mode == HostMode::master, faults);
        check_tls(config, name, state.hosts.at(name).setup, faults);
    }
    const auto& masters = config.writer_role().hosts;
    for (const HostName& master : masters) {
        const auto* of_master = settings_of(state, master);
        if (of_master == nullptr) continue;
        for (const auto& [name, host] : config.hosts) {
            const auto* settings = settings_of(state, name);
            if (name == master || settings == nullptr) continue;
            // Kinds that differ are said once for a pair.
            const bool said = of_master->mariadb != settings->mariadb && host.mode == HostMode::master && name < master;
            if (!said) check_versions(master, *of_master, name, *settings, faults);
        }
    }
    if (masters.size() != 2) return faults;
    const HostName one = std::min(masters[0], masters[1]);
    const HostName other = std::max(masters[0], masters[1]);
    const auto* of_one = settings_of(state, one);
    const auto* of_other = settings_of(state, other);
    if (of_one != nullptr && of_other != nullptr) check_filters(one, *of_one, other, *of_other, faults);
    return faults;
}

}  // namespace mmm::monitor

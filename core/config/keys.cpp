#include "core/config/keys.hpp"

#include <array>

namespace mmm::config {

namespace {

constexpr std::array kTop{
    Key<Config>{"cluster", "name of the cluster, for logs and file names",
                [](Config& c) -> Field { return &c.cluster; }},
    Key<Config>{"this", "agent: the host this machine is; without it, found by comparing local addresses",
                [](Config& c) -> Field { return &c.self; }},
    Key<Config>{"active_master_role", "role whose holder is writable and is what the slaves replicate from",
                [](Config& c) -> Field { return &c.active_master_role; }},
    Key<Config>{"debug", "log debug messages", [](Config& c) -> Field { return &c.debug; }},
    Key<Config>{"max_kill_retries",
                "seconds that clients' running statements get before a leaving writer ends them",
                [](Config& c) -> Field { return &c.max_kill_retries; },
                {0, 600}},
    Key<Config>{"drain_timeout", "how long a new writer may apply what it received before that is an alarm",
                [](Config& c) -> Field { return &c.drain_timeout; }, between(1s, 1h)},
    Key<Config>{"end_privileged",
                "end sessions whose user may write to a read-only server, on hosts that aren't the writer",
                [](Config& c) -> Field { return &c.end_privileged; }},
    Key<Config>{"events_follow_writer", "switch the event scheduler on on the writer, and off on all other hosts",
                [](Config& c) -> Field { return &c.events_follow_writer; }},
    Key<Config>{"semi_sync_stuck",
                "a writer's commits wait too long for an acknowledgement: an alarm only, or its agent switches "
                "semi-synchronous replication off (async)",
                [](Config& c) -> Field { return &c.semi_sync_stuck; }},
    Key<Config>{"semi_sync_stuck_after", "how long the oldest of them has to wait for that",
                [](Config& c) -> Field { return &c.semi_sync_stuck_after; }, between(1s, 1h)},
    Key<Config>{"on_drain_timeout",
                "at that alarm: apply on (keep), become writable and list the rest as lost (promote), or wait for the "
                "operator (stop)",
                [](Config& c) -> Field { return &c.on_drain_timeout; }},
    Key<Config>{"lease",
                "a holder that no majority of the voters supports for so long has let go; the same on all hosts",
                [](Config& c) -> Field { return &c.lease; }, between(1s, 1min)},
    Key<Config>{"drift",
                "by how much the rate of a host's clock may differ from true time; the same on all hosts",
                [](Config& c) -> Field { return &c.drift; },
                {10, 50'000}},
    Key<Config>{"blocking_type", "clients of a leaving writer are always ended after max_kill_retries"},
};

constexpr std::array kMonitor{
    Key<Monitor>{"ip",
                 "the monitor's own address, where it listens for mmm ctl",
                 [](Monitor& m) -> Field { return &m.ip; },
                 {},
                 Trait::required},
    Key<Monitor>{"port", "control port", [](Monitor& m) -> Field { return &m.port; }, kPort},
    Key<Monitor>{"status_path", "file that keeps host states and roles over a restart of the monitor",
                 [](Monitor& m) -> Field { return &m.status_path; }},
    Key<Monitor>{"control_socket",
                 "unix socket for `mmm ctl` on the monitor's host; without it, /run/mmm/monitor.sock, or "
                 "monitor-CLUSTER.sock",
                 [](Monitor& m) -> Field { return &m.control_socket; }},
    Key<Monitor>{"audit_path", "file that keeps who commanded what; without it, status_path with .audit at its end",
                 [](Monitor& m) -> Field { return &m.audit_path; }},
    Key<Monitor>{"journal_path",
                 "file with a record of each change of the writer, at most 2 MiB with the older PATH.1; without it, "
                 "status_path with .journal behind it",
                 [](Monitor& m) -> Field { return &m.journal_path; }},
    Key<Monitor>{"pid_path", "file for the monitor's process id; written only when set",
                 [](Monitor& m) -> Field { return &m.pid_path; }},
    Key<Monitor>{"ping_ips", "the monitor's own network is fine while one of these addresses answers",
                 [](Monitor& m) -> Field { return &m.ping_ips; }},
    Key<Monitor>{"ping_interval", "time between two pings of each of ping_ips",
                 [](Monitor& m) -> Field { return &m.ping_interval; }, between(100ms, 1min)},
    Key<Monitor>{"flap_count",
                 "a host that leaves ONLINE more often than this within flap_duration is flapping",
                 [](Monitor& m) -> Field { return &m.flap_count; },
                 {1, 1000}},
    Key<Monitor>{"flap_duration", "see flap_count", [](Monitor& m) -> Field { return &m.flap_duration; },
                 between(1s, 24h * 30)},
    Key<Monitor>{"auto_set_online", "a recovered host comes back by itself after this time; false: only by hand",
                 [](Monitor& m) -> Field { return &m.auto_set_online; }, between(0s, 24h * 30), Trait::may_be_off},
    Key<Monitor>{"replication_grace", "replication trouble is ignored this long after the source became ONLINE",
                 [](Monitor& m) -> Field { return &m.replication_grace; }, between(0s, 24h)},
    Key<Monitor>{"kill_host_bin",
                 "program that makes a host harmless, called with HOST and 1 or 0 (answers pings or not)",
                 [](Monitor& m) -> Field { return &m.kill_host_bin; }},
    Key<Monitor>{"kill_host_timeout", "how long that program may take",
                 [](Monitor& m) -> Field { return &m.kill_host_timeout; }, between(1s, 10min)},
    Key<Monitor>{"bin_path", "when set, kill_host_bin is BIN_PATH/monitor/kill_host unless written",
                 [](Monitor& m) -> Field { return &m.bin_path; }},
    Key<Monitor>{"careful_startup", "start in passive mode when the writer address is found on two hosts",
                 [](Monitor& m) -> Field { return &m.careful_startup; }},
    Key<Monitor>{"mode", "mode to start in", [](Monitor& m) -> Field { return &m.mode; }},
    Key<Monitor>{"wait_for_other_master",
                 "mode wait: how long to wait for the second master once the first is online; \"0s\": for ever",
                 [](Monitor& m) -> Field { return &m.wait_for_other_master; }, between(0s, 24h)},
    Key<Monitor>{"act_on_hard_evidence",
                 "act at once when monitor and agent agree that mysqld is gone; false: wait for trap_period too",
                 [](Monitor& m) -> Field { return &m.act_on_hard_evidence; }},
    Key<Monitor>{"offline_stops_replication",
                 "set_offline also stops the host's replication, set_online starts it; false: leave it running",
                 [](Monitor& m) -> Field { return &m.offline_stops_replication; }},
};

}  // namespace

template <>
std::span<const Key<Config>> keys<Config>() {
    return kTop;
}

template <>
std::span<const Key<Monitor>> keys<Monitor>() {
    return kMonitor;
}

}  // namespace mmm::config

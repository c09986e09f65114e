// The monitor's core with agents of both versions that lie, and operators that type anything. The input is a script, a
// line a happening:
//   db1: STATUS|2|db1|...         a line of db1's agent on its link; WELCOME opens that. OK: ... is one of version 1
//   db1> RENEW|2|db1|...          a datagram of db1's
//   $move_role writer db2         on the control port
//   ?db1 mysql hard               what a check sees from now on: ok, soft, hard or unknown
//   +1500                         milliseconds pass
//   !WORD                         see act()
// In agents' lines $O stands for the last order to that host, $N for the monitor's nonce, $V for the number of the
// voters.

#include "core/proto/field_reader.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/monitor_cluster.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using fuzz::MonitorCluster;

namespace {

void act(MonitorCluster& cluster, std::string_view word) {
    if (word == "restart") cluster.restart();
    if (word == "network down") cluster.network = false;
    if (word == "network up") cluster.network = true;
    if (word == "disk full") cluster.disk_works = false;
    if (word == "disk works") cluster.disk_works = true;
    if (word == "kills") cluster.kills = true;
    if (word.starts_with("cut ")) cluster.cut(HostName(word.substr(4)));
}

void change_check(MonitorCluster& cluster, std::string_view text) {
    const auto end = text.find(' ');
    const auto behind = text.find(' ', end + 1);
    if (end == std::string_view::npos || behind == std::string_view::npos) return;
    const auto kind = check_kind(text.substr(end + 1, behind - end - 1));
    const std::string_view word = text.substr(behind + 1);
    if (!kind) return;
    cluster.outcomes[HostName(text.substr(0, end))][*kind] = word == "soft"   ? Outcome::failed_soft
                                                             : word == "hard" ? Outcome::failed_hard
                                                             : word == "ok"   ? Outcome::ok
                                                                              : Outcome::unknown;
}

config::Config fuzzed_config() {
    config::Config config = monitor::test::five_hosts();
    config.monitor.kill_host_bin = "/usr/sbin/kill_host";
    config.monitor.auto_set_online = std::chrono::seconds{2};
    return config;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const config::Config config = fuzzed_config();
    MonitorCluster cluster(config);
    Duration left{8'000};  // of virtual time: a run has to end
    for (const auto line : fuzz::lines_of(fuzz::text_of(data, size), 100)) {
        if (line.starts_with('!')) {
            act(cluster, line.substr(1));
        } else if (line.starts_with('$')) {
            cluster.operator_says(line.substr(1));
        } else if (line.starts_with('?')) {
            change_check(cluster, line.substr(1));
        } else if (line.starts_with('+')) {
            const auto number = proto::parse_number(line.substr(1));
            const Duration span = std::min(left, Duration{static_cast<Duration::rep>(number ? *number % 20'001 : 0)});
            cluster.pass(span);
            left -= span;
        } else if (line.size() > 5 && line.substr(3, 2) == ": ") {
            cluster.agent_says(HostName(line.substr(0, 3)), std::string(line.substr(5)));
        } else if (line.size() > 5 && line.substr(3, 2) == "> ") {
            cluster.datagram(HostName(line.substr(0, 3)), line.substr(5));
        }
    }
    for (const auto* const command : {"show", "checks all all", "history", "explain writer", "losses"})
        cluster.operator_says(command);
    return 0;
}

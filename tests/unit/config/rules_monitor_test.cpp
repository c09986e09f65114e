#include <catch2/catch.hpp>

#include "tests/unit/config/cases.hpp"

using mmm::config::test::Case;
using mmm::config::test::findings_of;

TEST_CASE("every rule about the monitor has a message") {
    const std::vector<Case> cases{
        {"a monitor without an address",
         {{"ip = \"192.168.10.135\"\n", ""}},
         "t.toml:2:1: fault: the monitor has no ip; add ip = \"ADDRESS\" to [monitor]\n"},
        {"a monitor on loopback",
         {{"ip = \"192.168.10.135\"", "ip = \"127.0.0.1\""}},
         "t.toml:3:6: doubt: the monitor's ip is 127.0.0.1: `mmm ctl` works on the monitor's own host only; write the "
         "address by which the other hosts reach it\n"},
        {"nothing to ping",
         {{"ping_ips = [\"192.168.10.1\", \"192.168.10.131\"]\n", ""}},
         "t.toml:2:1: doubt: \"ping_ips\" is empty: the monitor can't tell its own network's failure from all hosts'; "
         "write addresses that always answer, like the router's\n"},
        {"nothing in the list to ping",
         {{"ping_ips = [\"192.168.10.1\", \"192.168.10.131\"]", "ping_ips = []"}},
         "t.toml:4:12: doubt: \"ping_ips\" is empty: the monitor can't tell its own network's failure from all hosts'; "
         "write addresses that always answer, like the router's\n"},
        {"the monitor pings itself",
         {{"ping_ips = [\"192.168.10.1\", ", "ping_ips = [\"192.168.10.135\", "}},
         "t.toml:4:12: doubt: only db1 is in ping_ips: while it is down, the monitor believes to have no network and "
         "moves nothing; add the other hosts, or the router\n"
         "t.toml:4:13: fault: 192.168.10.135 in ping_ips is the monitor itself, which always answers; write addresses "
         "beyond its own network interface\n"},
        {"an address to ping twice",
         {{"ping_ips = [\"192.168.10.1\", ", "ping_ips = [\"192.168.10.131\", \"192.168.10.1\", "}},
         "t.toml:4:47: doubt: 192.168.10.131 stands in ping_ips twice; remove one\n"},
        {"a single host to ping",
         {{"ping_ips = [\"192.168.10.1\", \"192.168.10.131\"]", "ping_ips = [\"192.168.10.131\"]"}},
         "t.toml:4:12: doubt: only db1 is in ping_ips: while it is down, the monitor believes to have no network and "
         "moves nothing; add the other hosts, or the router\n"},
        {"auto_set_online longer than flap_duration",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.135\"\nauto_set_online = \"2h\""}},
         "t.toml:4:19: doubt: auto_set_online is 2h, longer than flap_duration (1h): a flapping host returns sooner "
         "than a quiet one; shorten auto_set_online or lengthen flap_duration\n"},
        {"a ping_interval longer than the trap",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.135\"\nping_interval = \"5s\""}},
         "t.toml:4:17: doubt: ping_interval is 5s, longer than the ping check's trap_period (3s): hosts are given up "
         "before the monitor notices that its own network is down; write a shorter ping_interval\n"},
        {"a journal in the status file",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.135\"\nstatus_path = \"/run/m\"\njournal_path = \"/run/m\""}},
         "t.toml:5:16: fault: \"journal_path\" is the file of another key as well; write a file of its own, or remove "
         "the line\n"},
        {"a relative status_path",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.135\"\nstatus_path = \"monitor.status\""}},
         "t.toml:4:15: fault: \"status_path\" is a relative path, monitor.status; write it from the root on, "
         "\"/...\"\n"},
        {"an empty status_path",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.135\"\nstatus_path = \"\""}},
         "t.toml:4:15: fault: \"status_path\" is empty: a restarted monitor would know nothing; remove the line, or "
         "write a path\n"},
        {"one file for two things",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.135\"\nstatus_path = \"/run/m\"\npid_path = \"/run/m\""}},
         "t.toml:5:12: fault: \"pid_path\" and \"status_path\" are the same file; write two different files\n"},
        {"a relative kill_host_bin",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.135\"\nkill_host_bin = \"kill_host\""}},
         "t.toml:4:17: fault: \"kill_host_bin\" is a relative path, kill_host; write it from the root on, \"/...\"\n"},
        {"a relative bin_path",
         {{"ip = \"192.168.10.135\"", "ip = \"192.168.10.135\"\nbin_path = \"lib\""}},
         "t.toml:4:12: fault: \"bin_path\" is a relative path, lib; write it from the root on, \"/...\"\n"},
        {"encrypted links without all files",
         {{"[check.default]", "[socket]\ntype = \"ssl\"\ncert_file = \"/x\"\nca_file = \"y\"\n[check.default]"},
          {"[security]\nplain = true\n", ""}},
         "t.toml:35:8: fault: type ssl needs \"key_file\"; add key_file = \"/etc/mmm/...\" to [socket]\n"
         "t.toml:37:11: fault: \"ca_file\" is a relative path, y; write it from the root on, \"/...\"\n"},
        {"certificates without encrypted links",
         {{"[check.default]", "[socket]\ncert_file = \"/x\"\n[check.default]"}},
         "t.toml:35:13: doubt: \"cert_file\" has no effect with type plain; write type = \"ssl\"\n"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(findings_of(each) == each.expected);
    }
}

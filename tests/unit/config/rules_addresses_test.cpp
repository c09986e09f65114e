#include <catch2/catch.hpp>

#include "tests/unit/config/cases.hpp"

using mmm::config::test::Case;
using mmm::config::test::findings_of;

TEST_CASE("every rule about addresses has a message") {
    const std::vector<Case> cases{
        {"two hosts with one address",
         {{"ip = \"192.168.10.133\"", "ip = \"192.168.10.132\""}},
         "t.toml:21:6: fault: the ip of host db3 is 192.168.10.132, which is the ip of host db2 (t.toml:17); an "
         "address has one meaning: write another\n"},
        {"an address in two roles",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"192.168.10.129\"]"}},
         "t.toml:29:8: fault: an ip of role writer is 192.168.10.129, which is an ip of role reader (t.toml:33); an "
         "address has one meaning: write another\n"},
        {"an address twice in a role",
         {{"ips = [\"192.168.10.129\", \"192.168.10.130\"]", "ips = [\"192.168.10.129\", \"192.168.10.129\"]"}},
         "t.toml:33:26: fault: an ip of role reader is 192.168.10.129, which is an ip of role reader (t.toml:33); an "
         "address has one meaning: write another\n"},
        {"a role's address that is a host's",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"192.168.10.134\"]"}},
         "t.toml:29:8: fault: an ip of role writer is 192.168.10.134, which is the ip of host db4 (t.toml:24); an "
         "address has one meaning: write another\n"},
        {"a role's address that is the monitor's",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"192.168.10.135\"]"}},
         "t.toml:29:8: fault: an ip of role writer is 192.168.10.135, which is the ip of the monitor (t.toml:3); an "
         "address has one meaning: write another\n"},
        {"a loopback address",
         {{"ip = \"192.168.10.133\"", "ip = \"127.0.0.1\""}},
         "t.toml:21:6: fault: the ip of host db3 is 127.0.0.1, a loopback address; write the address by which the "
         "other hosts reach it\n"},
        {"a multicast address",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"224.0.0.18\"]"}},
         "t.toml:29:8: fault: an ip of role writer is 224.0.0.18, a multicast or broadcast address; write the address "
         "by which the other hosts reach it\n"},
        {"a broadcast address",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"255.255.255.255\"]"}},
         "t.toml:29:8: fault: an ip of role writer is 255.255.255.255, a multicast or broadcast address; write the "
         "address by which the other hosts reach it\n"},
        {"a link-local address",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"169.254.1.1\"]"}},
         "t.toml:29:8: fault: an ip of role writer is 169.254.1.1, a link-local address; write the address by which "
         "the other hosts reach it\n"},
        {"an IPv6 link-local address",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"fe80::1\"]"}},
         "t.toml:29:8: fault: an ip of role writer is fe80::1, a link-local address; write the address by which the "
         "other hosts reach it\n"},
        {"a mapped address",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"::ffff:192.168.10.128\"]"}},
         "t.toml:29:8: fault: an ip of role writer is ::ffff:192.168.10.128, an IPv4 address in IPv6 clothes; write "
         "the address by which the other hosts reach it\n"},
        {"the wrong IP version",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"2001:db8::128\"]"}},
         "t.toml:29:8: fault: 2001:db8::128 of role writer is IPv6, but not the hosts' own addresses (db1 "
         "192.168.10.131, db2 192.168.10.132); write an address of their network, or cluster_interface for the "
         "hosts\n"},
        {"another IP version on a named interface",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"2001:db8::128\"]"},
          {"agent_user = \"mmm_agent\"", "agent_user = \"mmm_agent\"\ncluster_interface = \"eth0\""}},
         "t.toml:30:8: doubt: 2001:db8::128 of role writer is IPv6, but not the hosts' own addresses (db1 "
         "192.168.10.131, db2 192.168.10.132); make sure that cluster_interface is in its network on each of them\n"},
        {"another network",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"198.51.100.128\"]"}},
         "t.toml:29:8: fault: 198.51.100.128 of role writer is in another network than db1 192.168.10.131, db2 "
         "192.168.10.132; write an address of their network, or cluster_interface for the hosts\n"},
        {"another network on a named interface",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"198.51.100.128\"]"},
          {"agent_user = \"mmm_agent\"", "agent_user = \"mmm_agent\"\ncluster_interface = \"eth0\""}},
         "t.toml:30:8: doubt: 198.51.100.128 of role writer is in another network than db1 192.168.10.131, db2 "
         "192.168.10.132; make sure that cluster_interface is in its network on each of them\n"},
        {"perhaps another network",
         {{"ips = [\"192.168.10.128\"]", "ips = [\"192.168.11.128\"]"}},
         "t.toml:29:8: doubt: 192.168.11.128 of role writer is in another /24 than db1 192.168.10.131, db2 "
         "192.168.10.132; fine if their network is wider than that\n"},
        {"a role's address to ping",
         {{"ping_ips = [\"192.168.10.1\", ", "ping_ips = [\"192.168.10.128\", "}},
         "t.toml:4:13: fault: 192.168.10.128 in ping_ips is an ip of role writer (t.toml:29): it moves, so its silence "
         "says nothing about the network; write addresses that stay, a router's or the hosts' own\n"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(findings_of(each) == each.expected);
    }
}

// By what the programs of the cluster know each other: a key, certificates, or nothing, said explicitly.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/config/rules.hpp"
#include "core/config/security_files.hpp"

namespace mmm::config {

namespace {

constexpr std::string_view kMonitorPeer = "monitor";
constexpr const char* kCommand = "(umask 077; mmm keygen > /etc/mmm/cluster.key)";

void check_certificates(Rules& rules) {
    const Security& security = rules.config.security;
    if (!security.has_certificates() && security.cert_key_file.empty()) return;
    for (const SecurityFile& file : kCertificateFiles) {
        const std::string key(file.key);
        if ((security.*file.path).empty() && !rules.where.refused("security." + key))
            rules.fault("security", fmt::format("certificates need \"{}\" as well", key),
                        fmt::format("add {} to {}", rules.setting(key, "FILE"), rules.section("security")));
    }
}

/// A way of knowing each other, and what stands in the way of it.
struct Way {
    bool chosen = false;
    std::string path;
    std::string name;
};

void check_ways(Rules& rules) {
    const Security& security = rules.config.security;
    // A key beside certificates seals the datagrams.
    const bool only_key = !security.key_file.empty() && !security.has_certificates();
    const std::vector<Way> ways{{only_key, "security.key_file", "key_file"},
                                {security.has_certificates(), "security.ca_file", "ca_file"},
                                {rules.config.socket.type == SocketType::ssl, "socket.type", "[socket] type"},
                                {security.plain, "security.plain", "plain"}};
    const Way* first = nullptr;
    for (const Way& way : ways) {
        if (!way.chosen) continue;
        if (first != nullptr)
            rules.fault(way.path, fmt::format("{} is said besides {}", way.name, first->name), "leave one of them");
        if (first == nullptr) first = &way;
    }
    if (security.has_certificates() && security.key_file.empty())
        rules.doubt(
            "security.ca_file",
            "without \"key_file\" beside the certificates, datagrams (renewals of leases, signs of life) are known "
            "by the address alone that they come from",
            "add " + rules.setting("key_file", "FILE") + ", a key by mmm keygen, the same on all hosts");
    if (security.has_certificates() && !security.read_key_file.empty())
        rules.fault("security.read_key_file", "\"read_key_file\" has no effect beside certificates",
                    "make a certificate with the name reader instead");
    if (!security.read_key_file.empty() && security.key_file.empty())
        rules.fault("security.read_key_file", "\"read_key_file\" without \"key_file\": nobody could command",
                    "add " + rules.setting("key_file", "FILE"));
    if (!security.read_key_file.empty() && security.read_key_file == security.key_file)
        rules.fault("security.read_key_file", "\"read_key_file\" and \"key_file\" are the same file",
                    "make a second key: mmm keygen --name read");
    const bool refused = rules.where.refused("security.key_file") || rules.where.refused("security.plain") ||
                         rules.where.refused("security.ca_file") || rules.where.refused("socket.type");
    if (first != nullptr || refused) return;
    // Classic files come from a time when nothing else was possible: these clusters go on, and are told of it.
    if (rules.where.format() == Format::classic) return;
    rules.fault(
        "", "nothing says by what the cluster's programs know each other: whoever reaches their ports could command it",
        "make a key, the same on all hosts: " + std::string(kCommand) +
            ", and write key_file = \"/etc/mmm/cluster.key\" below [security]; or say plain = true there");
}

void check_version1_peers(Rules& rules) {
    const auto& peers = rules.config.security.version1_peers;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < peers.size(); ++i) {
        const std::string path = fmt::format("security.version1_peers[{}]", i);
        if (peers[i] != kMonitorPeer && rules.config.host(peers[i]) == nullptr && rules.needs.cluster)
            rules.fault(path, fmt::format("there is no host \"{}\"", peers[i]), rules.unknown_host_remedy(peers[i]));
        else if (peers[i] == kMonitorPeer && rules.config.monitor.ip.is_unspecified())
            rules.fault(path, "nothing says where the monitor is that may speak plain text",
                        fmt::format("add {} to {}", rules.setting("ip", "ADDRESS"), rules.section("monitor")));
        else if (!seen.insert(peers[i]).second)
            rules.doubt(path, fmt::format("{} stands in version1_peers twice", peers[i]), "remove one");
    }
    if (peers.empty() || !rules.config.is_secured()) return;
    rules.doubt("security.version1_peers", "what is said to MMM 2.2 is plain text, and nothing proves who answers",
                "remove each name when that host runs mmm");
}

}  // namespace

void check_security(Rules& rules) {
    check_certificates(rules);
    check_ways(rules);
    check_version1_peers(rules);
}

}  // namespace mmm::config

#include <array>

#include "core/config/keys.hpp"

namespace mmm::config {

namespace {

constexpr std::array kHost{
    Key<Host>{"ip", "the host's own address", [](Host& h) -> Field { return &h.ip; }, {}, Trait::required},
    Key<Host>{"mode", "may it be the writer (master), or does it only replicate (slave)?",
              [](Host& h) -> Field { return &h.mode; }},
    Key<Host>{"peer", "masters: the other master", [](Host& h) -> Field { return &h.peer; }},
    Key<Host>{"cluster_interface",
              "network interface that role addresses are put on; without it, the one in whose network the address lies",
              [](Host& h) -> Field { return &h.cluster_interface; }},
    Key<Host>{"agent_port", "port of the agent", [](Host& h) -> Field { return &h.agent_port; }, kPort},
    Key<Host>{"mysql_port", "port of the database server", [](Host& h) -> Field { return &h.mysql_port; }, kPort},
    Key<Host>{"mysql_socket", "unix socket by which the agent connects; without it, by TCP to ip",
              [](Host& h) -> Field { return &h.mysql_socket; }},
    Key<Host>{"mysql_tls",
              "TLS to this host's server, also for replicas that are pointed at it: never, if offered, always, or "
              "only with a certificate for ip",
              [](Host& h) -> Field { return &h.mysql_tls; }},
    Key<Host>{"mysql_ca",
              "verify: the authority that signed the server's certificate (PEM), relative to this file's folder; "
              "without it, the system's",
              [](Host& h) -> Field { return &h.mysql_ca; }},
    Key<Host>{"mysql_get_public_key",
              "logins by caching_sha2_password and sha256_password without TLS may trust the key that the server "
              "gives; false: they are refused",
              [](Host& h) -> Field { return &h.mysql_get_public_key; }},
    Key<Host>{
        "agent_user", "the agent's database user", [](Host& h) -> Field { return &h.agent.user; }, {}, Trait::required},
    Key<Host>{"agent_password", "its password", [](Host& h) -> Field { return &h.agent.password; }, {}, Trait::secret},
    Key<Host>{"agent_password_file", "or a file that holds it, relative to this file's folder",
              [](Host& h) -> Field { return &h.agent.password_file; }},
    Key<Host>{"agent_password_credential", "or the name of a service manager's credential",
              [](Host& h) -> Field { return &h.agent.password_credential; }},
    Key<Host>{"monitor_user",
              "the monitor's database user",
              [](Host& h) -> Field { return &h.monitor.user; },
              {},
              Trait::required},
    Key<Host>{
        "monitor_password", "its password", [](Host& h) -> Field { return &h.monitor.password; }, {}, Trait::secret},
    Key<Host>{"monitor_password_file", "or a file that holds it, relative to this file's folder",
              [](Host& h) -> Field { return &h.monitor.password_file; }},
    Key<Host>{"monitor_password_credential", "or the name of a service manager's credential",
              [](Host& h) -> Field { return &h.monitor.password_credential; }},
    Key<Host>{"replication_user",
              "the database user that replicas connect to this host with",
              [](Host& h) -> Field { return &h.replication.user; },
              {},
              Trait::required},
    Key<Host>{"replication_password",
              "its password",
              [](Host& h) -> Field { return &h.replication.password; },
              {},
              Trait::secret},
    Key<Host>{"replication_password_file", "or a file that holds it, relative to this file's folder",
              [](Host& h) -> Field { return &h.replication.password_file; }},
    Key<Host>{"replication_password_credential", "or the name of a service manager's credential",
              [](Host& h) -> Field { return &h.replication.password_credential; }},
    Key<Host>{"replication_channel",
              "channel (MariaDB: connection) that replicates inside this cluster, all others are left alone; without "
              "it, the default one",
              [](Host& h) -> Field { return &h.replication_channel; }},
    Key<Host>{"pid_path", "file for the agent's process id; written only when set",
              [](Host& h) -> Field { return &h.pid_path; }},
    Key<Host>{"state_path",
              "file that keeps the agent's promises about leases; without it, /var/lib/mmm/agent-NAME.state",
              [](Host& h) -> Field { return &h.state_path; }},
    Key<Host>{"bin_path", "the agent runs no helper programs"},
};

constexpr std::array kRole{
    Key<Role>{"mode", "one address on one host (exclusive), or several spread over all of them (balanced)",
              [](Role& r) -> Field { return &r.mode; }},
    Key<Role>{
        "hosts", "hosts that may hold the role", [](Role& r) -> Field { return &r.hosts; }, {}, Trait::list_needed},
    Key<Role>{"ips", "the role's addresses", [](Role& r) -> Field { return &r.ips; }, {}, Trait::list_needed},
    Key<Role>{"prefer", "exclusive roles: the host that gets the role back whenever it can hold it",
              [](Role& r) -> Field { return &r.prefer; }},
    Key<Role>{"minimum",
              "balanced roles: so many hosts stay in service although their replication is too far behind",
              [](Role& r) -> Field { return &r.minimum; },
              {0, 100}},
};

constexpr std::array kCheck{
    Key<Check>{"check_period", "time between the starts of two checks",
               [](Check& c) -> Field { return &c.check_period; }, between(100ms, 1h)},
    Key<Check>{"trap_period", "a time-out counts as a failure once it has lasted this long",
               [](Check& c) -> Field { return &c.trap_period; }, between(0s, 24h * 7)},
    Key<Check>{"timeout", "how long one check may take", [](Check& c) -> Field { return &c.timeout; },
               between(50ms, 10min)},
    Key<Check>{"max_backlog", "rep_backlog: replication may be this far behind",
               [](Check& c) -> Field { return &c.max_backlog; }, between(0s, 24h * 30)},
    Key<Check>{
        "heartbeat_table",
        "rep_backlog: \"database.table\" that the writer's agent writes the time to each second; the delay is how "
        "old that is on the replica",
        [](Check& c) -> Field { return &c.heartbeat_table; }},
    Key<Check>{"restart_after", "checks need no restarts"},
};

constexpr std::array kQuorum{
    Key<Quorum>{
        "voters",
        "who has to agree, by majority, before a host holds an address: hosts, and \"monitor\"; without it, the "
        "monitor and all hosts, at most 7: masters first",
        [](Quorum& q) -> Field { return &q.voters; }},
    Key<Quorum>{"on_loss",
                "what a holder does without a majority: let go (demote), or keep its addresses, which then move only "
                "when it let go or was killed (hold)",
                [](Quorum& q) -> Field { return &q.on_loss; }},
    Key<Quorum>{"version1_orders",
                "agents obey a monitor of MMM 2.2 although they took part in leases: to go back to it",
                [](Quorum& q) -> Field { return &q.version1_orders; }},
};

constexpr std::array kSocket{
    Key<Socket>{"type",
                "how monitor, agents and control talk: plain text, or TLS with certificates on both sides (ssl)",
                [](Socket& s) -> Field { return &s.type; }},
    Key<Socket>{"cert_file", "ssl: this program's certificate (PEM)", [](Socket& s) -> Field { return &s.cert_file; }},
    Key<Socket>{"key_file", "ssl: its private key (PEM)", [](Socket& s) -> Field { return &s.key_file; }},
    Key<Socket>{"ca_file", "ssl: the authority that signed everybody's certificate (PEM)",
                [](Socket& s) -> Field { return &s.ca_file; }},
};

constexpr std::array kSecurity{
    Key<Security>{"key_file",
                  "file with the cluster's key (`mmm keygen`), the same on all hosts: links are encrypted with it, "
                  "datagrams sealed",
                  [](Security& s) -> Field { return &s.key_file; }},
    Key<Security>{"read_key_file", "file with a second key (`mmm keygen`), by which `mmm ctl` may look, not command",
                  [](Security& s) -> Field { return &s.read_key_file; }},
    Key<Security>{"ca_file",
                  "instead of a key: the authority (PEM) that signed the certificates of hosts, `monitor`, `operator` "
                  "and `reader`",
                  [](Security& s) -> Field { return &s.ca_file; }},
    Key<Security>{"cert_file", "this program's certificate (PEM), with the host's name, or `monitor`",
                  [](Security& s) -> Field { return &s.cert_file; }},
    Key<Security>{"cert_key_file", "its private key (PEM)", [](Security& s) -> Field { return &s.cert_key_file; }},
    Key<Security>{"plain", "neither key nor certificates: whoever comes from a configured host's address is obeyed",
                  [](Security& s) -> Field { return &s.plain; }},
    Key<Security>{"version1_peers",
                  "hosts, and \"monitor\", that still run MMM 2.2: spoken to in plain text, by version 1",
                  [](Security& s) -> Field { return &s.version1_peers; }},
};

/// A key's default is what a section has that nobody wrote to.
template <class Section>
void add_rows(std::string_view section, std::vector<KeyRow>& rows) {
    Section untouched;
    for (const auto& key : keys<Section>()) {
        KeyRow row{std::string(section), std::string(key.name), "any", "", std::string(key.meaning)};
        if (key.field == nullptr) {
            row.meaning = "accepted without effect: " + row.meaning;
        } else {
            const Field field = key.field(untouched);
            row.type = type_text(field);
            row.default_text = toml_text(field);
        }
        const bool nothing = row.default_text == "\"\"" || row.default_text == "[]";
        if (nothing) row.default_text.clear();
        if (key.trait == Trait::required || key.trait == Trait::list_needed) row.default_text = "required";
        rows.push_back(std::move(row));
    }
}

}  // namespace

template <>
std::span<const Key<Host>> keys<Host>() {
    return kHost;
}

template <>
std::span<const Key<Role>> keys<Role>() {
    return kRole;
}

template <>
std::span<const Key<Check>> keys<Check>() {
    return kCheck;
}

template <>
std::span<const Key<Quorum>> keys<Quorum>() {
    return kQuorum;
}

template <>
std::span<const Key<Socket>> keys<Socket>() {
    return kSocket;
}

template <>
std::span<const Key<Security>> keys<Security>() {
    return kSecurity;
}

std::vector<KeyRow> key_rows() {
    std::vector<KeyRow> rows;
    add_rows<Config>("", rows);
    add_rows<Monitor>("[monitor]", rows);
    add_rows<Host>("[host.NAME]", rows);
    add_rows<Role>("[role.NAME]", rows);
    add_rows<Check>("[check.NAME]", rows);
    add_rows<Quorum>("[quorum]", rows);
    add_rows<Socket>("[socket]", rows);
    add_rows<Security>("[security]", rows);
    return rows;
}

}  // namespace mmm::config

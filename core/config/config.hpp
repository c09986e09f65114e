#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/model/address.hpp"
#include "core/model/check.hpp"
#include "core/model/cluster_key.hpp"
#include "core/model/host.hpp"
#include "core/model/role.hpp"

namespace mmm::config {

using namespace std::chrono_literals;

/// Millionths; written in percent.
struct Ratio {
    std::uint32_t ppm = 0;
    auto operator<=>(const Ratio&) const = default;
};

/// How the monitor treats roles; see ModeRules in core/monitor.
enum class MonitorMode { active, manual, wait, passive };

/// A user of a database. The password is either here, or comes from a file or a credential when the program starts:
/// the core never reads files.
struct Account {
    std::string user;
    std::string password;
    std::string password_file;        ///< empty: none; may be absolute, or relative to the configuration file's folder
    std::string password_credential;  ///< name of a service manager's credential; empty: none
    bool operator==(const Account&) const = default;
};

/// `[monitor]`
struct Monitor {
    Address ip;                 ///< where the control port listens; the monitor's own address
    std::uint16_t port = 9988;  ///< control port
    std::string status_path = "/var/lib/mmm/monitor.status";
    std::string journal_path;    ///< empty: status_path + ".journal"
    std::string control_socket;  ///< for `mmm ctl` on this host; empty: /run/mmm/monitor.sock, or monitor-CLUSTER.sock
    std::string audit_path;      ///< the record of commands; empty: status_path + ".audit"
    std::string pid_path;        ///< written only when set
    std::vector<Address> ping_ips;
    Duration ping_interval = 1s;
    unsigned flap_count = 3;
    Duration flap_duration = 1h;
    Duration auto_set_online = 0s;     ///< 0: never by itself
    Duration replication_grace = 60s;  ///< replication trouble is ignored this long after the source became ONLINE
    std::string bin_path;              ///< when set, kill_host_bin defaults to BIN_PATH/monitor/kill_host
    std::string kill_host_bin;         ///< called as `BIN HOST PING(1 or 0)`; empty: none
    Duration kill_host_timeout = 20s;
    bool careful_startup = true;
    MonitorMode mode = MonitorMode::active;
    Duration wait_for_other_master = 120s;  ///< 0: for ever
    bool act_on_hard_evidence = true;
    bool offline_stops_replication = true;  ///< set_offline also stops the host's replication threads
    bool operator==(const Monitor&) const = default;
};

/// How far connections to a host's server insist on TLS: ours, and replication that we set up.
enum class MysqlTls {
    off,        ///< plain text
    preferred,  ///< TLS if the server offers it, whoever it is
    required,   ///< nothing is sent without TLS; whoever answers isn't looked at
    verify,     ///< also the certificate has to be valid for the host's ip
};

/// `[host.NAME]`, with `[defaults.host]` filled in.
struct Host {
    HostName name;
    Address ip;
    HostMode mode = HostMode::slave;
    HostName peer;                  ///< masters only: the other master
    std::string cluster_interface;  ///< empty: the interface in whose network the slot's address lies
    std::uint16_t agent_port = 9989;
    std::uint16_t mysql_port = 3306;
    std::string mysql_socket;                  ///< the agent connects through it when set, else by TCP to `ip`
    MysqlTls mysql_tls = MysqlTls::preferred;  ///< through mysql_socket there is none
    std::string mysql_ca;               ///< verify only, PEM; empty: the system's. Like password_file when relative
    bool mysql_get_public_key = false;  ///< passwords may be encrypted by a key that the server itself gives
    Account agent;                      ///< the agent's user on its own server
    Account monitor;                    ///< the monitor's user
    Account replication;                ///< what replicas use to connect to this cluster's source
    std::string replication_channel;    ///< the channel (MariaDB: connection) of this cluster; empty: the default one
    std::string pid_path;               ///< of the agent; written only when set
    std::string state_path;             ///< the agent's lease record; empty: /var/lib/mmm/agent-NAME.state
    bool operator==(const Host&) const = default;
};

/// `[role.NAME]`
struct Role {
    RoleName name;
    RoleMode mode = RoleMode::exclusive;
    std::vector<HostName> hosts;
    std::vector<Address> ips;
    HostName prefer;       ///< exclusive only; empty: none
    unsigned minimum = 0;  ///< balanced only: so many hosts stay in service although their replication is behind
    bool operator==(const Role&) const = default;
};

/// `[check.NAME]`, with `[check.default]` filled in.
struct Check {
    Duration check_period = 1s;
    Duration trap_period = 3s;
    Duration timeout = 500ms;
    Duration max_backlog = 60s;   ///< rep_backlog only
    std::string heartbeat_table;  ///< rep_backlog only: "database.table"; empty: the server's own word counts
    bool operator==(const Check&) const = default;
};

/// How monitor, agents and control talk: plain text, or TLS with certificates on both sides.
enum class SocketType { plain, ssl };

/// `[socket]`. Paths as written; the core never reads files.
struct Socket {
    SocketType type = SocketType::plain;
    std::string cert_file;  ///< our own certificate (and what leads to the authority), PEM
    std::string key_file;   ///< its private key, PEM
    std::string ca_file;    ///< the authority that signed everybody's certificate, PEM
    bool operator==(const Socket&) const = default;
};

/// What a holder does that lost the majority of the voters.
enum class OnLoss { demote, hold };

/// What is done with a writer whose commits wait for an acknowledgement that doesn't come.
enum class SemiSyncStuck {
    alarm,  ///< it is told about
    async,  ///< its agent switches semi-synchronous replication off, until somebody switches it on again
};

/// What a new writer does that hasn't applied all it received at the end of drain_timeout.
enum class OnDrainTimeout {
    keep,     ///< goes on applying, and becomes writable when all of it is applied
    promote,  ///< becomes writable with what is applied; the rest is listed as lost
    stop,     ///< stays down until the operator decides
};

/// `[quorum]`: who has to agree before a host holds a role's address.
struct Quorum {
    std::vector<HostName> voters;     ///< hosts, and "monitor"; empty: lease::voters_of() chooses
    OnLoss on_loss = OnLoss::demote;  ///< hold: it keeps its role; then time proves nothing
    /// Orders of a version 1 monitor are obeyed although this agent took part in leases.
    bool version1_orders = false;
    bool operator==(const Quorum&) const = default;
};

/// `[security]`: by what the programs of a cluster know each other. Paths are absolute, or relative to the
/// configuration file's folder; what the files hold is read when a program starts, and again on request.
struct Security {
    std::string key_file;               ///< empty: none
    std::vector<ClusterKey> keys;       ///< from key_file: the first is shown, all of them are taken
    std::string read_key_file;          ///< a second key, which on the control port only looks; empty: none
    std::vector<ClusterKey> read_keys;  ///< from read_key_file, likewise
    std::string ca_file;                ///< instead of a key: the authority that signed the hosts' certificates, PEM
    std::string cert_file;      ///< this host's certificate (and what leads to the authority), PEM; it names the host
    std::string cert_key_file;  ///< its private key, PEM
    bool plain = false;         ///< said explicitly: whoever reaches the ports from a configured address commands
    std::vector<std::string> version1_peers;  ///< hosts, and "monitor", spoken to by version 1, which is plain text
    bool operator==(const Security&) const = default;

    [[nodiscard]] bool has_certificates() const { return !ca_file.empty() || !cert_file.empty(); }
    /// Does `version1_peers` name it?
    [[nodiscard]] bool names_version1(const std::string& peer) const;
};

/// One cluster. The same file serves monitor, agents and control; plain values, no file is touched here.
struct Config {
    std::string cluster;  ///< a name for logs and files; may be empty
    HostName self;        ///< key `this`; normally empty, found by local addresses
    RoleName active_master_role = "writer";
    bool debug = false;
    unsigned max_kill_retries = 1;  ///< seconds that clients' running statements get before they are ended
    Duration drain_timeout = 30s;   ///< how long a new writer may apply what it received before it is an alarm
    OnDrainTimeout on_drain_timeout = OnDrainTimeout::keep;
    bool end_privileged = false;        ///< end sessions that can write to a host that isn't the writer
    bool events_follow_writer = false;  ///< the event scheduler is on on the writer, off elsewhere
    SemiSyncStuck semi_sync_stuck = SemiSyncStuck::alarm;
    Duration semi_sync_stuck_after = 30s;
    Duration lease = 2s;  ///< a holder that no majority supports for so long has let go
    Ratio drift{1000};    ///< by how much the rate of a host's clock may differ from true time
    Monitor monitor;
    Quorum quorum;
    Socket socket;
    Security security;
    std::map<HostName, Host> hosts;
    std::map<RoleName, Role> roles;
    std::map<CheckKind, Check> checks;  ///< always all four kinds
    bool operator==(const Config&) const = default;

    [[nodiscard]] const Host* host(const HostName& name) const;
    [[nodiscard]] const Role* role(const RoleName& name) const;
    /// The role whose holder is writable and that slaves replicate from. Precondition: validated.
    [[nodiscard]] const Role& writer_role() const;
    [[nodiscard]] const Check& check(CheckKind kind) const;
    /// All slots of all roles.
    [[nodiscard]] Slots slots() const;
    /// The slots that `host` may hold.
    [[nodiscard]] Slots slots_of(const HostName& host) const;
    /// The links carry a proof of who is at the other end.
    [[nodiscard]] bool is_secured() const;
    [[nodiscard]] bool can_hold(const HostName& host, const RoleName& role) const;
    [[nodiscard]] bool is_writer_slot(const Slot& slot) const { return slot.role == active_master_role; }
};

}  // namespace mmm::config

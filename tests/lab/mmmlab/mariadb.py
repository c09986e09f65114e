"""MariaDB in the lab."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import topology
from .server import Server
from .template import run
from .topology import Node

_SIZES = ("--innodb-log-file-size=16M", "--innodb-buffer-pool-size=32M")


class MariaDb(Server):
    binary = "mariadbd"
    share = "mariadb"
    start_replication = "START SLAVE"
    stop_replication = "STOP SLAVE"
    start_sql_thread = "START SLAVE SQL_THREAD"
    stop_sql_thread = "STOP SLAVE SQL_THREAD"
    stop_io_thread = "STOP SLAVE IO_THREAD"
    show_state = "SELECT @@gtid_binlog_state AS state"
    show_origin = "SELECT CONCAT(@@gtid_domain_id, '-', @@server_id, '-') AS origin"
    show_binary_log = "SHOW MASTER STATUS"
    refuses_late = "in the same GTID domain 0"  # in which MariaDB couldn't keep the late ones in order
    delay_replication = "CHANGE MASTER TO MASTER_DELAY = {}"
    own_numbers = "SET gtid_domain_id = 7"
    no_start = "skip_slave_start"
    show_replication = "SHOW SLAVE STATUS"
    show_channels = "SHOW ALL SLAVES STATUS"
    channel_name = "Connection_name"
    show_history = "SELECT @@gtid_binlog_pos AS position, @@gtid_binlog_state AS state"
    right_not_to_log = "BINLOG ADMIN"
    rights = {
        topology.MONITOR_USER: "SLAVE MONITOR",
        topology.AGENT: "PROCESS, CONNECTION ADMIN, READ_ONLY ADMIN, RELOAD, REPLICATION SLAVE ADMIN, SLAVE MONITOR, "
                        "BINLOG MONITOR",
        topology.REPLICATION: "REPLICATION SLAVE",
    }
    agent_also = ("SELECT ON mysql.global_priv",)
    acknowledges = "rpl_semi_sync_slave_enabled = 1\n"
    waits_for_acknowledgements = """rpl_semi_sync_master_enabled = 1
rpl_semi_sync_master_wait_point = AFTER_SYNC
rpl_semi_sync_master_timeout = 600000
rpl_semi_sync_master_wait_no_slave = 0
"""
    right_to_switch_events = "SUPER"
    right_to_end_semi_sync = "REPLICATION MASTER ADMIN"
    show_semi_sync = "SELECT @@rpl_semi_sync_master_enabled AS value"
    reload_tls = "FLUSH SSL"
    no_tls = "skip_ssl\n"
    misfit = "gtid_strict_mode is off"
    make_misfit = "SET GLOBAL gtid_strict_mode = 0"
    settings = """expire_logs_days = 10
read_only = 1
skip_slave_start
gtid_strict_mode = 1
log_slave_updates
slave_net_timeout = 10
innodb_log_file_size = 16M
performance_schema = 0
"""

    def make_data(self, target: Path) -> None:
        # As root, since the cache may be where mysql can't look (a home directory).
        options = ["--no-defaults", "--user=root", *_SIZES]
        # --force: whether this machine's name can be looked up is of no interest here.
        install = ["mariadb-install-db", *options, "--force", "--skip-test-db", "--auth-root-socket-user=root",
                   "--auth-root-authentication-method=socket"]
        if self.root:
            # A script that calls programs of its own Debian, where `target` is /mnt.
            target.mkdir()
            inside = 'mount --bind "$1" "$2/mnt" && shift && exec chroot "$@"'
            run(["unshare", "--mount", "--propagation=private", "sh", "-c", inside, "sh", str(target), str(self.root),
                 *install, "--datadir=/mnt"])
        else:
            run([*install, f"--datadir={target}"])
        # A bootstrapping server checks no rights and can't GRANT, unless told to load them first.
        sql = ["FLUSH PRIVILEGES;", "SET sql_log_bin = 0;", *self.setup_sql()]
        run([*self.command(self.root), *options, *self.file_options(), f"--datadir={target}", "--bootstrap"], sql)

    def replicate_from(self, source: Node) -> str:
        return f"{_change_master(source)}, MASTER_USE_GTID = slave_pos"

    def replicate_by_position(self, source: Node) -> str:
        return f"{_change_master(source)}, MASTER_USE_GTID = no"

    def channel_from(self, channel: str, source_ip: str) -> list[str]:
        user, password = topology.REPLICATION
        return [f"CHANGE MASTER '{channel}' TO MASTER_HOST = '{source_ip}', MASTER_USER = '{user}', "
                f"MASTER_PASSWORD = '{password}', MASTER_USE_GTID = slave_pos", f"START SLAVE '{channel}'"]

    def wait_for_acknowledgements(self, timeout_ms: int) -> list[str]:
        return [f"SET GLOBAL rpl_semi_sync_master_timeout = {timeout_ms}", "SET GLOBAL rpl_semi_sync_master_enabled = 1"]

    def take_history(self, history: Mapping[str, Any]) -> list[str]:
        return ["RESET MASTER", f"SET GLOBAL gtid_binlog_state = '{history['state']}'",
                f"SET GLOBAL gtid_slave_pos = '{history['position']}'"]

    def may_follow(self, history: Mapping[str, Any]) -> list[str]:
        # Its binary log has what the emptied one of the other lacks.
        return ["STOP SLAVE", f"SET GLOBAL gtid_slave_pos = '{history['position']}'", "START SLAVE"]

    def keep_apart(self, node: Node) -> str:
        return f"SET GLOBAL gtid_domain_id = {node.server_id}"  # and binlog_annotate_row_events is on

    def gtid_set(self, origin: str, first: int, last: int) -> str:
        return f"{origin}{first}..{last}"

    def gtids_told(self, origin: str, first: int, last: int) -> str:
        return f"{origin}{first} to {origin}{last}"

    def set_password(self, account: str, password: str) -> str:
        return f"SET PASSWORD FOR {account} = PASSWORD('{password}')"


def _change_master(source: Node) -> str:
    user, password = topology.REPLICATION
    return (f"CHANGE MASTER TO MASTER_HOST = '{source.ip}', MASTER_PORT = {topology.MYSQL_PORT}, "
            f"MASTER_USER = '{user}', MASTER_PASSWORD = '{password}', MASTER_CONNECT_RETRY = 1")

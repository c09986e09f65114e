"""MySQL 8.4 and later in the lab: new words only, GTIDs, caching_sha2_password."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import topology
from .server import Server
from .template import run
from .topology import Node


class MySql(Server):
    binary = "mysqld"
    share = "mysql"
    start_replication = "START REPLICA"
    stop_replication = "STOP REPLICA"
    start_sql_thread = "START REPLICA SQL_THREAD"
    stop_sql_thread = "STOP REPLICA SQL_THREAD"
    stop_io_thread = "STOP REPLICA IO_THREAD"
    show_state = "SELECT @@GLOBAL.gtid_executed AS state"
    show_origin = "SELECT CONCAT(@@server_uuid, ':') AS origin"
    show_binary_log = "SHOW BINARY LOG STATUS"
    delay_replication = "CHANGE REPLICATION SOURCE TO SOURCE_DELAY = {}"
    no_start = "skip_replica_start"
    show_replication = "SHOW REPLICA STATUS"
    show_channels = "SHOW REPLICA STATUS"
    channel_name = "Channel_Name"
    show_history = "SELECT @@GLOBAL.gtid_executed AS position"
    no_original = "MMM 2.2 asks with SHOW SLAVE STATUS, which MySQL 8.4 and later don't know: it can't run there"
    # super_read_only holds for root too. read_only alone goes on to hold for everybody else.
    let_root_write = "SET GLOBAL super_read_only = 0"
    lock_root_out = "SET GLOBAL super_read_only = 1"
    show_global_locks = ("SELECT OWNER_THREAD_ID AS owner FROM performance_schema.metadata_locks "
                         "WHERE OBJECT_TYPE = 'GLOBAL' AND LOCK_TYPE = 'SHARED'")
    show_semi_sync = "SELECT @@rpl_semi_sync_source_enabled AS value"
    no_tls = "tls_version =\n"
    misfit = "gtid_mode is ON_PERMISSIVE"
    make_misfit = "SET GLOBAL gtid_mode = ON_PERMISSIVE"
    right_not_to_log = "SESSION_VARIABLES_ADMIN"
    rights = {
        topology.MONITOR_USER: "REPLICATION CLIENT",
        topology.AGENT: "PROCESS, RELOAD, REPLICATION CLIENT, REPLICATION SLAVE, CONNECTION_ADMIN, "
                        "REPLICATION_SLAVE_ADMIN, SYSTEM_VARIABLES_ADMIN, XA_RECOVER_ADMIN, "
                        "SYSTEM_USER",
        topology.REPLICATION: "REPLICATION SLAVE",
    }
    acknowledges = """plugin_load_add = semisync_replica.so
rpl_semi_sync_replica_enabled = 1
"""
    waits_for_acknowledgements = """plugin_load_add = semisync_source.so
rpl_semi_sync_source_enabled = 1
rpl_semi_sync_source_wait_point = AFTER_SYNC
rpl_semi_sync_source_timeout = 600000
rpl_semi_sync_source_wait_no_replica = 0
"""
    gtids_off = """gtid_mode = OFF
enforce_gtid_consistency = OFF
"""
    gtids_on = ("SET PERSIST enforce_gtid_consistency = ON", "SET PERSIST gtid_mode = OFF_PERMISSIVE",
                "SET PERSIST gtid_mode = ON_PERMISSIVE", "SET PERSIST gtid_mode = ON")
    # The performance schema has to be on: the list of sessions is in it. Its instruments take memory and time.
    settings = """super_read_only = 1
skip_replica_start = 1
gtid_mode = ON
enforce_gtid_consistency = ON
log_replica_updates = 1
replica_net_timeout = 10
mysqlx = 0
secure_file_priv = NULL
innodb_redo_log_capacity = 8M
performance_schema_instrument = '%=OFF'
performance_schema_instrument = 'wait/lock/metadata/sql/mdl=ON'
performance_schema_max_table_instances = 500
performance_schema_max_digest_length = 0
performance_schema_digests_size = 0
performance_schema_events_statements_history_size = 0
performance_schema_events_statements_history_long_size = 0
performance_schema_error_size = 0
"""

    def make_data(self, target: Path) -> None:
        statements = target.with_name(f"{target.name}.sql")
        statements.write_text("\n".join(self.setup_sql()))
        run([*self.command(self.root), "--no-defaults", *self.file_options(), "--user=root", f"--datadir={target}",
             "--initialize-insecure", f"--init-file={statements}"])
        statements.unlink()
        (target / "auto.cnf").unlink()  # the server's UUID: each copy needs its own

    def replicate_from(self, source: Node) -> str:
        return f"{_change_source(source)}, SOURCE_AUTO_POSITION = 1"

    def replicate_by_position(self, source: Node) -> str:
        return f"{_change_source(source)}, SOURCE_AUTO_POSITION = 0"

    def channel_from(self, channel: str, source_ip: str) -> list[str]:
        user, password = topology.REPLICATION
        return [f"CHANGE REPLICATION SOURCE TO SOURCE_HOST = '{source_ip}', SOURCE_USER = '{user}', SOURCE_PASSWORD = "
                f"'{password}', SOURCE_AUTO_POSITION = 1 FOR CHANNEL '{channel}'", f"START REPLICA FOR CHANNEL '{channel}'"]

    def wait_for_acknowledgements(self, timeout_ms: int) -> list[str]:
        return ["INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'",
                f"SET GLOBAL rpl_semi_sync_source_timeout = {timeout_ms}", "SET GLOBAL rpl_semi_sync_source_enabled = 1"]

    def take_history(self, history: Mapping[str, Any]) -> list[str]:
        return ["RESET BINARY LOGS AND GTIDS", f"SET GLOBAL gtid_purged = '{history['position']}'"]

    def may_follow(self, history: Mapping[str, Any]) -> list[str]:
        return []  # it positions itself by what it has

    def keep_apart(self, node: Node) -> str:
        return "SET GLOBAL binlog_rows_query_log_events = 1"  # each server numbers its own anyway

    def gtid_set(self, origin: str, first: int, last: int) -> str:
        return f"{origin}{first}-{last}"

    def gtids_told(self, origin: str, first: int, last: int) -> str:
        return self.gtid_set(origin, first, last)

    def set_password(self, account: str, password: str) -> str:
        return f"ALTER USER {account} IDENTIFIED BY '{password}'"


def _change_source(source: Node) -> str:
    user, password = topology.REPLICATION
    return (f"CHANGE REPLICATION SOURCE TO SOURCE_HOST = '{source.ip}', SOURCE_PORT = {topology.MYSQL_PORT}, "
            f"SOURCE_USER = '{user}', SOURCE_PASSWORD = '{password}', SOURCE_CONNECT_RETRY = 1, "
            "GET_SOURCE_PUBLIC_KEY = 1")

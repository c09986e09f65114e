"""The configuration of a lab host's MariaDB server, and a root session through its unix socket."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql
from pymysql.cursors import DictCursor

from . import topology
from .topology import Node

SOCKET = "/run/mysqld/mysqld.sock"

# The first part is the tutorial's, the second what the README asks for, the third keeps five servers small.
_MY_CNF = """[mysqld]
datadir = {data}
socket = {socket}
user = mysql
port = {port}
bind_address = *
default_storage_engine = innodb
replicate_ignore_db = mysql
binlog_ignore_db = mysql
server_id = {server_id}
log_bin = {data}/mysql-bin.log
log_bin_index = {data}/mysql-bin.log.index
relay_log = {data}/mysql-bin.relay
relay_log_index = {data}/mysql-bin.relay.index
expire_logs_days = 10
max_binlog_size = 100M
log_slave_updates
sync_binlog = 1

read_only = 1
skip_slave_start
gtid_strict_mode = 1
innodb_flush_log_at_trx_commit = 1
{masters_only}
report_host = {name}
skip_name_resolve
slave_net_timeout = 10
pid_file = /run/mysqld/mysqld.pid
innodb_buffer_pool_size = 32M
innodb_log_file_size = 16M
innodb_buffer_pool_dump_at_shutdown = 0
innodb_buffer_pool_load_at_startup = 0
performance_schema = 0
table_open_cache = 64
max_connections = 100
"""


def my_cnf(node: Node, data: Path) -> str:
    masters_only = ""
    if node.mode == "master":
        masters_only = f"auto_increment_increment = 2\nauto_increment_offset = {node.server_id}"
    return _MY_CNF.format(name=node.name, data=data, server_id=node.server_id, socket=SOCKET,
                          port=topology.MYSQL_PORT, masters_only=masters_only)


@contextlib.contextmanager
def session(socket_path: Path, timeout_s: float = 5) -> Iterator[pymysql.connections.Connection]:
    """A session of root. Nothing takes longer than `timeout_s` seconds, also on a frozen server."""
    connection = pymysql.connect(unix_socket=str(socket_path), user="root", autocommit=True, connect_timeout=timeout_s,
                                 read_timeout=timeout_s, write_timeout=timeout_s, cursorclass=DictCursor)
    try:
        yield connection
    finally:
        connection.close()


def query(socket_path: Path, statement: str, timeout_s: float = 5) -> list[dict[str, Any]]:
    """Runs one statement as root and returns its rows, column names as keys."""
    with session(socket_path, timeout_s) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def replicate_from(source: Node) -> str:
    """The statement that makes a host a replica of `source`, by GTID."""
    user, password = topology.REPLICATION
    return (f"CHANGE MASTER TO MASTER_HOST = '{source.ip}', MASTER_PORT = {topology.MYSQL_PORT}, "
            f"MASTER_USER = '{user}', MASTER_PASSWORD = '{password}', MASTER_CONNECT_RETRY = 1, "
            "MASTER_USE_GTID = slave_pos")

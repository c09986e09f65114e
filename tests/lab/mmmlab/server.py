"""What differs between the database servers that the lab can run: how they are started, set up, and spoken to.

Cases name no server: what they want done to one is a method of its host, and the words for it are here and in the two
modules that derive from this.
"""

from __future__ import annotations

import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import topology
from .topology import Node

# Where a host has the root of its server, when that isn't this machine's own.
INSIDE = Path("/run/lab/server")
_PACKAGING = Path(__file__).resolve().parents[3] / "packaging"
_NETWORKS = ("192.168.10.%", "2001:db8:10:%")
# tmpdir: hosts share /tmp, and their servers, with the same process and session ids, would use the same names there.
_COMMON_CNF = """[mysqld]
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
relay_log = {data}/mysql-relay
relay_log_index = {data}/mysql-relay.index
max_binlog_size = 100M
sync_binlog = 1
innodb_flush_log_at_trx_commit = 1
report_host = {name}
skip_name_resolve
tmpdir = /var/tmp
pid_file = /run/mysqld/mysqld.pid
innodb_buffer_pool_size = 32M
innodb_buffer_pool_dump_at_shutdown = 0
innodb_buffer_pool_load_at_startup = 0
table_open_cache = 64
max_connections = 100
"""


class Server(ABC):
    """A kind of server: `kind` as --server names it. Objects hold nothing that changes."""

    binary: str  # of the server itself
    share: str  # the folder below /usr/share with its messages and character sets
    start_replication: str
    stop_replication: str
    start_sql_thread: str
    stop_sql_thread: str
    stop_io_thread: str
    show_state: str  # the same as `show_history`, in full: the last number of each origin
    show_origin: str  # how the GTIDs of what the server itself writes begin
    show_binary_log: str  # which file is written
    refuses_late: str = ""  # why the writer may not take what a former one alone has, in a lab as it is at first
    delay_replication: str  # with the seconds by which a stopped replica shall lag
    show_replication: str
    no_start: str  # how the line of my.cnf begins that keeps replication from starting with the server
    show_channels: str  # one row for each channel, its name in `channel_name`
    channel_name: str
    show_history: str  # all that the server ever wrote or applied, as one row
    no_original: str = ""  # why programs of MMM 2.2 can't work with it
    let_root_write: str = ""  # on a read-only host, where that needs a statement, until `lock_root_out`
    show_global_locks: str = ""  # sessions that have the global read lock; goes with `let_root_write`
    lock_root_out: str = ""
    settings: str  # its own part of my.cnf: what the README asks for, and what keeps four of them small
    own_numbers: str = ""  # what a session needs whose transactions mustn't collide with those of others
    right_not_to_log: str  # what a session needs that keeps its writes out of the binary log
    rights: Mapping[tuple[str, str], str]  # of each account, as the README says and not one more
    agent_also: tuple[str, ...] = ()  # what the agent has beyond its rights on everything
    # Lines of my.cnf for semi-synchronous replication. A commit waits for ever for one acknowledgement, unless nobody is
    # connected who could give one: else a host without replicas would never apply what it receives.
    acknowledges: str
    waits_for_acknowledgements: str
    gtids_off: str = ""  # lines of my.cnf after which its transactions have no GTIDs; empty: they always have
    gtids_on: tuple[str, ...] = ()  # statements, each to be run on all hosts before the next one
    right_to_switch_events: str = ""  # what the agent needs beside these for the event scheduler
    right_to_end_semi_sync: str = ""  # and for making a writer asynchronous
    show_semi_sync: str  # whether a source waits for acknowledgements
    reload_tls: str = ""  # reads the certificate anew, also one that isn't valid; empty: it takes only what it likes
    no_tls: str  # lines of my.cnf for a server that offers none
    misfit: str  # a setting that doesn't fit a cluster, as the operator is told it
    make_misfit: str

    def __init__(self, kind: str, own: bool) -> None:
        """`own`: this machine has it installed; else it is in the cache, where packaging/server-root puts it."""
        self.kind = kind
        self._own = own
        self._root: Path | None = None

    @property
    def root(self) -> Path | None:
        """Where its Debian begins, in the cache; made if it isn't there yet. None: it is this machine's own."""
        if self._root is None and not self._own:
            done = subprocess.run([_PACKAGING / "server-root", self.kind], check=True, stdout=subprocess.PIPE, text=True)
            self._root = Path(done.stdout.strip())
        return self._root

    def command(self, root: Path | None) -> list[str]:
        """How the server is called that has its Debian at `root`: with that one's loader, libraries and files. Options
        follow; a --defaults-file has to be the first of them."""
        if root is None:
            return [self.binary]
        program = root / "usr/sbin" / self.binary
        libraries = ":".join(str(root / folder) for folder in ("usr/lib/x86_64-linux-gnu", "usr/lib/mysql/private"))
        return [str(root / "lib64/ld-linux-x86-64.so.2"), "--library-path", libraries, "--argv0", str(program),
                str(program)]

    def files(self, root: Path | None) -> list[str]:
        """Settings that say where a server has its own files."""
        if root is None:
            return []
        share = root / "usr/share" / self.share
        return [f"basedir={root}/usr", f"plugin_dir={root}/usr/lib/mysql/plugin",
                f"lc_messages_dir={share}", f"character_sets_dir={share}/charsets"]

    def file_options(self) -> list[str]:
        return [f"--{setting}" for setting in self.files(self.root)]

    def version(self) -> str:
        done = subprocess.run([*self.command(self.root), "--version"], check=True, capture_output=True, text=True)
        return done.stdout.partition("Ver ")[2].split()[0].partition("-")[0]

    def my_cnf(self, node: Node, data: Path, socket: str) -> str:
        lines = [_COMMON_CNF.format(name=node.name, data=data, server_id=node.server_id, socket=socket,
                                    port=topology.MYSQL_PORT)]
        if node.mode == "master":
            lines.append(f"auto_increment_increment = 2\nauto_increment_offset = {node.server_id}\n")
        lines += [f"{setting}\n" for setting in self.files(INSIDE if self.root else None)]
        return "".join([*lines, self.settings])

    def semi_sync(self, node: Node) -> str:
        """The lines of my.cnf with which every host acknowledges, and a master waits for one that does."""
        return self.acknowledges + (self.waits_for_acknowledgements if node.mode == "master" else "")

    def setup_sql(self) -> list[str]:
        """Accounts and the application's table. Not in the binary log: all servers begin with the same, and empty
        GTIDs."""
        lines = ["CREATE DATABASE app;",
                 "CREATE TABLE app.writes (id BIGINT AUTO_INCREMENT PRIMARY KEY, n BIGINT NOT NULL UNIQUE, "
                 "host VARCHAR(64) NOT NULL) ENGINE=InnoDB;",
                 "CREATE DATABASE sampler;",
                 "CREATE TABLE sampler.writes (n BIGINT NOT NULL) ENGINE=InnoDB;",
                 "INSERT INTO sampler.writes VALUES (0);"]
        # The sampler's writes are in no binary log, and read_only refuses them as anybody's.
        accounts = {**{account: [f"{rights} ON *.*"] for account, rights in self.rights.items()},
                    topology.APP: ["SELECT, INSERT, UPDATE, DELETE ON app.*"],
                    topology.SAMPLER: [f"{self.right_not_to_log} ON *.*", "SELECT, UPDATE ON sampler.*"]}
        accounts[topology.AGENT] += self.agent_also
        for network in _NETWORKS:
            for (user, password), grants in accounts.items():
                lines.append(f"CREATE USER '{user}'@'{network}' IDENTIFIED BY '{password}';")
                lines += [f"GRANT {rights} TO '{user}'@'{network}';" for rights in grants]
        return lines

    @abstractmethod
    def make_data(self, target: Path) -> None:
        """A data directory with what setup_sql() says, made as root."""

    @abstractmethod
    def replicate_from(self, source: Node) -> str:
        """The statement that makes a stopped host a replica of `source`, by GTID."""

    @abstractmethod
    def replicate_by_position(self, source: Node) -> str:
        """The same by file and position, from the beginning."""

    @abstractmethod
    def channel_from(self, channel: str, source_ip: str) -> list[str]:
        """The statements that make and start one more channel, by GTID."""

    @abstractmethod
    def wait_for_acknowledgements(self, timeout_ms: int) -> list[str]:
        """The statements after which a writer's commits wait for a semi-synchronous replica, for so long each."""

    def old_names(self, status: dict[str, Any]) -> dict[str, Any]:
        """What `show_replication` gave, with the columns' names that all servers once had (Slave_SQL_Running)."""
        return {name.replace("Source", "Master").replace("Replica", "Slave"): value for name, value in status.items()}

    @abstractmethod
    def take_history(self, history: Mapping[str, Any]) -> list[str]:
        """The statements that give an emptied, stopped server the history that `show_history` read from another one."""

    @abstractmethod
    def may_follow(self, history: Mapping[str, Any]) -> list[str]:
        """The statements after which the server that `history` is from can replicate from one that took it."""

    @abstractmethod
    def keep_apart(self, node: Node) -> str:
        """The statement after which transactions that only this host has can be taken by another writer, and are told
        with their statements. Before anything is written."""

    @abstractmethod
    def gtid_set(self, origin: str, first: int, last: int) -> str:
        """How mmm names the transactions from one number to another one, for programs."""

    @abstractmethod
    def gtids_told(self, origin: str, first: int, last: int) -> str:
        """The same, for people."""

    @abstractmethod
    def set_password(self, account: str, password: str) -> str:
        """The statement; `account` is 'user'@'network', quoted."""

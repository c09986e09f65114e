"""One host of the lab: its namespaces, its server, its agent; and everything that can be done to it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pymysql.connections import Connection

from . import gtid, sql, template
from .namespace import Namespace
from .network import add_address, addresses_of, remove_address
from .process import Daemon
from .server import INSIDE, Server
from .topology import Node
from .wait import wait_until

MY_CNF = "/etc/mysql/lab.cnf"


class Host:
    """`directory` is the host's disk: it survives a power cut. Logs of its daemons go to `logs`. `server` is the kind of
    database server that runs where the node has one."""

    def __init__(self, node: Node, directory: Path, logs: Path, server: Server) -> None:
        self.node = node
        self.name = node.name
        self.directory = directory
        self.logs = logs
        self.server = server
        self.namespace = Namespace(node.name, directory)
        self.mysqld: Daemon | None = None
        self.agent: Daemon | None = None
        self.more_settings = ""  # lines of its my.cnf beside the lab's, set before the server is installed
        self.data_mib = 0  # of a disk of its own for the server's data, set before that is installed; 0: none

    def exec(self, argv: Sequence[str], timeout_s: float = 20, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a command on the host to its end."""
        return self.namespace.run(argv, timeout_s=timeout_s, check=check)

    def daemon(self, name: str, argv: Sequence[str]) -> Daemon:
        """Starts a process on the host; its log is named after both."""
        return Daemon(f"{name} of {self.name}", self.namespace, argv, self.logs / f"{self.name}-{name}.log")

    def path(self, inside: str) -> Path:
        """A file of the host, as seen from outside."""
        return self.namespace.root / inside.lstrip("/")

    def write_file(self, inside: str, text: str, mode: int = 0o644) -> None:
        target = self.path(inside)
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
            file.write(text)
        target.chmod(mode)
        if mode & 0o077 == 0o040:  # a group's secret: the services read it again
            os.chown(target, -1, self.service_user[1])

    @property
    def service_user(self) -> tuple[int, int]:
        """User and group of the services on this host (see init.py)."""
        for line in self.path("/etc/passwd").read_text().splitlines():
            name, _, user, group, *_ = line.split(":")
            if name == "mmm":
                return int(user), int(group)
        raise RuntimeError(f"{self.name} has no user mmm")

    def give_to_services(self, inside: str) -> None:
        """A folder that root made becomes the services', with all that is in it."""
        self.exec(["chown", "-R", "mmm:mmm", inside])

    def addresses(self) -> list[str]:
        """What the kernel has on eth0 now, the host's own addresses included."""
        return sorted(addresses_of(self.namespace))

    def add_address(self, ip: str) -> None:
        """By hand: mmm knows nothing of it."""
        add_address(self.namespace, ip)

    def remove_address(self, ip: str) -> None:
        """By hand: mmm knows nothing of it."""
        remove_address(self.namespace, ip)

    def slots(self) -> list[str]:
        """The addresses that aren't the host's own: those that roles brought."""
        return sorted(set(self.addresses()) - {self.node.ip, self.node.ip_v6})

    def fill_disk(self, folder: str) -> None:
        """Nothing can be written to the disk that `folder` is on, and that is small."""
        self.exec(["dd", "if=/dev/zero", f"of={folder}/filler", "bs=4096"], check=False)

    def free_disk(self, folder: str) -> None:
        self.exec(["rm", "-f", f"{folder}/filler"])

    # The server

    @property
    def socket_path(self) -> Path:
        return self.path(sql.SOCKET)

    @property
    def data(self) -> Path:
        return self.directory / "mysql"

    def install_mysqld(self) -> None:
        """The data directory and my.cnf; done once."""
        if self.data_mib:
            self.data.mkdir()
            self.exec(["mount", "-t", "tmpfs", "-o", f"size={self.data_mib}m,mode=755", "lab", str(self.data)])
            self.exec(["cp", "-a", "--sparse=always", f"{template.data_directory(self.server)}/.", str(self.data)])
            self.exec(["chown", "-R", "mysql:mysql", str(self.data)])
        else:
            template.copy_to(self.server, self.data)
        settings = self.server.my_cnf(self.node, self.data, sql.SOCKET)
        self.write_file(MY_CNF, settings + self.more_settings)

    def set_more_settings(self, lines: str) -> None:
        """Other lines in my.cnf for the server's next start."""
        self.more_settings = lines
        self.write_file(MY_CNF, self.server.my_cnf(self.node, self.data, sql.SOCKET) + lines)

    def start_mysqld(self, wait_s: float = 20) -> None:
        """Starts the server; with `wait_s` 0 without waiting for it to answer."""
        assert self.mysqld is None or not self.mysqld.running, f"mysqld of {self.name} runs already"
        self.socket_path.unlink(missing_ok=True)
        command = self.server.command(self._server_root())
        self.mysqld = self.daemon("mysqld", [*command, f"--defaults-file={MY_CNF}"])
        if wait_s:
            self.wait_mysqld(wait_s)

    def _server_root(self) -> Path | None:
        """Where the host has the server's root: a place that mysql may enter, which the cache needn't be."""
        if not self.server.root:
            return None
        inside = self.path(str(INSIDE))
        if not inside.exists():
            inside.mkdir(parents=True)
            self.exec(["mount", "--bind", str(self.server.root), str(INSIDE)])
        return INSIDE

    def wait_mysqld(self, deadline_s: float = 20) -> None:
        def answers() -> bool:
            assert self.mysqld
            self.mysqld.require_running()
            return bool(self.sql("SELECT 1", timeout_s=1))

        wait_until(answers, deadline_s, f"mysqld of {self.name} to answer", 0.02)

    def kill_mysqld(self) -> float:
        """SIGKILL. Returns the moment (time.monotonic)."""
        return self._running(self.mysqld).kill()

    def stop_mysqld(self) -> float:
        """An orderly shutdown."""
        at = time.monotonic()
        self._running(self.mysqld).stop(30)
        return at

    def freeze_mysqld(self) -> float:
        return self._running(self.mysqld).freeze()

    def thaw_mysqld(self) -> float:
        return self._running(self.mysqld).thaw()

    def sql(self, statement: str, timeout_s: float = 5) -> list[dict[str, Any]]:
        """One statement as root through the unix socket."""
        return sql.query(self.socket_path, statement, timeout_s)

    def session(self, timeout_s: float = 5) -> contextlib.AbstractContextManager[Connection]:
        """A session of root's through the unix socket, within the block."""
        return sql.session(self.socket_path, timeout_s)

    @contextlib.contextmanager
    def root_may_write(self) -> Iterator[None]:
        """Within the block root may write although the host is read-only, which it stays for everybody else. For
        moments only: an agent that would set that right is frozen."""
        if not self.server.let_root_write or not self.sql("SELECT @@GLOBAL.super_read_only AS value")[0]["value"]:
            yield
            return
        # A frozen agent would keep the lock that a writer keeps for a second after a planned move.
        wait_until(lambda: not self.sql(self.server.show_global_locks), 10, f"{self.name} to give up its global lock")
        with self.agent_frozen():
            self.sql(self.server.let_root_write)
            try:
                yield
            finally:
                self.sql(self.server.lock_root_out)

    @contextlib.contextmanager
    def agent_frozen(self) -> Iterator[None]:
        """Within the block the agent touches nothing. For moments only: longer, and the monitor misses it."""
        if self.agent:
            self.agent.freeze()
        try:
            yield
        finally:
            if self.agent:
                self.agent.thaw()

    def read_only(self) -> bool:
        return bool(self.sql("SELECT @@GLOBAL.read_only AS value")[0]["value"])

    def replicate_from(self, source: Node) -> None:
        """Points the stopped replication at `source` and starts it."""
        self.sql(self.server.replicate_from(source))
        self.start_replication()

    def start_replication(self) -> None:
        self.sql(self.server.start_replication)

    def stop_replication(self) -> None:
        self.sql(self.server.stop_replication)

    def stop_io_thread(self) -> None:
        self.sql(self.server.stop_io_thread)

    def delay_replication(self, seconds: int) -> None:
        """What it receives is applied this much later."""
        source = self.source_ip()

        def delay() -> bool:
            self.sql(self.server.stop_replication, timeout_s=20)
            self.sql(self.server.delay_replication.format(seconds), timeout_s=20)
            return True

        wait_until(delay, 20, f"{self.name} to be delayed: its agent may start it in between")
        self.start_replication()
        wait_until(lambda: source and self.source_ip() == source, 20, f"{self.name} to replicate again")

    def start_sql_thread(self) -> None:
        self.sql(self.server.start_sql_thread)

    def stop_sql_thread(self) -> None:
        self.sql(self.server.stop_sql_thread)

    def replication(self) -> dict[str, Any]:
        """The replication status with the columns' classic names on any server (Master_Host, Slave_SQL_Running); empty
        when it was never set up."""
        rows = self.sql(self.server.show_replication)
        return self.server.old_names(rows[0]) if rows else {}

    def channels(self) -> dict[str, tuple[str, str]]:
        """For each channel, by its name, whether its I/O and SQL thread run, as the server says it."""
        found = {}
        for row in self.sql(self.server.show_channels):
            status = self.server.old_names(row)
            found[row[self.server.channel_name]] = status["Slave_IO_Running"], status["Slave_SQL_Running"]
        return found

    def gtid_position(self) -> str:
        """What the server wrote or applied, as the server says it."""
        return self.sql(self.server.show_history)[0]["position"].replace("\n", "")

    def gtid_origin(self) -> str:
        """How the GTIDs of what it writes itself begin."""
        return self.sql(self.server.show_origin)[0]["origin"]

    def last_number(self, origin: str) -> int:
        """Of the transactions of that origin which the server wrote or applied."""
        return gtid.last_number(self.sql(self.server.show_state)[0]["state"], origin)

    def remove_binary_logs(self) -> None:
        """All but a new one: what was written until now isn't to be had from this server any more."""
        self.sql("FLUSH BINARY LOGS")
        [written] = self.sql(self.server.show_binary_log)

        def removed() -> bool:
            # One that is still being sent stays, with no more than a warning.
            self.sql(f"PURGE BINARY LOGS TO '{written['File']}'")
            return len(self.sql("SHOW BINARY LOGS")) == 1

        wait_until(removed, 5, f"the binary logs of {self.name} to be removed")

    def source_ip(self) -> str:
        """Where the host replicates from; empty unless both threads run."""
        status = self.replication()
        runs = status.get("Slave_IO_Running") == "Yes" and status.get("Slave_SQL_Running") == "Yes"
        return status["Master_Host"] if runs else ""

    def rows(self) -> set[int]:
        """The numbers in app.writes."""
        return {row["n"] for row in self.sql("SELECT n FROM app.writes")}

    # Power

    def power_cut(self) -> None:
        """All processes end at once, the interfaces vanish; the disk stays. Unplug the cable first."""
        self.namespace.kill()
        self.mysqld = self.agent = None

    def power_on(self) -> None:
        """Boots the host again, without daemons; the cable has to be plugged in anew."""
        self.namespace = Namespace(self.name, self.directory)
        self.namespace.wait_ready()

    def remove(self) -> None:
        self.namespace.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _running(self, daemon: Daemon | None) -> Daemon:
        assert daemon and daemon.running, f"{self.name}: no such daemon is running"
        return daemon

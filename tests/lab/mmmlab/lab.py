"""The lab: makes the five hosts and the client, brings up replication and mmm, and takes all of it down again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any

from . import config, lease_record, registry, servers, topology
from .host import Host
from .keys import new_key
from .network import Switch
from .probe import WritingProbe
from .process import Daemon
from .report import describe
from .sampler import Sampler
from .server import Server
from .topology import DATABASES, MONITOR, NODES
from .wait import wait_until

TOOLS = "/run/lab/bin"  # on each host, with the mmm under test in it
_HOSTS_FILE = "127.0.0.1 localhost\n" + "".join(f"{node.ip} {node.name}\n" for node in NODES.values())


class Lab:
    """Usable as a context manager. `prefix` names its directory; several labs run side by side.

    `binary` is the mmm under test. All `..._settings` and `extra_config` go into the configuration (see config.py).
    `security` is what the configuration has in [security]: a key, which each of the five hosts has; see config.py.
    `server` is the kind of database server; without it, the one that was chosen for all labs. The cluster is one that
    ran before, so nobody waits until an earlier lease would be over; with `first_start` it never ran.
    """

    def __init__(self, prefix: str, binary: Path, workdir: Path | None = None, *,
                 monitor_settings: dict[str, str] | None = None, extra_config: str = "",
                 host_settings: dict[str, dict[str, str]] | None = None, top_settings: dict[str, str] | None = None,
                 security: str = config.BY_KEY, first_start: bool = False, server: Server | None = None) -> None:
        registry.sweep()
        self.server = server or servers.chosen()
        self.binary = binary
        self.directory = workdir or registry.new_directory(prefix)
        self.logs = self.directory / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.hosts: dict[str, Host] = {}
        self.monitor: Daemon | None = None
        self._config = config.cluster_toml(monitor_settings, extra_config, host_settings, top_settings, security)
        # A lab that only tries out hosts and servers has no mmm.
        self.key = new_key(binary, "lab") if binary.name == "mmm" else ""
        self._first_start = first_start
        self.probes: list[WritingProbe] = []  # all that were ever started
        self._switch: Switch | None = None
        self._sampler: Sampler | None = None
        self._owner = os.getpid()
        self._kept = False

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()

    @property
    def switch(self) -> Switch:
        assert self._switch, "the hosts aren't started"
        return self._switch

    @property
    def sampler(self) -> Sampler:
        assert self._sampler, "the hosts aren't started"
        return self._sampler

    @property
    def databases(self) -> list[Host]:
        return [self.hosts[name] for name in DATABASES]

    # Starting

    def start_hosts(self) -> None:
        """Six machines on a switch, the sampler watching them, the configuration on each."""
        self._switch = Switch()
        self.hosts = {name: Host(node, self.directory / name, self.logs, self.server) for name, node in NODES.items()}
        try:
            self._switch.namespace.wait_ready()
            self._switch.start()
            for host in self.hosts.values():
                host.namespace.wait_ready()
        finally:
            self._record()
        self._sampler = Sampler(self.logs / "sampler.log")
        for host in self.hosts.values():
            self._switch.plug_in(host.node, host.namespace)
            self._sampler.watch(host)
            host.write_file(config.PATH, self._config, 0o600)
            host.write_file("/etc/hosts", _HOSTS_FILE)
            if self.key and host.name in (*DATABASES, MONITOR):
                host.write_file(config.KEY_PATH, self.key, 0o640)
            host.path(TOOLS).mkdir(parents=True, exist_ok=True)
            (host.path(TOOLS) / "mmm").symlink_to(self.binary)

    def start_databases(self) -> None:
        """Four servers, db1 and db2 replicating from each other, db3 and db4 from db1; all of them read-only."""
        for host in self.databases:
            host.install_mysqld()
            host.start_mysqld(wait_s=0)
        for host in self.databases:
            host.wait_mysqld()
        for host in self.databases:
            source = NODES[host.node.peer or "db1"]
            host.replicate_from(source)
        wait_until(lambda: all(host.source_ip() for host in self.databases), 10, "replication to run on all hosts")

    def start_mmm(self) -> None:
        """Agents and monitor; returns as soon as they are started."""
        if not self._first_start:
            self.write_lease_records()
        for host in self.databases:
            self.start_agent(host.name)
        self.start_monitor()

    def write_lease_records(self) -> None:
        """What voters that took part before have on their disks."""
        for host in self.databases:
            host.write_file(lease_record.path_of(host.name), lease_record.settled(host.name), 0o640)
        self.hosts[MONITOR].write_file(self.monitors_record, lease_record.settled("monitor"), 0o640)

    @property
    def monitors_record(self) -> str:
        """Where the monitor keeps its vote."""
        return f"{config.STATUS_PATH}.lease"

    def start_cluster(self, deadline_s: float = 20) -> None:
        """Everything, up to four hosts ONLINE with their roles."""
        self.start_hosts()
        self.start_databases()
        self.start_mmm()
        self.wait_online(deadline_s)

    def start_agent(self, name: str) -> Daemon:
        host = self.hosts[name]
        assert host.agent is None or not host.agent.running, f"the agent of {name} runs already"
        host.agent = host.daemon("agent", self.command("agent", name))
        return host.agent

    def start_monitor(self) -> Daemon:
        assert self.monitor is None or not self.monitor.running, "the monitor runs already"
        self.monitor = self.hosts[MONITOR].daemon("monitor", self.command("monitor", MONITOR))
        return self.monitor

    def command(self, program: str, host: str = "") -> list[str]:
        """How `agent` or `monitor` is called on `host`: as on any other."""
        return [str(self.binary), program, "--config", self.config_path(program), "--log-format", "json"]

    def config_path(self, program: str) -> str:
        return config.PATH

    # Power

    def power_cut(self, name: str) -> None:
        self.switch.unplug(name)
        self.hosts[name].power_cut()
        self.sampler.watch(self.hosts[name], powered=False)

    def power_on(self, name: str) -> None:
        host = self.hosts[name]
        host.power_on()
        self.switch.plug_in(host.node, host.namespace)
        self.sampler.watch(host)
        self._record()

    # Looking

    def ctl(self, *words: str, timeout_s: float = 15) -> tuple[int, str]:
        """Runs `mmm ctl` on db5. Returns its exit status and what it printed; refusals may be on standard error."""
        command = [str(self.binary), "ctl", "--config", self.config_path("ctl"), *words]
        done = self.hosts[MONITOR].exec(command, timeout_s, check=False)
        return done.returncode, done.stdout + done.stderr

    def show(self) -> dict[str, Any]:
        """`mmm ctl show --json`."""
        status, text = self.ctl("show", "--json")
        if status != 0:
            raise RuntimeError(f"mmm ctl show ended with {status}: {text}")
        return json.loads(text)

    def states(self) -> dict[str, str]:
        return {host["name"]: host["state"] for host in self.show()["hosts"]}

    def roles(self) -> dict[str, list[str]]:
        return {host["name"]: sorted(host["roles"]) for host in self.show()["hosts"]}

    def wait_online(self, deadline_s: float = 20) -> None:
        """Until all are ONLINE, all slots are on a host, the writer takes writes, and the monitor takes commands; not if a
        daemon ends."""
        daemons = [self.monitor, *(host.agent for host in self.databases)]

        def served() -> bool:
            for daemon in daemons:
                if daemon:
                    daemon.require_running()
            now = self.states()
            if set(now.values()) != {"ONLINE"}:
                raise RuntimeError(f"states are {now}")
            slots = sorted(ip for host in self.databases for ip in host.slots())
            if slots != sorted(topology.SLOT_IPS):
                raise RuntimeError(f"on hosts are {slots}")
            if any("the monitor is starting" in warning for warning in self.show()["warnings"]):
                raise RuntimeError("the monitor is starting")
            return not self.writer().read_only()

        wait_until(served, deadline_s, "all to be ONLINE, every slot on a host, and a writable writer")

    def writer(self) -> Host:
        """The host that has the writer's address."""
        holders = [host for host in self.databases if host.mysqld and topology.WRITER_IP in host.slots()]
        if len(holders) != 1:
            raise RuntimeError(f"the writer's address is on {[host.name for host in holders] or 'no host'}")
        return holders[0]

    def probe(self, host: str = topology.CLIENT) -> WritingProbe:
        """Starts a writing client."""
        probe = WritingProbe(self.hosts[host], first_n=1 + 1_000_000 * len(self.probes))
        self.probes.append(probe)
        return probe

    def describe(self) -> str:
        """The state of everything, for people who look at a failure."""
        return describe(self)

    # Ending

    def keep(self) -> None:
        """Lets hosts and daemons live on without this process, probes and sampler excepted;
        `registry.remove(lab.directory)` ends them."""
        self._kept = True
        for host in self.hosts.values():
            host.namespace.keep()
        self.switch.namespace.keep()
        self._record()

    def stop(self) -> None:
        """Ends every process of the lab and removes its data, unless it is kept. Can be called at any time."""
        if os.getpid() != self._owner:
            return
        for probe in self.probes:
            with contextlib.suppress(Exception):
                probe.stop()
        if self._sampler:
            self._sampler.stop()
        if self._kept:
            return
        for host in self.hosts.values():
            host.namespace.kill()
        if self._switch:
            self._switch.namespace.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _record(self) -> None:
        namespaces = [host.namespace for host in self.hosts.values()] + [self.switch.namespace]
        registry.write_record(self.directory, {n.name: [n.pid, n.started] for n in namespaces}, self._kept,
                              tools=TOOLS)

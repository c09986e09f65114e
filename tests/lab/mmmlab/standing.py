"""A cluster that several cases share: each finds it whole, with the writer on db1, and it is mended after each."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .expect import wait_cluster
from .host import Host
from .lab import Lab
from .probe import WritingProbe
from .report import describe, keep_logs
from .topology import DATABASES, NODES, WRITER_IP
from .wait import LabTimeout, wait_until

WRITER = "db1"
MENDED_S = 40
# Cases make the same hosts fail again and again: that isn't flapping.
SETTINGS = {"flap_count": "1000"}


@dataclass
class Case:
    """One case's cluster, a client that has been writing to db1, and the figures it is to print."""

    lab: Lab
    probe: WritingProbe
    began: float = field(default_factory=time.monotonic)
    figures: list[str] = field(default_factory=list)

    def host(self, name: str) -> Host:
        return self.lab.hosts[name]

    def figure(self, what: str, seconds: float) -> float:
        self.figures.append(f"{what} {seconds * 1000:.0f} ms")
        return seconds

    def gap(self, after: float, what: str = "gap") -> float:
        """The longest time without an acknowledged write since then, in seconds; printed."""
        return self.figure(what, self.probe.gap(after).seconds)

    def moved(self, fault: float, source: str = WRITER, target: str = "db2", deadline_s: float = 20) -> float:
        """Until the client writes to `target` after the fault; the address left `source` before it came there.
        Prints when, counted from the fault, and the gap, which it returns in seconds."""
        came = self.lab.sampler.came(WRITER_IP, target, fault, deadline_s)
        left = self.lab.sampler.left(WRITER_IP, source, fault, 0)
        assert left < came, f"{WRITER_IP} came to {target} {left - came:.3f} s before it left {source}"
        self.probe.wait_writing(10, after=came, host=target)
        self.figure(f"left {source} after", left - fault)
        self.figure(f"came to {target} after", came - fault)
        return self.gap(fault)

    def nothing_moved(self, since: float) -> None:
        """No address came or left since then."""
        moves = self.lab.sampler.moves_since(since)
        assert not moves, f"addresses moved: {moves}"


class Standing:
    """Makes the lab when it is needed first, and a new one in place of one that could not be mended."""

    def __init__(self, make: Callable[[], Lab]) -> None:
        self._make = make
        self.lab: Lab | None = None

    def case(self) -> Case:
        if self.lab is None:
            self.lab = self._make()
            self.lab.start_cluster(40)
            wait_cluster(self.lab, 10, writer=WRITER)
        probe = self.lab.probe()
        probe.wait_writing(10, host=WRITER)
        return Case(self.lab, probe)

    def mend(self, case: str) -> None:
        """Ends all faults and repairs what they broke. A cluster that doesn't become whole is given up."""
        assert self.lab
        try:
            mend(self.lab)
        except Exception as error:
            told = describe(self.lab)
            keep_logs(self.lab, f"{case}-afterwards")
            self.lab.stop()
            self.lab = None
            raise AssertionError(f"the cluster did not become whole again: {error}\n{told}") from error


def mend(lab: Lab) -> None:
    """Until all are ONLINE, replicate, and have the same rows, with the writer on db1."""
    for probe in lab.probes:
        probe.stop()
    lab.switch.heal()
    for name, host in lab.hosts.items():
        if not host.namespace.alive:
            lab.power_on(name)
        lab.switch.set_link(name, up=True)
    start_daemons(lab)
    writer = wait_until(lab.writer, MENDED_S, "some host to have the writer's address")
    _wait_same_rows(lab, writer)
    wait_until(lambda: set(lab.states().values()) == {"ONLINE"}, MENDED_S, "all to be ONLINE again", 0.2)
    wait_until(lambda: lab.writer().name == WRITER or _ask_for_move(lab), MENDED_S, f"{WRITER} to take the role", 0.5)
    wait_cluster(lab, MENDED_S, writer=WRITER)


def _ask_for_move(lab: Lab) -> bool:
    status, text = lab.ctl("move_role", "writer", WRITER)
    if status != 0:
        raise RuntimeError(text)
    return True


def start_daemons(lab: Lab) -> None:
    """Those that were frozen go on, those that ended are started."""
    for host in lab.databases:
        for daemon in (host.mysqld, host.agent):
            if daemon and daemon.running:
                daemon.thaw()
        if not host.mysqld or not host.mysqld.running:
            host.start_mysqld()
        if not host.agent or not host.agent.running:
            lab.start_agent(host.name)
    if lab.monitor and lab.monitor.running:
        lab.monitor.thaw()
    else:
        lab.start_monitor()


def _wait_same_rows(lab: Lab, writer: Host) -> None:
    """Hosts that took writes which the others never got are made anew from the writer, as an operator would."""
    def different() -> list[Host]:
        rows = writer.rows()
        return [host for host in lab.databases if host is not writer and (host.rows() != rows or not host.source_ip())]

    try:
        wait_until(lambda: not different(), 5, "all hosts to have the writer's rows")
    except LabTimeout:
        for host in different():
            clone(writer, host)


def clone(source: Host, target: Host) -> None:
    """Gives `target` the rows and the history of `source`, which nobody writes to, and makes it its replica. No agent
    starts or points replication between the statements."""
    server = target.server
    [history] = source.sql(server.show_history)
    rows = source.sql("SELECT id, n, host FROM app.writes")
    with target.agent_frozen(), target.root_may_write(), target.session(20) as session, session.cursor() as cursor:
        for statement in (server.stop_replication, "SET sql_log_bin = 0", "TRUNCATE app.writes"):
            cursor.execute(statement)
        cursor.executemany("INSERT INTO app.writes (id, n, host) VALUES (%(id)s, %(n)s, %(host)s)", rows)
        for statement in (*server.take_history(history), server.replicate_from(NODES[source.name]),
                          server.start_replication):
            cursor.execute(statement)
    statements = server.may_follow(history)
    if statements:
        # Nor may this one's agent start the replication between them.
        with source.agent_frozen(), source.session(20) as session, session.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def hosts_but(*names: str) -> list[str]:
    """All of the cluster's hosts, the monitor's included, except these."""
    return [name for name in (*DATABASES, "db5") if name not in names]

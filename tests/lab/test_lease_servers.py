"""Servers in trouble around a failover: what is no failure moves nothing, and who is stuck delays nobody."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

import pymysql
import pytest

from mmmlab import Lab, mariadb, topology
from mmmlab.expect import wait_cluster
from mmmlab.host import Host
from mmmlab.namespace import inside_network
from mmmlab.standing import Case
from mmmlab.topology import WRITER_IP
from mmmlab.wait import stays_true, wait_until

FAILOVER_S = 2.0
HICCUP_S = 0.5
QUIET_S = 6
# The monitor's limit of 10 s and max_kill_retries; and what answering takes.
PLANNED_MOVE_S = 13
DATA_MIB = 320


@contextlib.contextmanager
def all_connections(client: Host, server: Host) -> Iterator[None]:
    """The application has every connection that the server allows, within the block."""
    held = []
    user, password = topology.APP
    try:
        with inside_network(client.namespace.pid), contextlib.suppress(pymysql.Error):
            while len(held) < 200:
                held.append(pymysql.connect(host=server.node.ip, user=user, password=password, connect_timeout=2))
        yield
    finally:
        for connection in held:
            connection.close()


def end_monitors_sessions(host: Host) -> int:
    """It has to log in anew. Returns how many there were."""
    found = host.sql(f"SELECT id FROM information_schema.processlist WHERE user = '{topology.MONITOR_USER[0]}'")
    for row in found:
        with contextlib.suppress(pymysql.Error):
            host.sql(f"KILL {row['id']}")
    return len(found)


def warnings_about(case: Case, word: str) -> list[str]:
    return [line for line in case.lab.ctl("show")[1].splitlines() if line.startswith("# Warning") and word in line]


@pytest.mark.scenario(19)
def test_writer_with_too_many_connections_is_alive_and_named(case: Case) -> None:
    began = time.monotonic()
    db1 = case.host("db1")
    with all_connections(case.host("client"), db1):
        with contextlib.ExitStack() as more:
            def named() -> bool:
                if end_monitors_sessions(db1):  # who is quicker gets what was freed: the monitor, at times
                    more.enter_context(all_connections(case.host("client"), db1))
                return bool(warnings_about(case, "db1"))

            wait_until(named, 10, "show to name db1", 0.3)
            stays_true(lambda: not case.lab.sampler.moves_since(began), QUIET_S, "no address came or left")
    wait_until(lambda: not warnings_about(case, "db1"), 10, "the warning to go")
    case.nothing_moved(began)
    assert case.gap(began) < HICCUP_S


def move_ended(case: Case, since: float) -> str:
    """Which host the writer is on after a move from db1 to db2 was asked for; empty while it is on its way."""
    assert case.lab.monitor
    if '"event":"move_given_up"' in case.lab.monitor.output():
        return "db1"
    came = [host for t, ip, host, arrived in case.lab.sampler.moves_since(since) if ip == WRITER_IP and arrived]
    return "db2" if "db2" in came else ""


@pytest.mark.scenario(20)
def test_global_lock_on_the_writer_is_no_failure_and_a_planned_move_ends_cleanly(case: Case) -> None:
    db1 = case.host("db1")
    began = time.monotonic()
    with mariadb.session(db1.socket_path, 30) as blocker:
        blocker.query("FLUSH TABLES WITH READ LOCK")
        stays_true(lambda: not case.lab.sampler.moves_since(began), QUIET_S, "no address came or left")
        assert set(case.lab.states().values()) == {"ONLINE"}
        asked = time.monotonic()
        status, text = case.lab.ctl("move_role", "writer", "db2", timeout_s=30)
        assert status == 0 and time.monotonic() - asked < 2.0, text
        # Done or given up, and said, while the lock is still held.
        ended = wait_until(lambda: move_ended(case, asked), PLANNED_MOVE_S, "the move to end", 0.1)
    unlocked = time.monotonic()
    case.probe.wait_writing(15, after=unlocked, host=ended)
    case.figures.append(f"on {ended}")
    case.gap(began)
    wait_cluster(case.lab, 20, writer=ended)
    case.probe.stop()
    assert not case.probe.lost_rows(case.host(ended)), "a planned move lost acknowledged rows"


@pytest.mark.scenario(21)
def test_wrong_password_of_the_monitor_is_an_alarm_and_no_takeover(case: Case) -> None:
    user, password = topology.MONITOR_USER
    began = time.monotonic()
    databases = [case.host(name) for name in topology.DATABASES]

    def set_password(text: str) -> None:
        for host in databases:
            with mariadb.session(host.socket_path) as session:
                session.query("SET sql_log_bin = 0")
                session.query(f"SET PASSWORD FOR '{user}'@'192.168.10.%' = PASSWORD('{text}')")
            end_monitors_sessions(host)

    try:
        set_password("another")
        for host in databases:
            wait_until(lambda host=host: warnings_about(case, host.name), 10, f"show to name {host.name}")
        stays_true(lambda: not case.lab.sampler.moves_since(began), QUIET_S, "no address came or left")
    finally:
        set_password(password)
    wait_until(lambda: not warnings_about(case, "db1"), 10, "the warning to go")
    case.nothing_moved(began)
    assert case.gap(began) < HICCUP_S


@pytest.mark.scenario(33)
def test_slave_that_cannot_be_reached_delays_no_takeover_and_is_pointed_later(case: Case) -> None:
    case.lab.switch.isolate("db4")
    wait_until(lambda: case.lab.states()["db4"] == "HARD_OFFLINE", 15, "db4 to be seen missing")
    with case.probe.between_writes():
        killed = case.host("db1").kill_mysqld()
    assert case.moved(killed) < FAILOVER_S
    case.lab.switch.heal()
    wait_cluster(case.lab, 25, writer="db2", states={"db1": "HARD_OFFLINE"}, silent=["db1"])


@pytest.mark.scenario(34)
def test_slave_whose_server_hangs_delays_no_takeover_and_is_pointed_later(case: Case) -> None:
    db4 = case.host("db4")
    with case.probe.between_writes():
        db4.freeze_mysqld()
        killed = case.host("db1").kill_mysqld()
    assert case.moved(killed) < FAILOVER_S
    db4.thaw_mysqld()
    wait_cluster(case.lab, 25, writer="db2", states={"db1": "HARD_OFFLINE"}, silent=["db1"])


@pytest.mark.scenario(31)
def test_candidate_that_dies_during_its_promotion_is_given_up(case: Case) -> None:
    db1, db2 = case.host("db1"), case.host("db2")
    monitor = case.lab.monitor
    assert monitor
    before = monitor.output().count('"event":"granted"')
    with case.probe.between_writes():
        killed = db1.kill_mysqld()
    wait_until(lambda: monitor.output().count('"event":"granted"') > before, 10, "db2 to be granted the role", 0.001)
    db2.kill_mysqld()
    db1.start_mysqld()
    case.probe.wait_writing(20, after=killed + 0.5, host="db1")
    case.gap(killed)
    wait_cluster(case.lab, 15, writer="db1", states={"db2": "HARD_OFFLINE"}, silent=["db2"])


@pytest.mark.scenario(49)
def test_cluster_that_starts_with_both_masters_writable_has_one_writer_or_says_why_not(
        make_lab: Callable[..., Lab]) -> None:
    lab = make_lab()
    lab.start_hosts()
    lab.start_databases()
    for name in topology.MASTERS:
        lab.hosts[name].sql("SET GLOBAL read_only = 0")
    lab.start_mmm()
    lab.wait_online(30)
    assert [host.name for host in lab.databases if not host.read_only()] == [lab.writer().name]


@pytest.mark.scenario(18)
def test_disk_full_under_the_writers_server_makes_no_second_writer_and_writes_go_on_when_there_is_room(
        make_lab: Callable[..., Lab]) -> None:
    lab = make_lab()
    lab.start_hosts()
    db1 = lab.hosts["db1"]
    db1.data_mib = DATA_MIB
    lab.start_databases()
    lab.start_mmm()
    lab.wait_online(30)
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    db1.fill_disk(str(db1.data))
    wait_until(probe.errors, 30, "writes to fail or to stall")
    full = time.monotonic()
    stays_true(lambda: sum(WRITER_IP in host.slots() for host in lab.databases) <= 1, 5, "one host has the address")
    db1.free_disk(str(db1.data))
    probe.wait_writing(30, after=full)

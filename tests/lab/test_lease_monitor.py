"""The monitor freezes, dies in the middle of a move, or there are two: nobody loses a role by it."""

from __future__ import annotations

import threading
import time

import pytest

from mmmlab import config
from mmmlab.expect import wait_cluster
from mmmlab.process import Daemon
from mmmlab.standing import Case
from mmmlab.topology import DATABASES, MONITOR, NODES, WRITER_IP
from mmmlab.wait import stays_true, wait_until

HICCUP_S = 0.5
SECOND = "/etc/mmm/second.toml"
# A move that its monitor doesn't finish: the promise's validity of 5.5 s, and asking anew.
SELF_REGRANT_S = 12.0


@pytest.mark.scenario(7)
def test_monitor_that_was_frozen_while_the_writer_died_takes_nothing_old_for_new(case: Case) -> None:
    assert case.lab.monitor
    frozen = case.lab.monitor.freeze()
    time.sleep(3)
    with case.probe.between_writes():
        case.host("db1").kill_mysqld()
    time.sleep(5)
    thawed = case.lab.monitor.thaw()
    case.lab.sampler.came(WRITER_IP, "db2", frozen, 20)
    case.probe.wait_writing(10, after=thawed, host="db2")
    case.figure("moved after the thaw", case.lab.sampler.came(WRITER_IP, "db2", frozen) - thawed)


@pytest.mark.scenario(9)
def test_second_monitor_on_another_host_says_why_it_does_not_act(case: Case) -> None:
    second = start_second_monitor(case)
    began = time.monotonic()
    try:
        wait_until(lambda: what_it_shows(case).count("another monitor") == len(DATABASES), 10,
                   "the second monitor to show that each agent obeys another one")
        stays_true(lambda: not case.lab.sampler.moves_since(began), 4, "no address came or left")
        with case.probe.between_writes():
            killed = case.host("db1").kill_mysqld()
        assert case.moved(killed) < 2.0, "the first monitor acts as always"
    finally:
        second.stop()


@pytest.mark.scenario(9, 6)
def test_second_monitor_does_not_take_over_from_one_that_is_cut_off(case: Case) -> None:
    second = start_second_monitor(case)
    try:
        cut = time.monotonic()
        case.lab.switch.isolate(MONITOR)
        stays_true(lambda: not case.lab.sampler.moves_since(cut), 7, "no address came or left")
        case.lab.switch.heal()
        wait_cluster(case.lab, 20, writer="db1")
        case.nothing_moved(cut)
        assert case.gap(cut) < HICCUP_S
    finally:
        second.stop()


@pytest.mark.scenario(8, 15)
@pytest.mark.parametrize("after_ms", [5, 20, 40])
def test_monitor_is_killed_in_the_middle_of_a_move_and_restarted(case: Case, after_ms: int) -> None:
    killed = kill_during_move(case, after_ms / 1000)
    case.lab.start_monitor()
    served(case, killed)
    wait_until(lambda: set(case.lab.states().values()) == {"ONLINE"}, 15, "all to be ONLINE")
    wait_cluster(case.lab, 15, writer=case.lab.writer().name)


@pytest.mark.scenario(8)
@pytest.mark.parametrize("after_ms", [5, 20, 40])
def test_monitor_is_killed_in_the_middle_of_a_move_and_stays_away(case: Case, after_ms: int) -> None:
    served(case, kill_during_move(case, after_ms / 1000))


def kill_during_move(case: Case, after_s: float) -> float:
    """Asks for the writer's move to db2, and so long after that ends the monitor."""
    monitor = case.lab.monitor
    assert monitor
    asked = threading.Thread(target=case.lab.ctl, args=("move_role", "writer", "db2"))
    asked.start()
    accepted = wait_until(lambda: "move_role" in monitor.output() and time.monotonic(), 5, "the command to arrive",
                          0.001)
    time.sleep(max(0.0, accepted + after_s - time.monotonic()))
    killed = monitor.kill()
    asked.join()
    return killed


def served(case: Case, killed: float) -> None:
    """One of the masters takes writes again."""
    case.probe.wait_writing(SELF_REGRANT_S + 5, after=killed + 0.1)
    assert case.gap(killed) < SELF_REGRANT_S
    time.sleep(2)
    case.probe.wait_writing(2, after=time.monotonic())
    case.figures.append(f"on {case.lab.writer().name}")


def start_second_monitor(case: Case) -> Daemon:
    """With a file of its own, in which it is the monitor."""
    db4 = case.host("db4")
    settings = {"ip": f'"{NODES["db4"].ip}"', "status_path": '"/var/lib/mmm/second.status"', "port": "9990",
                "ping_ips": f'["{NODES["db1"].ip}", "{NODES["db2"].ip}"]'}
    db4.write_file(SECOND, config.cluster_toml(settings), 0o600)
    return db4.daemon("second-monitor", [str(case.lab.binary), "monitor", "--config", SECOND,
                                         "--log-format", "json"])


def what_it_shows(case: Case) -> str:
    """`mmm ctl show` of the second monitor."""
    command = [str(case.lab.binary), "ctl", "--config", SECOND, "show"]
    return case.host("db4").exec(command, check=False).stdout

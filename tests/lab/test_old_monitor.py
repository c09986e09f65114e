"""An original monitor with our agents; and one monitor in the place of the other, with the same files."""

from __future__ import annotations

import time
from collections.abc import Callable

from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.mixed import MixedLab
from mmmlab.topology import MONITOR
from mmmlab.wait import stays_true

FAILOVER_S = 10.0
LONG_S = 20
ROUNDS_S = 7  # two rounds of an original monitor


def nothing_moves(lab: MixedLab, since: float, duration_s: float) -> None:
    def quiet() -> bool:
        return not lab.sampler.moves_since(since) and not lab.writer().read_only()

    stays_true(quiet, duration_s, "no address came or left, and the writer takes writes")


def test_our_agents_obey_an_original_monitor_and_survive_its_end(make_mixed: Callable[..., MixedLab]) -> None:
    lab = make_mixed(old=[MONITOR])
    wait_cluster(lab, 10, writer="db1")
    probe = lab.probe()
    for failing, taking in (("db1", "db2"), ("db2", "db1")):
        probe.wait_writing(5, host=failing, after=time.monotonic())
        with probe.between_writes():
            killed = lab.hosts[failing].kill_mysqld()
        probe.wait_writing(20, after=killed, host=taking)
        assert probe.gap(killed).end - killed < FAILOVER_S
        wait_cluster(lab, 15, writer=taking, states={failing: "HARD_OFFLINE"}, silent=[failing])
        lab.hosts[failing].start_mysqld()
        wait_cluster(lab, 30, writer=taking)

    for there in ("db2", "db1"):
        asked = time.monotonic()
        assert lab.old_control("move_role", "writer", there)[1].startswith("OK")
        probe.wait_writing(15, after=asked, host=there)
        wait_cluster(lab, 15, writer=there)
    assert lab.old_control("set_offline", "db3")[1].startswith("OK")
    wait_cluster(lab, 15, writer="db1", readers=["db4"], states={"db3": "ADMIN_OFFLINE"}, detached=["db3"])
    assert lab.hosts["db3"].replication()["Slave_SQL_Running"] == "No"
    assert lab.old_control("set_online", "db3")[1].startswith("OK")
    wait_cluster(lab, 15, writer="db1")

    assert lab.monitor
    nothing_moves(lab, lab.monitor.kill(), LONG_S)
    assert_rows(lab, probe, "db1")


def test_one_monitor_in_the_place_of_the_other_moves_nothing(make_mixed: Callable[..., MixedLab]) -> None:
    lab = make_mixed(old=[MONITOR, "db2", "db4"])
    probe = lab.probe()
    assert lab.old_control("move_role", "writer", "db2")[1].startswith("OK")
    assert lab.old_control("set_offline", "db3")[1].startswith("OK")
    as_it_is = {"writer": "db2", "readers": ["db4"], "states": {"db3": "ADMIN_OFFLINE"}, "detached": ["db3"]}
    wait_cluster(lab, 15, **as_it_is)
    began = time.monotonic()
    for old in (False, True):
        lab.swap(MONITOR, old)
        wait_cluster(lab, 15, **as_it_is)
        nothing_moves(lab, began, ROUNDS_S)
    assert probe.gap(began).seconds < 0.5
    assert_rows(lab, probe, "db2", hosts=["db1", "db2", "db4"])

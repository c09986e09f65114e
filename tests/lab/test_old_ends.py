"""The stand-ins for the original programs, among themselves: what the mixed cases rely on must be a fair opponent."""

from __future__ import annotations

import time
from collections.abc import Callable

from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.mixed import EVERYWHERE, MixedLab
from mmmlab.topology import MONITOR
from mmmlab.wait import stays_true

# As measured of the original: 2 to 5 s with such checks, and 0.7 s.
FAILOVER_S = 8.0
PLANNED_MOVE_S = 2.0


def test_original_programs_alone_fail_over_move_roles_and_survive_a_restart(
        make_mixed: Callable[..., MixedLab]) -> None:
    lab = make_mixed(old=EVERYWHERE)
    assert lab.old_control("mode") == (0, "ACTIVE\n")
    wait_cluster(lab, 10, writer="db1")
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    with probe.between_writes():
        killed = lab.hosts["db1"].kill_mysqld()
    probe.wait_writing(20, after=killed, host="db2")
    assert probe.gap(killed).end - killed < FAILOVER_S
    wait_cluster(lab, 10, writer="db2", states={"db1": "HARD_OFFLINE"}, silent=["db1"])
    lab.hosts["db1"].start_mysqld()
    wait_cluster(lab, 20, writer="db2")

    asked = time.monotonic()
    assert lab.old_control("move_role", "writer", "db1")[1].startswith("OK")
    probe.wait_writing(10, after=asked, host="db1")
    assert probe.gap(asked).seconds < PLANNED_MOVE_S
    wait_cluster(lab, 10, writer="db1")

    began = time.monotonic()
    lab.swap(MONITOR, old=True)
    stays_true(lambda: not lab.sampler.moves_since(began), 7, "no address came or left with a new monitor")
    wait_cluster(lab, 10, writer="db1")
    assert_rows(lab, probe, "db1")

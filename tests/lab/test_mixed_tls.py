"""`socket type ssl`, certificates on both sides: our programs and the original's understand each other."""

from __future__ import annotations

import time
from collections.abc import Callable

from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.mixed import MixedLab
from mmmlab.strangers import talk
from mmmlab.topology import AGENT_PORT, MONITOR, MONITOR_PORT, NODES
from mmmlab.wait import stays_true


def test_encrypted_mixed_cluster_fails_over_under_either_monitor(make_mixed: Callable[..., MixedLab]) -> None:
    lab = make_mixed(old=["db2", "db4"], tls=True)
    wait_cluster(lab, 10, writer="db1")
    assert lab.old_control("mode") == (0, "ACTIVE\n")
    for host, port, command in ((MONITOR, MONITOR_PORT, b"mode\nquit\n"), ("db1", AGENT_PORT, b"PING|1|db1\n")):
        answer = talk(lab.hosts["client"], NODES[host].ip, port, command, hang_up=True)
        assert b"ACTIVE" not in answer and b"OK" not in answer, "plain text was answered"

    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    with probe.between_writes():
        killed = lab.hosts["db1"].kill_mysqld()
    probe.wait_writing(20, after=killed, host="db2")
    lab.hosts["db1"].start_mysqld()
    wait_cluster(lab, 30, writer="db2")

    began = time.monotonic()
    lab.swap(MONITOR, old=True)
    wait_cluster(lab, 15, writer="db2")
    stays_true(lambda: not lab.sampler.moves_since(began), 4, "no address came or left with the original monitor")
    status, text = lab.ctl("show")
    assert status == 0 and text.count("/ONLINE. Roles: ") == 4
    with probe.between_writes():
        killed = lab.hosts["db2"].kill_mysqld()
    probe.wait_writing(20, after=killed, host="db1")
    wait_cluster(lab, 15, writer="db1", states={"db2": "HARD_OFFLINE"}, silent=["db2"])
    assert_rows(lab, probe, "db1", hosts=["db1", "db3", "db4"])

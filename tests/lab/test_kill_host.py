"""kill_host_bin, end to end: called with host and ping, its failure proves nothing, its success moves the roles."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mmmlab.expect import assert_one_holder, wait_cluster
from mmmlab.mixed import MixedLab
from mmmlab.topology import MONITOR
from mmmlab.wait import stays_true, wait_until

PROGRAM = "/run/lab/bin/kill_host"
CALLS = "/run/lab/kills/calls"
IS_OFF = "/run/lab/db2-is-off"
SCRIPT = f"#!/bin/sh\necho \"$1 $2 $# $(set | grep -c PASSWORD)\" >> {CALLS}\n[ -e {IS_OFF} ]\n"


@pytest.mark.scenario(43)
def test_roles_of_a_silent_old_host_move_once_the_kill_command_succeeds(
        make_mixed: Callable[..., MixedLab]) -> None:
    lab = make_mixed(old=("db2",), monitor_settings={"kill_host_bin": PROGRAM}, start=False)
    monitor = lab.hosts[MONITOR]
    monitor.write_file(PROGRAM, SCRIPT, 0o755)
    monitor.path(CALLS).parent.mkdir()
    monitor.give_to_services(str(Path(CALLS).parent))
    lab.start_mmm()
    lab.wait_online(30)
    assert lab.ctl("move_role", "writer", "db2")[0] == 0
    wait_cluster(lab, 15, writer="db2")
    db2 = lab.hosts["db2"]
    pulled = time.monotonic()
    lab.switch.set_link("db2", up=False)
    calls = monitor.path(CALLS)
    wait_until(calls.exists, 15, "the kill command to be called")
    assert calls.read_text() == "db2 0 2 0\n"
    stays_true(lambda: not lab.sampler.moves_since(pulled), 3, "nobody gets the address while the command fails")

    assert db2.agent and db2.mysqld
    db2.agent.kill()
    db2.kill_mysqld()
    db2.exec(["ip", "address", "flush", "dev", "eth0"])
    monitor.write_file(IS_OFF, "")
    wait_cluster(lab, 20, writer="db1", states={"db2": "HARD_OFFLINE"}, silent=["db2"])
    assert len(calls.read_text().splitlines()) == 2
    assert_one_holder(lab)

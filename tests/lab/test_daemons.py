"""Agents and monitor die; the service they arranged goes on."""

from __future__ import annotations

import time

import pytest

from mmmlab import Lab
from mmmlab.expect import assert_one_holder, assert_rows, wait_cluster
from mmmlab.topology import WRITER_IP
from mmmlab.wait import stays_true

ADDRESS_LIFETIME_S = 3.5
HICCUP_S = 0.5


@pytest.mark.scenario(56)
def test_agent_killed_on_the_writer_leaves_an_address_that_the_kernel_takes_away(lab: Lab) -> None:
    db1 = lab.hosts["db1"]
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    assert db1.agent
    killed = db1.agent.kill()
    left = lab.sampler.left(WRITER_IP, "db1", killed, 10)
    assert left - killed < ADDRESS_LIFETIME_S
    assert lab.sampler.came(WRITER_IP, "db2", killed, 10) > left
    probe.wait_writing(10, after=left, host="db2")
    assert_one_holder(lab)

    lab.start_agent("db1")
    wait_cluster(lab, 20, writer="db2")
    assert_rows(lab, probe, "db2")


@pytest.mark.scenario(14)
def test_agent_restarted_within_the_lifetime_moves_nothing(lab: Lab) -> None:
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    began = time.monotonic()
    for host in lab.databases:
        assert host.agent
        host.agent.kill()
        lab.start_agent(host.name)
    stays_true(lambda: not lab.sampler.moves_since(began), 6, "no address came or left")
    wait_cluster(lab, 5, writer="db1")
    assert probe.gap(began).seconds < HICCUP_S
    assert_rows(lab, probe, "db1")


@pytest.mark.scenario(7)
def test_monitor_restarted_after_30_s_moves_nothing(lab: Lab) -> None:
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    before = lab.roles()
    assert lab.monitor
    killed = lab.monitor.kill()
    stays_true(lambda: not lab.sampler.moves_since(killed), 30, "no address came or left without the monitor")
    lab.start_monitor()
    wait_cluster(lab, 15, writer="db1")
    stays_true(lambda: not lab.sampler.moves_since(killed), 5, "no address came or left with the new monitor")
    assert lab.roles() == before
    assert probe.gap(killed).seconds < HICCUP_S
    assert_rows(lab, probe, "db1")

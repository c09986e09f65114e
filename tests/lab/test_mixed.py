"""Our monitor with two agents of version 1 (db2, db4) and two of ours (db1, db3)."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mmmlab.expect import assert_one_holder, assert_rows, wait_cluster
from mmmlab.mixed import MixedLab
from mmmlab.topology import WRITER_IP
from mmmlab.wait import stays_true, wait_until

OLD_AGENTS = ("db2", "db4")
FAILOVER_S = 6.0
PLANNED_MOVE_S = 2.0


@pytest.fixture
def mixed(make_mixed: Callable[..., MixedLab]) -> MixedLab:
    return make_mixed(old=OLD_AGENTS)


@pytest.mark.scenario(52)
def test_writer_fails_over_to_an_old_agent_and_back_to_a_new_one(mixed: MixedLab) -> None:
    status, text = mixed.ctl("show")
    assert status == 0
    named = [name for name in ("db1", "db2", "db3", "db4")
             if any(name in line and "version 1" in line for line in text.splitlines())]
    assert named == list(OLD_AGENTS), text
    probe = mixed.probe()
    for failing, taking in (("db1", "db2"), ("db2", "db1")):
        probe.wait_writing(10, host=failing, after=time.monotonic())
        with probe.between_writes():
            killed = mixed.hosts[failing].kill_mysqld()
        probe.wait_writing(20, after=killed, host=taking)
        assert probe.gap(killed).end - killed < FAILOVER_S
        wait_cluster(mixed, 15, writer=taking, states={failing: "HARD_OFFLINE"}, silent=[failing])
        mixed.hosts[failing].start_mysqld()
        wait_cluster(mixed, 30, writer=taking)
    assert_rows(mixed, probe, "db1")


def test_planned_moves_between_an_old_and_a_new_agent_lose_no_acknowledged_row(mixed: MixedLab) -> None:
    probe = mixed.probe()
    for there, back in (("db2", "db1"), ("db1", "db2"), ("db2", "db1")):
        probe.wait_writing(5, after=time.monotonic(), host=back)
        asked = time.monotonic()
        status, text = mixed.ctl("move_role", "writer", there)
        assert status == 0, text
        probe.wait_writing(15, after=asked, host=there)
        assert probe.gap(asked).seconds < PLANNED_MOVE_S
        wait_cluster(mixed, 15, writer=there)
    assert_rows(mixed, probe, "db2")


@pytest.mark.scenario(52)
def test_writer_of_a_dead_old_agent_goes_nowhere_without_proof_that_it_is_gone(mixed: MixedLab) -> None:
    probe = mixed.probe()
    assert mixed.ctl("move_role", "writer", "db2")[0] == 0
    wait_cluster(mixed, 15, writer="db2")
    db2 = mixed.hosts["db2"]
    assert db2.agent
    dead = db2.agent.kill()
    wait_until(lambda: "db2" in agents_not_reachable(mixed), 15, "show to say that the agent of db2 can't be reached")
    stays_true(lambda: not mixed.sampler.moves_since(dead), 5, "the writer stays where it works")
    probe.wait_writing(5, after=time.monotonic(), host="db2")

    # Its server dies as well: the address is still there, and nobody can take it off.
    with probe.between_writes():
        db2.kill_mysqld()
    wait_until(lambda: lines_about(mixed, "#", f"writer({WRITER_IP})", "db2"), 15,
               "show to say what the writer's address waits for")
    stays_true(lambda: not mixed.sampler.moves_since(dead), 10, "nobody else gets the address")

    # An agent that was started anew knows nothing of the address, but can be told to clear it.
    mixed.start_agent("db2")
    probe.wait_writing(20, after=dead, host="db1")
    assert_one_holder(mixed)
    db2.start_mysqld()
    wait_cluster(mixed, 30, writer="db1")
    assert_rows(mixed, probe, "db1")


def test_old_writer_that_is_cut_off_keeps_its_address_until_it_can_be_told(mixed: MixedLab) -> None:
    probe = mixed.probe()
    assert mixed.ctl("move_role", "writer", "db2")[0] == 0
    wait_cluster(mixed, 15, writer="db2")
    probe.wait_writing(5, host="db2")
    with probe.between_writes():
        pulled = time.monotonic()
        mixed.switch.set_link("db2", up=False)
    wait_until(lambda: lines_about(mixed, "#", f"writer({WRITER_IP})", "db2"), 15,
               "show to say what the writer's address waits for")
    stays_true(lambda: not mixed.sampler.moves_since(pulled), 3, "nobody else gets the address")
    mixed.switch.set_link("db2", up=True)
    wait_cluster(mixed, 40, writer="db1")
    assert mixed.sampler.left(WRITER_IP, "db2", pulled) < mixed.sampler.came(WRITER_IP, "db1", pulled)
    assert_rows(mixed, probe, "db1")


def agents_not_reachable(mixed: MixedLab) -> str:
    return "\n".join(lines_about(mixed, "not reachable"))


def lines_about(mixed: MixedLab, *words: str) -> list[str]:
    return [line for line in mixed.ctl("show")[1].splitlines() if all(word in line for word in words)]

"""Programs of the writer's host freeze, die and come back: its address goes in time, and only if it has to."""

from __future__ import annotations

import time

import pytest

from mmmlab.expect import wait_cluster
from mmmlab.standing import Case
from mmmlab.topology import DATABASES, WRITER_IP
from mmmlab.wait import stays_true, wait_until

# The lease is 2 s; the kernel removes the address a whole number of seconds above what is left of it, and 0.3 s.
KERNEL_S = 3.5
TAKEN_OVER_S = 9.0
HICCUP_S = 0.5


@pytest.mark.scenario(12)
def test_writers_agent_is_frozen_and_thawed_after_the_takeover(case: Case) -> None:
    agent = case.host("db1").agent
    assert agent
    with case.probe.between_writes():
        frozen = agent.freeze()
    assert case.moved(frozen) < TAKEN_OVER_S
    assert case.lab.sampler.left(WRITER_IP, "db1", frozen) - frozen < KERNEL_S
    thawed = agent.thaw()
    wait_until(case.host("db1").read_only, 5, "db1 to be read-only after it thawed")
    wait_cluster(case.lab, 20, writer="db2")
    assert case.gap(thawed, "gap after the thaw") < HICCUP_S


@pytest.mark.scenario(12)
def test_writers_agent_is_frozen_for_less_than_its_lease(case: Case) -> None:
    agent = case.host("db1").agent
    assert agent
    for pause_s in (0.5, 1.0):
        frozen = agent.freeze()
        time.sleep(pause_s)
        agent.thaw()
        time.sleep(2)
        case.nothing_moved(frozen)
    assert case.gap(case.began) < HICCUP_S


@pytest.mark.scenario(13)
def test_writers_host_is_frozen_as_a_whole_and_thawed_after_the_takeover(case: Case) -> None:
    db1 = case.host("db1")
    assert db1.agent and db1.mysqld
    with case.probe.between_writes():
        frozen = db1.agent.freeze()
        db1.mysqld.freeze()
    assert case.moved(frozen) < TAKEN_OVER_S
    thawed = db1.mysqld.thaw()
    db1.agent.thaw()
    wait_until(db1.read_only, 5, "db1 to be read-only after it thawed")
    wait_until(lambda: case.lab.states()["db1"] != "HARD_OFFLINE", 20, "db1 to be seen again")
    assert WRITER_IP not in db1.slots()
    assert case.gap(thawed, "gap after the thaw") < HICCUP_S
    assert not [write for write in case.probe.writes() if write.host == "db1" and write.sent > thawed]


@pytest.mark.scenario(56)
def test_writers_agent_is_killed_and_not_restarted(case: Case) -> None:
    db1 = case.host("db1")
    assert db1.agent
    with case.probe.between_writes():
        killed = db1.agent.kill()
    assert case.moved(killed) < TAKEN_OVER_S
    assert case.lab.sampler.left(WRITER_IP, "db1", killed) - killed < KERNEL_S


@pytest.mark.scenario(56)
def test_address_that_was_left_on_a_host_is_cleared_by_its_restarted_agent(case: Case) -> None:
    db1 = case.host("db1")
    assert db1.agent
    case.host("db2").kill_mysqld()
    killed = db1.agent.kill()
    case.lab.sampler.left(WRITER_IP, "db1", killed, 5)
    time.sleep(max(0.0, killed + 2.2 - time.monotonic()))  # within its lease of 2 s it would go on with the address
    db1.add_address(WRITER_IP)  # for ever, as the original agents do; nobody else can have it now
    started = time.monotonic()
    case.lab.start_agent("db1")
    left = case.lab.sampler.left(WRITER_IP, "db1", started, 5)
    case.figure("cleared after", left - started)
    case.probe.wait_writing(15, after=left, host="db1")


@pytest.mark.scenario(14, 15)
@pytest.mark.parametrize("away_s", [0.0, 0.7])
def test_writers_agent_is_killed_and_restarted_within_its_lease(case: Case, away_s: float) -> None:
    for _ in range(3 if away_s == 0 else 1):
        agent = case.host("db1").agent
        assert agent
        agent.kill()
        time.sleep(away_s)
        case.lab.start_agent("db1")
        time.sleep(0.7)
    stays_true(lambda: not case.lab.sampler.moves_since(case.began), 4, "no address came or left")
    wait_cluster(case.lab, 10, writer="db1")
    assert case.gap(case.began) < HICCUP_S


@pytest.mark.scenario(14, 15)
def test_writers_agent_is_restarted_when_hardly_anything_is_left_of_its_lease(case: Case) -> None:
    # Half a second before the end of its 2 s a writer begins to let go, and here that is what its agent starts with.
    for _ in range(3):
        case.probe.wait_writing(15, after=time.monotonic())
        writer = case.probe.writes()[-1].host
        agent = case.host(writer).agent
        assert agent
        agent.kill()
        time.sleep(1.45)
        case.lab.start_agent(writer)
        case.probe.wait_writing(15, after=time.monotonic())
        agent = case.host(writer).agent
        assert agent and agent.running, agent and agent.output()


@pytest.mark.scenario(14)
def test_a_restarted_agent_of_a_voter_takes_part_at_once(case: Case) -> None:
    began = time.monotonic()
    for name in ("db2", "db3", "db4"):
        agent = case.host(name).agent
        assert agent
        agent.kill()
        case.lab.start_agent(name)
    # Now the writer needs those that were restarted.
    for name in ("db3", "db4"):
        agent = case.host(name).agent
        assert agent
        wait_until(lambda agent=agent: "monitor" in agent.output(), 5, "the agent to hear the monitor")
    stays_true(lambda: not [m for m in case.lab.sampler.moves_since(began) if m[1] == WRITER_IP], 5,
               "the writer's address stays where it is")
    assert case.gap(began) < HICCUP_S


@pytest.mark.scenario(11)
def test_writers_mysqld_hangs_while_its_agent_lives(case: Case) -> None:
    db1 = case.host("db1")
    assert db1.mysqld
    with case.probe.between_writes():
        frozen = db1.mysqld.freeze()
    assert case.moved(frozen) < TAKEN_OVER_S
    thawed = db1.mysqld.thaw()
    wait_until(db1.read_only, 5, "db1 to be read-only after it thawed")
    time.sleep(3)
    assert WRITER_IP not in db1.slots()
    assert case.gap(thawed, "gap after the thaw") < HICCUP_S
    assert not [write for write in case.probe.writes() if write.host == "db1" and write.sent > thawed]


@pytest.mark.scenario(1)
def test_writers_mysqld_is_killed(case: Case) -> None:
    with case.probe.between_writes():
        killed = case.host("db1").kill_mysqld()
    assert case.moved(killed) < 2.0
    assert case.lab.states()["db1"] == "HARD_OFFLINE"


@pytest.mark.scenario(2)
def test_writers_host_loses_its_power(case: Case) -> None:
    with case.probe.between_writes():
        cut = time.monotonic()
        case.lab.power_cut("db1")
    case.lab.sampler.came(WRITER_IP, "db2", cut, 20)
    case.probe.wait_writing(10, after=cut, host="db2")
    assert case.gap(cut) < TAKEN_OVER_S
    states = {name: "ONLINE" for name in DATABASES}
    wait_until(lambda: case.lab.states() == {**states, "db1": "HARD_OFFLINE"}, 10, "db1 alone to be offline")

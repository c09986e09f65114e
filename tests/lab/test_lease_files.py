"""What a voter promised is on its disk: full, torn, lost or somebody else's, and nothing unsafe comes of it."""

from __future__ import annotations

import time

import pytest

from mmmlab import lease_record
from mmmlab.expect import wait_cluster
from mmmlab.host import Host
from mmmlab.standing import Case
from mmmlab.topology import MONITOR, WRITER_IP
from mmmlab.wait import stays_true, wait_until

FOLDER = "/var/lib/mmm"
# A voter that lost its record is silent for 9.1 s; and what starting takes.
SILENCE_S = 9.1 + 1.0
HICCUP_S = 0.5


def give_small_disk(host: Host) -> None:
    """The folder of the record is a disk of its own from now on, as it was."""
    path = lease_record.path_of(host.name)
    content = host.path(path).read_text()
    host.exec(["mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "lab", FOLDER])
    host.write_file(path, content, 0o640)
    host.give_to_services(FOLDER)


def writer_stays(case: Case, since: float) -> bool:
    return not [move for move in case.lab.sampler.moves_since(since) if move[1] == WRITER_IP]


@pytest.mark.scenario(53)
def test_voters_whose_records_are_torn_or_of_another_host_are_silent_and_then_take_part(case: Case) -> None:
    db3, db4 = case.host("db3"), case.host("db4")
    files = {host.name: host.path(lease_record.path_of(host.name)) for host in (db3, db4)}
    began = time.monotonic()
    for host in (db3, db4):
        assert host.agent
        host.agent.kill()
    whole = files["db3"].read_text()
    files["db3"].write_text(whole[:len(whole) // 2])
    files["db4"].write_text(lease_record.settled("db7"))
    for host, why in ((db3, files["db3"].name), (db4, "db7")):
        agent = case.lab.start_agent(host.name)
        wait_until(lambda agent=agent: "neither votes" in agent.output(), 3, f"{host.name} to say that it is silent")
        assert why in agent.output(), f"the log of {host.name} doesn't say why"
    case.figure("said so after", time.monotonic() - began)
    warnings = [line for line in case.lab.ctl("show")[1].splitlines() if line.startswith("# Warning")]
    assert any("db3" in line for line in warnings), f"show warns of {warnings}"
    stays_true(lambda: writer_stays(case, began), SILENCE_S, "three voters are enough for the writer")
    wait_cluster(case.lab, 10, writer="db1")

    # Now the writer has a majority with them alone.
    cut = time.monotonic()
    case.lab.switch.partition(["db2", MONITOR], ["db1", "db3", "db4"])
    stays_true(lambda: writer_stays(case, cut), 4, "the two support the writer's lease")
    assert case.gap(began) < HICCUP_S


@pytest.mark.scenario(53)
def test_voters_that_lost_their_records_are_silent_and_nothing_moves(case: Case) -> None:
    monitor, db2 = case.lab.monitor, case.host("db2")
    assert monitor and db2.agent
    began = monitor.kill()
    case.lab.hosts[MONITOR].path(case.lab.monitors_record).unlink()
    db2.agent.kill()
    db2.path(lease_record.path_of("db2")).unlink()
    for daemon in (case.lab.start_monitor(), case.lab.start_agent("db2")):
        wait_until(lambda daemon=daemon: "neither votes" in daemon.output(), 3, f"{daemon.name} to say so")
    stays_true(lambda: writer_stays(case, began), SILENCE_S, "three voters are enough for the writer")
    wait_cluster(case.lab, 10, writer="db1")
    cut = time.monotonic()
    case.lab.switch.partition(["db3", "db4"], ["db1", "db2", MONITOR])
    stays_true(lambda: writer_stays(case, cut), 4, "the two support the writer's lease")
    assert case.gap(began) < HICCUP_S


@pytest.mark.scenario(18, 53)
def test_candidate_that_cannot_write_its_record_does_not_serve_until_it_can(case: Case) -> None:
    db2 = case.host("db2")
    assert db2.agent
    give_small_disk(db2)
    db2.fill_disk(FOLDER)
    with case.probe.between_writes():
        killed = case.host("db1").kill_mysqld()
    wait_until(lambda: lease_record.path_of("db2") in db2.agent.output(), 8, "db2 to say that it can't save it")
    stays_true(lambda: WRITER_IP not in db2.slots(), 3, "db2 has no lease")
    db2.free_disk(FOLDER)
    freed = time.monotonic()
    case.probe.wait_writing(15, after=freed, host="db2")
    case.figure("served after the disk was freed",
                next(write.acknowledged for write in case.probe.writes() if write.sent > freed) - freed)
    case.gap(killed)


@pytest.mark.scenario(18, 53)
def test_writer_that_cannot_write_its_record_goes_on(case: Case) -> None:
    db1 = case.host("db1")
    give_small_disk(db1)
    db1.fill_disk(FOLDER)
    filled = time.monotonic()
    stays_true(lambda: not case.lab.sampler.moves_since(filled), 6, "a lease is renewed without writing")
    db1.free_disk(FOLDER)
    assert case.gap(filled) < HICCUP_S

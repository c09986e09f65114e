"""A former writer comes back: with transactions that nobody else has, without, and too late for the binary logs."""

from __future__ import annotations

import time

import pytest

from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.host import Host
from mmmlab.standing import Case, clone
from mmmlab.topology import DATABASES
from mmmlab.wait import stays_true, wait_until

pytestmark = pytest.mark.database

QUIET_S = 6


def about(case: Case, name: str) -> dict:
    return next(host for host in case.lab.show()["hosts"] if host["name"] == name)


def writer_dies_with_rows_of_its_own(case: Case) -> Host:
    """Its last rows reach no other host: nobody receives any more when it is killed a moment later."""
    with case.probe.between_writes():  # all of them have the same
        for name in DATABASES[1:]:
            case.host(name).stop_io_thread()
    count = len(case.probe.writes())
    wait_until(lambda: len(case.probe.writes()) > count + 5, 2, "some more rows on db1", 0.02)
    killed = case.host("db1").kill_mysqld()
    case.probe.wait_writing(20, after=killed, host="db2")
    return case.host("db1")


@pytest.mark.scenario(22, 28)
def test_old_writer_with_extra_rows_stays_out_and_nothing_is_merged(case: Case) -> None:
    db1, db2 = writer_dies_with_rows_of_its_own(case), case.host("db2")
    wait_cluster(case.lab, 10, writer="db2", states={"db1": "HARD_OFFLINE"}, silent=["db1"])
    db1.start_mysqld()
    returned = time.monotonic()
    wait_until(lambda: case.lab.states()["db1"] == "AWAITING_RECOVERY", 10, "db1 to be kept out of service")
    server, origin = case.lab.server, db1.gtid_origin()
    first, last = db2.last_number(origin) + 1, db1.last_number(origin)
    assert last > first
    named = f"the writer db2 lacks: {server.gtids_told(origin, first, last)}"
    wait_until(lambda: named in about(case, "db1")["reason"], 5, f"the reason to name {named}")
    listed = server.gtid_set(origin, first, last)
    assert about(case, "db1")["extra_gtids"] == listed

    # The lab's auto_set_online is 1 s, and db1 was away for less than 60 s.
    stays_true(lambda: case.lab.states()["db1"] == "AWAITING_RECOVERY", QUIET_S, "db1 is kept out of service")
    status, text = case.lab.ctl("set_online", "db1")
    assert status == 1 and named in text and "clone db1 anew from db2" in text, text
    assert listed in case.lab.ctl("explain", "db1")[1]
    if server.refuses_late:
        status, text = case.lab.ctl("take-late", "db1")
        assert status == 1 and server.refuses_late in text, text

    case.probe.stop()
    extra = db1.rows() - db2.rows()
    assert len(extra) == last - first + 1, "the list doesn't name the rows that db1 alone has"
    assert db1.read_only()
    for name in DATABASES[1:]:
        assert not extra & case.host(name).rows(), f"{name} took rows from db1 unasked"
    assert not [write for write in case.probe.writes() if write.host == "db1" and write.sent > returned]
    lost = {write.n for write in case.probe.lost_rows(db2)}
    assert lost <= extra, f"rows are lost and not listed: {sorted(lost - extra)}"

    clone(db2, db1)
    wait_until(lambda: case.lab.states()["db1"] == "ONLINE", 20, "db1 to rejoin by itself once it was cloned")


@pytest.mark.scenario(29)
def test_old_writer_without_extra_rows_rejoins_by_itself(case: Case) -> None:
    db1, db2 = case.host("db1"), case.host("db2")
    with case.probe.between_writes():
        killed = db1.kill_mysqld()
    case.probe.wait_writing(20, after=killed, host="db2")
    assert not db2.replication() or db2.replication()["Slave_IO_Running"] == "No"
    db1.start_mysqld()
    wait_cluster(case.lab, 20, writer="db2")
    assert about(case, "db1")["extra_gtids"] is None
    assert_rows(case.lab, case.probe, "db2")


@pytest.mark.scenario(30)
def test_old_writer_that_needs_removed_binary_logs_is_to_be_cloned(case: Case) -> None:
    db1, db2 = case.host("db1"), case.host("db2")
    with case.probe.between_writes():
        killed = db1.kill_mysqld()
    case.probe.wait_writing(20, after=killed, host="db2")
    with case.probe.between_writes():  # the slaves have all that is removed
        db2.remove_binary_logs()
    db1.start_mysqld()
    advice = "the binary logs that it needs were removed there. Clone it anew from db2"
    wait_until(lambda: advice in about(case, "db1")["reason"], 20, "the reason to advise cloning")
    assert about(case, "db1")["state"] == "REPLICATION_FAIL"
    assert about(case, "db1")["extra_gtids"] is None
    stays_true(lambda: case.lab.states()["db1"] == "REPLICATION_FAIL", QUIET_S, "db1 stays out of service")

    case.probe.stop()
    clone(db2, db1)
    wait_until(lambda: case.lab.states()["db1"] == "ONLINE", 30, "db1 to rejoin by itself once it was cloned")

"""Each change of the writer ends in one record of the journal, which survives what befalls its file, and with it the
books balance: acknowledged rows = rows on the writer + rows listed as lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from mmmlab import gtid
from mmmlab.books import TOLD_S, history, records_when_done
from mmmlab.config import STATUS_PATH
from mmmlab.expect import wait_cluster
from mmmlab.lab import Lab
from mmmlab.standing import Case, clone
from mmmlab.timeline import Moment, writer_steps
from mmmlab.topology import MONITOR
from mmmlab.wait import wait_until

FOLDER = "/var/lib/journal"
# The account is done 2.5 s after the new writer came into service.
RECORDED_S = 6
# An old host is looked at for 2 s before it is compared.
SETTLED_S = 20
# The log counts from the kill, the record from the monitor's first sign of it; both in whole milliseconds.
SAME_STEP_MS = 50


def records(lab: Lab) -> list[dict[str, Any]]:
    """Oldest first."""
    return history(lab)["records"]


def settled_records(lab: Lab) -> list[dict[str, Any]]:
    """When the account of the last change is done, only then is it a record, and the writer has told what it has."""
    before = wait_until(lambda: records_when_done(lab), RECORDED_S, "the change that made the writer to be recorded")
    time.sleep(TOLD_S)
    return before


def next_record(lab: Lab, before: list[dict[str, Any]], deadline_s: float = RECORDED_S) -> dict[str, Any]:
    """The one that came after those: exactly one."""
    known = {record["number"] for record in before}

    def fresh() -> list[dict[str, Any]]:
        return [record for record in records(lab) if record["number"] not in known]

    wait_until(fresh, deadline_s, "a record of the change")
    came = fresh()
    assert len(came) == 1, f"one change, {len(came)} records: {came}"
    return came[0]


def settled(lab: Lab, number: int) -> dict[str, Any]:
    def found() -> dict[str, Any]:
        record = next(record for record in records(lab) if record["number"] == number)
        return record if record["lost"]["complete"] else {}

    return wait_until(found, SETTLED_S, f"record {number} to be settled")


def at(record: dict[str, Any], step: str) -> int:
    return next(entry["ms"] for entry in record["timeline"] if entry["step"] == step)


@pytest.mark.database
@pytest.mark.scenario(22)
def test_killed_writer_that_comes_back_clean_leaves_one_record_that_says_nothing_was_lost(case: Case) -> None:
    lab, db1 = case.lab, case.host("db1")
    before = settled_records(lab)
    with case.probe.between_writes():
        moment = Moment.of(db1.kill_mysqld())
    case.probe.wait_writing(15, after=moment.monotonic, host="db2")
    record = next_record(lab, before)
    assert (record["kind"], record["from"], record["to"]) == ("failover", "db1", "db2")
    assert record["lost"] == {"gtids": "", "complete": False, "unknown_until_seen": "db1"}

    # The log tells the same story, from another beginning.
    assert lab.monitor
    logged = {step.event: step.since_ms for step in writer_steps(lab.monitor, moment)}
    span = at(record, "in_service") - at(record, "taken_off")
    assert abs(span - (logged["writable"] - logged["detected"])) < SAME_STEP_MS, f"{record['timeline']}\n{logged}"
    assert at(record, "granted") <= at(record, "in_service")
    case.figure("in service after the first sign", at(record, "in_service") / 1000)

    db1.start_mysqld()
    record = settled(lab, record["number"])
    assert record["lost"]["gtids"] == ""
    wait_cluster(lab, 30, writer="db2")
    assert not case.probe.lost_rows(case.host("db2"))


@pytest.mark.database
@pytest.mark.scenario(24)
def test_rows_of_a_killed_writer_that_nobody_received_are_listed_exactly_when_it_comes_back(case: Case) -> None:
    lab, probe, db1, db2 = case.lab, case.probe, case.host("db1"), case.host("db2")
    before = settled_records(lab)
    with probe.between_writes():  # what is acknowledged from here on stays on db1
        for name in ("db2", "db3", "db4"):
            lab.hosts[name].stop_io_thread()
    stopped = time.monotonic()
    probe.wait_writing(10, after=stopped, host="db1")
    killed = db1.kill_mysqld()
    probe.wait_writing(15, after=killed, host="db2")
    record = next_record(lab, before)
    assert record["from"] == "db1"

    monitor = lab.monitor
    assert monitor
    monitor.kill()
    lab.start_monitor()  # the record is settled by a monitor that didn't write it
    db1.start_mysqld()
    record = settled(lab, record["number"])
    lost = probe.lost_rows(db2)
    assert lost, "the case is of no use: nothing was lost"
    listed = record["lost"]["gtids"]
    assert listed.startswith(db1.gtid_origin()) and gtid.count(listed) == len(db1.rows() - db2.rows()), \
        f"{len(lost)} rows are missing, and the journal says {record['lost']} of {record['after']}"
    assert {write.n for write in lost} <= db1.rows()
    assert "db1" in lab.ctl("history")[1]
    probe.stop()
    clone(db2, db1)


@pytest.mark.database
@pytest.mark.scenario(18)
def test_journal_survives_a_killed_monitor_and_a_torn_end(case: Case) -> None:
    lab = case.lab
    before = settled_records(lab)
    assert lab.ctl("move_role", "writer", "db2")[0] == 0
    record = next_record(lab, before, 20)
    assert record["kind"] == "planned"
    assert record["lost"]["complete"] and record["lost"]["gtids"] == ""
    assert lab.monitor
    lab.monitor.kill()
    with lab.hosts[MONITOR].path(f"{STATUS_PATH}.journal").open("a") as journal:
        journal.write('0123456789abcdef {"entry":"chan')
    monitor = lab.start_monitor()
    wait_until(lambda: "are no whole line" in monitor.output(), 5, "the torn end to be said")
    wait_until(lambda: lab.ctl("history")[0] == 0, 10, "the monitor to answer")
    assert [one["number"] for one in records(lab)] == [one["number"] for one in [*before, record]]


@pytest.mark.scenario(18)
def test_full_disk_of_the_journal_stops_nothing_and_nothing_is_missing_afterwards(make_lab: Callable[..., Lab]) -> None:
    path = f"{FOLDER}/writer"
    lab = make_lab(monitor_settings={"journal_path": f'"{path}"'})
    lab.start_hosts()
    host = lab.hosts[MONITOR]
    host.exec(["mkdir", "-p", FOLDER])
    host.exec(["mount", "-t", "tmpfs", "-o", "size=16k,mode=755", "lab", FOLDER])
    host.give_to_services(FOLDER)
    lab.start_databases()
    lab.start_mmm()
    lab.wait_online(20)
    before = settled_records(lab)
    told = list(before)
    host.fill_disk(FOLDER)
    # What is left of the journal's last page has no room for all of these.
    monitor = lab.monitor
    assert monitor
    for writer in ("db2", "db1", "db2"):
        assert lab.ctl("move_role", "writer", writer)[0] == 0
        wait_until(lambda writer=writer: lab.show()["active_master"] == writer, 15, f"{writer} to be the writer")
        told.append(next_record(lab, told))
    assert "the journal can't be written" in monitor.output()
    assert host.path(path).read_text().endswith("\n"), "half a line was left behind"
    host.free_disk(FOLDER)
    wait_until(lambda: "the journal is written again" in monitor.output(), 10, "it to be written")
    told = records(lab)
    assert [one["to"] for one in told[len(before):]] == ["db2", "db1", "db2"]
    monitor.kill()
    lab.start_monitor()
    wait_until(lambda: lab.ctl("history")[0] == 0, 10, "the next monitor to answer")
    assert records(lab) == told

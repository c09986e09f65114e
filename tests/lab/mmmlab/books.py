"""The books of a case: acknowledged rows = rows on the writer + rows that the journal lists as lost."""

from __future__ import annotations

import json
from typing import Any

import pymysql

from . import gtid
from .lab import Lab
from .wait import LabTimeout, wait_until

# The account of a change is done 2.5 s after the new writer came into service.
RECORDED_S = 8
# A writer's agent looks at its server once a second, and tells once a second: a cluster that has just begun to write
# has told nothing yet that a new writer could be compared with.
TOLD_S = 2.1


def history(lab: Lab) -> dict[str, Any]:
    """What `mmm ctl history` has: the last 100 records, oldest first, and operators' decisions."""
    status, text = lab.ctl("history", "--last", "100", "--json", timeout_s=5)
    assert status == 0, text
    told: dict[str, Any] = json.loads(text)
    return told


def records_when_done(lab: Lab, deadline_s: float = RECORDED_S) -> list[dict[str, Any]]:
    """Its records, when no change of the writer is under way any more."""
    def done() -> dict[str, Any]:
        told = history(lab)
        return {} if told["under_way"] else told

    records: list[dict[str, Any]] = wait_until(done, deadline_s, "the last change of the writer to be recorded")["records"]
    return records


def imbalance(lab: Lab) -> str:
    """What is wrong with them at the end of a case; empty: nothing, or no writer is in service. Counts the rows of the
    client that was started last: a cluster that several cases share was mended since the others."""
    if not lab.probes or not lab.monitor or not lab.monitor.running:
        return ""  # the lab's own cases
    try:
        missing = {write.n for write in lab.probes[-1].lost_rows(lab.writer())}
    except (RuntimeError, OSError, pymysql.Error):
        return ""
    if not missing:
        return ""
    try:
        records = records_when_done(lab)
    except LabTimeout as error:
        return f"{len(missing)} acknowledged rows aren't on the writer, and nothing is listed: {error}"
    if any(not record["lost"]["complete"] for record in records):
        return ""  # the record says that there may be more until the old host is seen
    listed = sum(gtid.count(record["lost"]["gtids"] or "") for record in records)
    if len(missing) <= listed:
        return ""
    return f"{len(missing)} acknowledged rows aren't on the writer, {listed} transactions are listed: {sorted(missing)[:20]}"

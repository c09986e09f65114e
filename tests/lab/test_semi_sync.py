"""Semi-synchronous replication in which every replica acknowledges: the writer is killed under load, again and again, and
no acknowledged row is lost, whoever acknowledged it. The books: acknowledged rows = rows on the writer, none is missing."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from mmmlab import Lab
from mmmlab.books import TOLD_S, records_when_done
from mmmlab.expect import assert_one_holder, wait_cluster
from mmmlab.host import Host
from mmmlab.probe import WritingProbe
from mmmlab.standing import SETTINGS, clone
from mmmlab.topology import DATABASES
from mmmlab.wait import wait_until

pytestmark = pytest.mark.database

CLIENTS = 4
# The account is done 2.5 s after the new writer came into service.
RECORDED_S = 10


@dataclass
class Runs:
    """What all runs of one case came to."""

    gaps_s: list[float] = field(default_factory=list)
    acknowledged: int = 0
    extra: list[int] = field(default_factory=list)

    def text(self, fetched: int) -> str:
        gaps = [round(gap * 1000) for gap in self.gaps_s]
        return (f"{len(gaps)} runs: gap {statistics.median(gaps):.0f} ms ({min(gaps)} to {max(gaps)}), "
                f"{self.acknowledged} acknowledged rows, 0 lost; the old writer came back with unacknowledged rows "
                f"{sum(map(bool, self.extra))} times ({sum(self.extra)} rows), rows fetched first {fetched} times")


def start(make_lab: Callable[..., Lab]) -> Lab:
    lab = make_lab(monitor_settings=SETTINGS)
    lab.start_hosts()
    for host in lab.databases:
        host.more_settings = host.server.semi_sync(host.node)
    lab.start_databases()
    lab.start_mmm()
    lab.wait_online(40)
    return lab


def about(lab: Lab, name: str) -> dict[str, Any]:
    return next(host for host in lab.show()["hosts"] if host["name"] == name)


def wait_proof(lab: Lab, writer: str) -> None:
    """Until `show` says that the writer's loss would leave nothing behind, since all three replicas acknowledge."""
    line = (f"# Semi-synchronous replication of {writer} is on (AFTER_SYNC, 3 replicas acknowledge): should it be lost, "
            "its replicas have all that it acknowledged")
    wait_until(lambda: line in lab.ctl("show")[1].splitlines(), 20, f"show to say {line!r}")
    told = about(lab, writer)["semi_sync"]
    assert (told["source"], told["wait_point"], told["replicas"]) == ("on", "AFTER_SYNC", 3), told
    assert all(about(lab, name)["semi_sync"]["acknowledges"] for name in DATABASES if name != writer)


def load(lab: Lab, writer: str) -> list[WritingProbe]:
    probes = [lab.probe() for _ in range(CLIENTS)]
    for probe in probes:
        probe.wait_writing(20, host=writer)
    time.sleep(TOLD_S)
    return probes


def assert_nothing_lost(probes: list[WritingProbe], writer: Host) -> int:
    """Of the rows that the clients, which have stopped, saw acknowledged; returns how many those are."""
    present = writer.rows()
    acknowledged = {write.n for probe in probes for write in probe.writes()}
    assert not acknowledged - present, f"acknowledged and not on {writer.name}: {sorted(acknowledged - present)}"
    return len(acknowledged)


def assert_recorded(lab: Lab, old: str, new: str) -> None:
    """The change of the writer is in the journal, with nothing lost that was acknowledged: all replicas had it."""
    record = records_when_done(lab, RECORDED_S)[-1]
    assert (record["kind"], record["from"], record["to"]) == ("failover", old, new), record
    assert record["lost"]["gtids"] == "", record
    assert record["lost"]["acknowledged"] == [name for name in DATABASES if name != old], record


def bring_back(lab: Lab, old: Host, writer: Host) -> int:
    """The old writer, which may have rows that nobody acknowledged. Those are given up, and it is cloned. Returns how
    many they were."""
    old.start_mysqld()

    def seen() -> dict[str, Any]:
        told = about(lab, old.name)
        return told if told["state"] in ("AWAITING_RECOVERY", "ONLINE") else {}

    if wait_until(seen, 40, f"{old.name} to be back, or to be kept out")["state"] == "ONLINE":
        return 0
    extra = old.rows() - writer.rows()
    assert extra, f"{old.name} is kept out, and has no rows of its own"
    status, text = lab.ctl("accept-loss", old.name)
    assert status == 0, text
    clone(writer, old)
    return len(extra)


@pytest.mark.scenario(22, 28)
def test_semi_synchronous_replication_loses_no_acknowledged_row_when_the_writer_is_killed_under_load(
        make_lab: Callable[..., Lab], request: pytest.FixtureRequest, record_property: Callable[[str, object], None],
) -> None:
    lab = start(make_lab)
    runs = Runs()
    old, new = "db1", "db2"
    for _ in range(request.config.getoption("--semi-sync-runs")):
        wait_cluster(lab, 40, writer=old)
        wait_proof(lab, old)
        probes = load(lab, old)
        killed = lab.hosts[old].kill_mysqld()
        for probe in probes:
            probe.wait_writing(60, after=killed, host=new)
        runs.gaps_s.append(max(probe.gap(killed).seconds for probe in probes))
        for probe in probes:
            probe.stop()
        runs.acknowledged += assert_nothing_lost(probes, lab.hosts[new])
        assert_recorded(lab, old, new)
        runs.extra.append(bring_back(lab, lab.hosts[old], lab.hosts[new]))
        assert_nothing_lost(lab.probes, lab.hosts[new])
        old, new = new, old
    wait_cluster(lab, 40, writer=old)
    assert_one_holder(lab)
    assert lab.monitor
    record_property("figures", runs.text(lab.monitor.output().count('"event":"fetch"')))

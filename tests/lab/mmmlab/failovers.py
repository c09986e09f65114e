"""Failovers one after the other, from one master to the other and back, and how long a client waited."""

from __future__ import annotations

import statistics

from .expect import wait_cluster
from .lab import Lab
from .probe import WritingProbe


def failover(lab: Lab, old: str, new: str) -> tuple[WritingProbe, float]:
    """The writer's mysqld is killed under a client's writes, until the other master has all. Returns the client, and the gap it saw."""
    probe = lab.probe()
    probe.wait_writing(5, host=old)
    with probe.between_writes():
        killed = lab.hosts[old].kill_mysqld()
    probe.wait_writing(10, after=killed, host=new)
    gap = probe.gap(killed).seconds
    wait_cluster(lab, 15, writer=new, states={old: "HARD_OFFLINE"}, silent=[old])
    return probe, gap


def more_failovers(lab: Lab, runs: int, first: float) -> str:
    """After a first gap, with db2 as the writer and all hosts ONLINE: so many more. Returns the figures, for people."""
    gaps = [first]
    old, new = "db2", "db1"
    for _ in range(runs - 1):
        probe, gap = failover(lab, old, new)
        gaps.append(gap)
        probe.stop()
        lab.hosts[old].start_mysqld()
        wait_cluster(lab, 20, writer=new)
        old, new = new, old
    shown = [round(gap * 1000) for gap in gaps]
    return f"{len(shown)} failovers: gap {statistics.median(shown):.0f} ms ({min(shown)} to {max(shown)})"

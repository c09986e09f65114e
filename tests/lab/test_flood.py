"""Strangers send all that they can to every port at once: no order and no renewal comes late, and nothing grows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from mmmlab import Lab
from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.flood import Flood, everything
from mmmlab.forger import Datagram, record
from mmmlab.standing import Case
from mmmlab.topology import DATABASES, MONITOR
from mmmlab.vitals import LeaseWatch, Vitals, vitals
from mmmlab.wait import wait_until

FLOOD_S = 15
HICCUP_S = 0.5
# A lease is of 2 s and asked for each 250 ms: so much is always left of it, and the host lets go with 300 ms left.
LEFT_S = 1.0
MOVE_S = 10.0
ANSWER_S = 3.0
GROWTH_KIB = 16 * 1024
# Places for strangers, and of the one address that isn't one.
MORE_DESCRIPTORS = 256 + 32
# For each kind of limit one a minute, and what the daemons say of a move.
MORE_LINES = 60


@pytest.fixture
def case(make_lab: Callable[..., Lab]) -> Iterator[Case]:
    """A whole cluster that has a key, with its writer on db1 and a client that writes."""
    lab = make_lab()
    lab.start_cluster()
    wait_cluster(lab, 10, writer="db1")
    probe = lab.probe()
    probe.wait_writing(10, host="db1")
    yield Case(lab, probe)


def damaged(recorded: list[Datagram]) -> list[Datagram]:
    """The same with another last letter of the seal: only the whole computation finds that out."""
    return [replace(each, text=each.text[:-1] + (b"0" if each.text[-1:] != b"0" else b"1")) for each in recorded]


def daemons(lab: Lab) -> dict[str, Vitals]:
    found = {name: lab.hosts[name].agent for name in DATABASES} | {"monitor": lab.monitor}
    return {name: vitals(daemon) for name, daemon in found.items() if daemon and daemon.running}


def moved(case: Case, target: str, what: str) -> float:
    """Until the client writes to `target` by an operator's command; in seconds."""
    asked = time.monotonic()
    status, text = case.lab.ctl("move_role", "writer", target)
    assert status == 0, text
    case.probe.wait_writing(20, after=asked, host=target)
    first = min(write.acknowledged for write in case.probe.writes() if write.sent > asked and write.host == target)
    case.figure(f"{what}: move", first - asked)
    case.gap(asked, f"{what}: gap of a move")
    return first - asked


def answered(case: Case) -> float:
    """How long `show` takes, in seconds."""
    asked = time.monotonic()
    assert case.lab.ctl("show")[0] == 0
    return time.monotonic() - asked


def settled(case: Case, writer: str) -> None:
    wait_cluster(case.lab, 20, writer=writer)


@pytest.mark.scenario(51)
def test_strangers_who_flood_all_ports_at_once_delay_nothing_and_leave_nothing(case: Case) -> None:
    lab = case.lab
    streams = everything(lab, damaged(record(lab.hosts["db1"], 3)))
    for target in ("db2", "db1"):
        moved(case, target, "at rest")
        settled(case, target)
    with LeaseWatch(lab.hosts["db1"]) as quiet:
        time.sleep(3)
    before = daemons(lab)
    began = time.monotonic()
    answers: list[float] = []
    with Flood(lab, streams) as flood:
        # Nothing happens but the flood.
        with LeaseWatch(lab.hosts["db1"]) as watch:
            while time.monotonic() - began < FLOOD_S:
                time.sleep(0.5)
                answers.append(answered(case))
        during = daemons(lab)
        took = time.monotonic() - began
        # The monitor comes again while strangers have all the places that there are for them.
        assert lab.monitor
        lab.monitor.stop(10)
        restarted = time.monotonic()
        lab.start_monitor()
        lab.wait_online()
        case.figure("flood: a restarted monitor has all hosts after", time.monotonic() - restarted)
        case.nothing_moved(began)
        hiccup = case.gap(began, "flood: gap")
        with_flood = [moved(case, "db2", "flood")]
        settled(case, "db2")
        with_flood.append(moved(case, "db1", "flood"))
        settled(case, "db1")
    case.figure("at rest: least left of a lease", quiet.least_s)
    case.figure("flood: least left of a lease", watch.least_s)
    case.figure("flood: longest answer to show", max(answers))
    case.figures += [f"sent: {', '.join(f'{number} {what}' for what, number in flood.sent.items())}"]
    for name, now in during.items():
        case.figures.append(f"{name}: {before[name].kib} -> {now.kib} KiB, {before[name].descriptors} -> {now.descriptors} "
                            f"descriptors, {100 * (now.cpu_s - before[name].cpu_s) / took:.0f} % of a core, "
                            f"{now.lines - before[name].lines} lines of log")

    assert hiccup < HICCUP_S
    assert watch.least_s > LEFT_S
    assert max(answers) < ANSWER_S
    assert max(with_flood) < MOVE_S
    for name, now in during.items():
        assert now.kib - before[name].kib < GROWTH_KIB, f"{name} grew"
        assert now.descriptors - before[name].descriptors <= MORE_DESCRIPTORS, f"{name} has too many connections"
        assert now.lines - before[name].lines < MORE_LINES, f"{name} filled its log"
    for kind, sent in flood.sent.items():
        assert sent > 500, f"of {kind} only {sent} were sent"
    wait_until(lambda: all(now.descriptors <= before[name].descriptors + 2 for name, now in daemons(lab).items()), 10,
               "all strangers' descriptors to be closed")
    assert_rows(lab, case.probe, "db1")

"""What lasts a minute: both faults at once, each in a cluster of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mmmlab import Lab
from mmmlab.expect import wait_cluster
from mmmlab.standing import Case, hosts_but
from mmmlab.wait import stays_true

MINUTE_S = 60
HICCUP_S = 0.5


def freeze_monitor(lab: Lab) -> None:
    assert lab.monitor
    lab.monitor.freeze()


def disturb_all_links(lab: Lab) -> None:
    lab.switch.lose_everywhere(hosts_but(), 20)
    lab.switch.delay(hosts_but(), 0.2)


FAULTS = {"frozen monitor": freeze_monitor, "bad links": disturb_all_links}


@pytest.fixture(scope="module")
def minute(make_module_lab: Callable[..., Lab]) -> dict[str, Case]:
    """The clusters with their faults, by name; `began` is when the fault did."""
    cases = {}
    for name in FAULTS:
        lab = make_module_lab()
        lab.start_cluster(40)
        wait_cluster(lab, 10, writer="db1")
        cases[name] = Case(lab, lab.probe())
    for name, case in cases.items():
        case.probe.wait_writing(10, host="db1")
        case.began = time.monotonic()
        FAULTS[name](case.lab)
    return cases


@pytest.fixture
def case(minute: dict[str, Case], request: pytest.FixtureRequest) -> Case:
    return minute[request.param]


def nothing_moves_for_a_minute(case: Case) -> None:
    stays_true(lambda: not case.lab.sampler.moves_since(case.began), case.began + MINUTE_S - time.monotonic(),
               "no address came or left", 0.5)
    case.nothing_moved(case.began)


@pytest.mark.scenario(7, 13)
@pytest.mark.parametrize("case", ["frozen monitor"], indirect=True)
def test_monitor_is_frozen_for_a_minute_and_thawed(case: Case) -> None:
    nothing_moves_for_a_minute(case)
    assert case.lab.monitor
    case.lab.monitor.thaw()
    stays_true(lambda: not case.lab.sampler.moves_since(case.began), 5, "no address came or left after the thaw")
    wait_cluster(case.lab, 10, writer="db1")
    assert case.gap(case.began) < HICCUP_S


@pytest.mark.scenario(17)
@pytest.mark.parametrize("case", ["bad links"], indirect=True)
def test_a_minute_of_20_percent_loss_and_200_ms_of_jitter_moves_nothing(case: Case) -> None:
    nothing_moves_for_a_minute(case)
    case.gap(case.began)

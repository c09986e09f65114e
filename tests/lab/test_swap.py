"""A cluster of original programs becomes one of ours, one program at a time, under a writing client."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest

from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.mixed import EVERYWHERE, MixedLab

GAP_S = 0.5

ORDERS = {
    "monitor first": ("db5", "db1", "db2", "db3", "db4"),
    "monitor last": ("db4", "db2", "db3", "db1", "db5"),
}


@pytest.mark.scenario(52)
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_cluster_is_swapped_program_by_program_and_loses_nothing(make_mixed: Callable[..., MixedLab],
                                                                 order: Sequence[str]) -> None:
    lab = make_mixed(old=EVERYWHERE)
    wait_cluster(lab, 10, writer="db1")
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    for name in order:
        began = time.monotonic()
        lab.swap(name, old=False)
        wait_cluster(lab, 20, writer="db1")
        probe.wait_writing(10, after=time.monotonic(), host="db1", count=100)
        assert not lab.sampler.moves_since(began), f"the swap on {name} moved an address"
        assert probe.gap(began).seconds < GAP_S, f"clients noticed the swap on {name}"

    with probe.between_writes():
        killed = lab.hosts["db1"].kill_mysqld()
    probe.wait_writing(10, after=killed, host="db2")
    wait_cluster(lab, 15, writer="db2", states={"db1": "HARD_OFFLINE"}, silent=["db1"])
    assert_rows(lab, probe, "db2", hosts=["db2", "db3", "db4"])

"""The writer fails, and the other master takes over. Never two at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mmmlab import Lab, wait_until
from mmmlab.expect import assert_one_holder, assert_rows, state_faults, wait_cluster
from mmmlab.failovers import failover, more_failovers
from mmmlab.standing import SETTINGS
from mmmlab.topology import DATABASES, WRITER_IP

pytestmark = pytest.mark.database

# The project's figures, and what a busy machine may add.
FAILOVER_S = 1.0
LINK_DOWN_S = 6.0
PLANNED_MOVE_S = 0.5
NOISE_S = 1.0


@pytest.mark.scenario(1, 29)
def test_failover_when_the_writers_mysqld_is_killed(
        make_lab: Callable[..., Lab], request: pytest.FixtureRequest,
        record_property: Callable[[str, object], None]) -> None:
    lab = make_lab(monitor_settings=SETTINGS)
    lab.start_cluster()
    probe, gap = failover(lab, "db1", "db2")
    assert gap < FAILOVER_S + NOISE_S
    lab.hosts["db1"].start_mysqld()
    wait_cluster(lab, 20, writer="db2")
    assert_rows(lab, probe, "db2")
    record_property("figures", more_failovers(lab, request.config.getoption("--failover-runs"), gap))


@pytest.mark.scenario(3, 55)
def test_link_down_of_the_writer_and_up_again(lab: Lab) -> None:
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    with probe.between_writes():
        pulled = time.monotonic()
        lab.switch.set_link("db1", up=False)
    probe.wait_writing(15, after=pulled, host="db2")
    assert probe.gap(pulled).end - pulled < LINK_DOWN_S + NOISE_S
    assert lab.sampler.left(WRITER_IP, "db1", pulled) < lab.sampler.came(WRITER_IP, "db2", pulled)
    wait_cluster(lab, 10, writer="db2", states={"db1": "HARD_OFFLINE"}, detached=["db1"])
    assert lab.hosts["db1"].read_only(), "cut off, and still takes writes"

    healed = time.monotonic()
    lab.switch.set_link("db1", up=True)
    wait_cluster(lab, 20, writer="db2")
    probe.wait_writing(5, after=time.monotonic())
    assert probe.gap(healed).seconds < PLANNED_MOVE_S, "the healed link made a second outage"
    assert_rows(lab, probe, "db2")


@pytest.mark.scenario(11, 28)
def test_frozen_mysqld_of_the_writer_and_what_it_does_when_it_thaws(lab: Lab) -> None:
    db1, db2 = lab.hosts["db1"], lab.hosts["db2"]
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    frozen = db1.freeze_mysqld()
    probe.wait_writing(20, after=frozen, host="db2")
    wait_cluster(lab, 10, writer="db2", states={"db1": "HARD_OFFLINE"}, silent=["db1"])

    thawed = db1.thaw_mysqld()
    wait_until(db1.read_only, 5, "db1 to be read-only after it thawed")
    # The statement that was in its socket runs when it thaws. Then db1 has a row that nobody else has, and must not
    # serve; without that row it comes back.
    probe.wait_writing(5, after=thawed, host="db2")
    time.sleep(8)
    assert_rows(lab, probe, "db2", hosts=["db2", "db3", "db4"])
    extra = db1.rows() - db2.rows()
    online = {**dict.fromkeys(DATABASES, "ONLINE")}
    if extra:
        assert lab.states()["db1"] != "ONLINE", f"db1 serves although it has {len(extra)} rows of its own"
        assert db1.slots() == []
    else:
        wait_until(lambda: not state_faults(lab, online), 10, "db1 to be ONLINE again")
        assert_rows(lab, probe, "db2")
    assert_one_holder(lab)
    assert not [write for write in probe.writes() if write.host == "db1" and write.sent > thawed]


@pytest.mark.scenario(32)
def test_both_masters_down_and_one_comes_back(lab: Lab) -> None:
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    with probe.between_writes():
        lab.hosts["db2"].kill_mysqld()
        killed = lab.hosts["db1"].kill_mysqld()
    wait_cluster(lab, 15, writer="", states={"db1": "HARD_OFFLINE", "db2": "HARD_OFFLINE"}, silent=["db1", "db2"],
                 detached=["db3", "db4"])

    lab.hosts["db1"].start_mysqld()
    probe.wait_writing(20, after=killed, host="db1")
    wait_cluster(lab, 15, writer="db1", states={"db2": "HARD_OFFLINE"}, silent=["db2"])

    lab.hosts["db2"].start_mysqld()
    wait_cluster(lab, 20, writer="db1")
    assert_rows(lab, probe, "db1")

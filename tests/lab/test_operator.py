"""What an operator does on purpose, and what somebody did by hand."""

from __future__ import annotations

import time

import pytest

from mmmlab import Lab, wait_until
from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.topology import WRITER_IP

pytestmark = pytest.mark.database

PLANNED_MOVE_S = 0.5
NOISE_S = 0.5
MENDED_S = 2.0


def test_set_offline_and_set_online_of_a_slave_and_of_the_writer(lab: Lab) -> None:
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    assert lab.ctl("set_offline", "db3")[0] == 0
    wait_cluster(lab, 10, writer="db1", readers=["db4"], states={"db3": "ADMIN_OFFLINE"}, detached=["db3"])
    assert lab.hosts["db3"].replication()["Slave_SQL_Running"] == "No"
    assert lab.ctl("set_online", "db3")[0] == 0
    wait_cluster(lab, 10, writer="db1")

    assert lab.ctl("set-offline", "db1")[0] == 0
    wait_cluster(lab, 10, writer="db2", states={"db1": "ADMIN_OFFLINE"}, detached=["db1"])
    assert lab.ctl("set_online", "db1")[0] == 0
    wait_cluster(lab, 10, writer="db2")
    status, text = lab.ctl("set_offline", "db9")
    assert status == 1 and "db1, db2, db3, db4" in text
    assert_rows(lab, probe, "db2")


@pytest.mark.scenario(35)
def test_planned_move_under_load_loses_no_acknowledged_row(lab: Lab) -> None:
    probes = [lab.probe(), lab.probe()]
    for there, back in (("db2", "db1"), ("db1", "db2")):
        for probe in probes:
            probe.wait_writing(5, after=time.monotonic(), host=back)
        asked = time.monotonic()
        status, text = lab.ctl("move_role", "writer", there)
        assert status == 0, text
        for probe in probes:
            probe.wait_writing(10, after=asked, host=there)
            assert probe.gap(asked).seconds < PLANNED_MOVE_S + NOISE_S
        wait_cluster(lab, 10, writer=there)
    for probe in probes:
        probe.stop()
    for probe in probes:
        assert_rows(lab, probe, "db1")


@pytest.mark.scenario(39)
def test_address_removed_by_hand_is_put_back(lab: Lab) -> None:
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    for name in ("db1", "db3"):
        host = lab.hosts[name]
        ip = host.slots()[0]
        host.remove_address(ip)
        wait_until(lambda ip=ip, host=host: ip in host.slots(), MENDED_S, f"{ip} to be back on {name}")
    wait_cluster(lab, 5, writer="db1")
    assert lab.sampler.holders(WRITER_IP)[-1][1] == "db1"
    probe.wait_writing(5, after=time.monotonic(), host="db1")
    assert_rows(lab, probe, "db1")


def test_read_only_changed_by_hand_is_set_right(lab: Lab) -> None:
    db1, db2, db3 = (lab.hosts[name] for name in ("db1", "db2", "db3"))
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    began = time.monotonic()
    db1.sql("SET GLOBAL read_only = 1")
    wait_until(lambda: not db1.read_only(), MENDED_S, "the writer to be writable again")
    for host in (db2, db3):
        host.sql("SET GLOBAL read_only = 0")
        wait_until(host.read_only, MENDED_S, f"{host.name} to be read-only again")
    wait_cluster(lab, 5, writer="db1")
    assert not lab.sampler.moves_since(began), "an address moved"
    probe.wait_writing(5, after=time.monotonic(), host="db1")
    assert_rows(lab, probe, "db1")

"""Replicas that go by file and position: on MySQL because GTIDs are off, and then nothing proves what a host has; MariaDB's
transactions always have GTIDs, so that the role moves as ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mmmlab import Lab
from mmmlab.expect import assert_one_holder, assert_rows, wait_cluster
from mmmlab.standing import SETTINGS
from mmmlab.topology import DATABASES, MASTERS, NODES, SLAVES
from mmmlab.wait import stays_true, wait_until

pytestmark = pytest.mark.database

QUIET_S = 5
REMEDY = "so nothing tells which transactions it has; set gtid_mode=ON and enforce_gtid_consistency=ON"


def start(make_lab: Callable[..., Lab]) -> Lab:
    lab = make_lab(monitor_settings=SETTINGS)
    lab.start_hosts()
    for host in lab.databases:
        host.more_settings = host.server.gtids_off
        host.install_mysqld()
        host.start_mysqld()
    for host in lab.databases:
        host.sql(host.server.replicate_by_position(NODES[host.node.peer or "db1"]))
        host.start_replication()
    wait_until(lambda: all(host.source_ip() for host in lab.databases), 10, "replication to run on all hosts")
    lab.start_mmm()
    wait_until(lambda: set(lab.states().values()) == {"ONLINE"}, 20, "all to be ONLINE")
    return lab


def assert_named(lab: Lab, name: str, mode: str) -> None:
    """Why the host isn't given the writer role, and what to do about it."""
    why = f"gtid_mode is {mode}, {REMEDY}"
    cannot = f"host '{name}' can't prove which transactions it has: {why}"
    wait_until(lambda: f"{name} can't take it: {cannot}" in lab.ctl("explain", "writer")[1], 10, "explain to say why")
    assert f"# Warning: {name} can neither become the writer nor be re-pointed: {why}" in lab.ctl("show")[1].splitlines()
    status, text = lab.ctl("move_role", "writer", name)
    assert status == 1 and cannot in text, text


def set_gtids_on(lab: Lab) -> None:
    """Step by step, as the server's manual has it; then the replicas go by GTID. db1 is the first that is done."""
    *steps, last = lab.server.gtids_on
    for statement in steps:
        for host in lab.databases:
            host.sql(statement)
    db1, *others = lab.databases
    db1.sql(last)
    wait_until(lambda: not db1.read_only(), 20, "db1 to be the writer once it can prove what it has")
    for host in others:
        host.sql(last)
    for host in lab.databases:
        for statement in (host.server.stop_replication, host.server.replicate_from(NODES[host.node.peer or "db1"]),
                          host.server.start_replication):
            host.sql(statement)


def no_writer_until_gtids_are_on(lab: Lab) -> None:
    for name in MASTERS:
        assert_named(lab, name, "OFF")
    stays_true(lambda: all(host.read_only() for host in lab.databases), QUIET_S, "no host becomes the writer unasked")
    assert not any(host.slots() for host in lab.databases if host.name in MASTERS)
    set_gtids_on(lab)
    wait_cluster(lab, 20, writer="db1")


def no_failover_to_the_one_without(lab: Lab) -> None:
    """db2 alone doesn't have GTIDs for all it may write when db1 dies."""
    db1, db2 = lab.hosts["db1"], lab.hosts["db2"]
    probe = lab.probe()
    probe.wait_writing(10, host="db1")
    # On the way to ON each was ON_PERMISSIVE as well; what was seen of that is up to a second old.
    wait_until(lambda: "gtid_mode is ON_PERMISSIVE" not in lab.ctl("show")[1], 10, "show to have seen that all are ON")
    db2.sql("SET GLOBAL gtid_mode = ON_PERMISSIVE")
    wait_until(lambda: "gtid_mode is ON_PERMISSIVE" in lab.ctl("show")[1], 10, "show to name db2")
    with probe.between_writes():
        killed = db1.kill_mysqld()
    wait_until(lambda: lab.states()["db1"] == "HARD_OFFLINE", 20, "db1 to be HARD_OFFLINE")
    assert_named(lab, "db2", "ON_PERMISSIVE")
    stays_true(db2.read_only, QUIET_S, "db2 doesn't become the writer unasked")
    assert lab.states()["db2"] == "ONLINE"
    db2.sql("SET GLOBAL gtid_mode = ON")
    probe.wait_writing(20, after=killed, host="db2")
    db1.start_mysqld()
    wait_cluster(lab, 40, writer="db2")
    assert_rows(lab, probe, "db2")


def failover_as_ever(lab: Lab) -> None:
    """And the replicas go by GTID from then on."""
    wait_cluster(lab, 20, writer="db1")
    probe = lab.probe()
    probe.wait_writing(10, host="db1")
    with probe.between_writes():
        killed = lab.hosts["db1"].kill_mysqld()
    probe.wait_writing(20, after=killed, host="db2")
    lab.hosts["db1"].start_mysqld()
    wait_cluster(lab, 40, writer="db2")
    assert all(lab.hosts[name].replication()["Using_Gtid"] == "Slave_Pos" for name in SLAVES)
    assert_rows(lab, probe, "db2")


@pytest.mark.scenario(48)
def test_a_master_without_gtids_takes_the_writer_role_over_from_nobody_where_they_can_be_off(
        make_lab: Callable[..., Lab]) -> None:
    lab = start(make_lab)
    if lab.server.gtids_off:
        no_writer_until_gtids_are_on(lab)
        no_failover_to_the_one_without(lab)
    else:
        failover_as_ever(lab)
    assert_one_holder(lab)

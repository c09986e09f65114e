"""The writer's address: announced again when that was lost, given up by who can't have it, never granted early."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmmlab import Lab
from mmmlab.expect import assert_one_holder
from mmmlab.standing import Case
from mmmlab.topology import MONITOR, WRITER_IP
from mmmlab.wait import wait_until

KILLER = "/run/lab/bin/kill_host"
KILLS = "/run/lab/kills/calls"
SECOND_INTERFACE = "eth1"
LONG_LEASE_S = 12
PUT_BACK = "an address was removed by somebody; put back"
# Without an announcement a client finds out after 8 s.
HEALED_S = 4.0


@pytest.mark.scenario(41)
def test_announcements_that_are_lost_are_made_again(case: Case) -> None:
    case.lab.switch.silence_arp("db2")
    with case.probe.between_writes():
        killed = case.host("db1").kill_mysqld()
    came = case.lab.sampler.came(WRITER_IP, "db2", killed, 10)
    time.sleep(0.8)
    case.lab.switch.heal()
    healed = time.monotonic()
    case.probe.wait_writing(10, after=healed, host="db2")
    first = next(write.acknowledged for write in case.probe.writes() if write.sent > came)
    assert case.figure("client found db2 after", first - came) < HEALED_S
    case.gap(killed)


@pytest.mark.scenario(39)
def test_address_removed_by_hand_is_put_back_under_its_lease(case: Case) -> None:
    db1 = case.host("db1")
    log = db1.logs / "db1-agent.log"
    said = log.read_text().count(PUT_BACK)
    removed = time.monotonic()
    db1.remove_address(WRITER_IP)
    # Mostly it is back before the sampler looks again.
    wait_until(lambda: log.read_text().count(PUT_BACK) > said and WRITER_IP in db1.slots(), 2, "db1 to put it back")
    case.probe.wait_writing(5, after=removed, host="db1")
    assert case.gap(removed) < 2.0


@pytest.mark.scenario(42)
def test_candidate_that_cannot_add_the_address_is_given_up(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(host_settings={"db2": {"cluster_interface": f'"{SECOND_INTERFACE}"'}})
    lab.start_hosts()
    db1, db2 = lab.hosts["db1"], lab.hosts["db2"]
    lab.switch.plug_in_second("db2", db2.namespace, SECOND_INTERFACE)
    lab.start_databases()
    lab.start_mmm()
    lab.wait_online(30)
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    lab.switch.unplug_second("db2")
    with probe.between_writes():
        killed = db1.kill_mysqld()

    def named() -> bool:
        return any(line.startswith("# Warning") and "db2" in line for line in lab.ctl("show")[1].splitlines())

    wait_until(named, 10, "show to say what db2 can't do")
    db1.start_mysqld()
    probe.wait_writing(25, after=killed, host="db1")
    assert not lab.hosts["db1"].read_only() and lab.hosts["db2"].read_only()


def start_with_killer(make_lab: Callable[..., Lab], deed: str, **settings: Any) -> Lab:
    """A cluster whose kill command notes how it is called, and then does `deed`."""
    lab = make_lab(monitor_settings={"kill_host_bin": f'"{KILLER}"'}, **settings)
    lab.start_hosts()
    lab.hosts[MONITOR].write_file(KILLER, f"#!/bin/sh\necho \"$1 $2\" >> {KILLS}\n{deed}\n", 0o755)
    lab.hosts[MONITOR].path(KILLS).parent.mkdir()
    lab.hosts[MONITOR].give_to_services(str(Path(KILLS).parent))
    lab.start_databases()
    lab.start_mmm()
    lab.wait_online(40)
    return lab


@pytest.mark.scenario(43)
@pytest.mark.parametrize("deed", ["sleep 60", "exit 1"], ids=["hangs", "fails"])
def test_no_grant_before_the_lease_is_out_when_kill_host(make_lab: Callable[..., Lab], deed: str) -> None:
    lab = start_with_killer(make_lab, deed)
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    with probe.between_writes():
        cut = time.monotonic()
        lab.switch.isolate("db1")
    probe.wait_writing(20, after=cut, host="db2")
    left, came = lab.sampler.left(WRITER_IP, "db1", cut), lab.sampler.came(WRITER_IP, "db2", cut)
    assert left < came
    # A lease that was renewed a moment before the cut, and the kernel's second for removing its address.
    assert came - cut > 2.0
    assert lab.hosts[MONITOR].path(KILLS).read_text().startswith("db1 ")
    assert_one_holder(lab)


def test_writer_whose_kill_is_confirmed_is_succeeded_without_waiting_for_the_end_of_its_lease(
        make_lab: Callable[..., Lab]) -> None:
    lab = start_with_killer(make_lab, "exit 0", top_settings={"lease": f'"{LONG_LEASE_S}s"'})
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    with probe.between_writes():
        cut = time.monotonic()
        lab.power_cut("db1")
    came = lab.sampler.came(WRITER_IP, "db2", cut, LONG_LEASE_S)
    assert came - cut < LONG_LEASE_S - 2, "the lease was waited out although its holder was killed"
    probe.wait_writing(10, after=came, host="db2")
    assert lab.hosts[MONITOR].path(KILLS).read_text() == "db1 0\n"
    assert lab.monitor
    [grant] = [line for line in lab.monitor.output().splitlines()
               if '"event":"granted"' in line and '"host":"db2"' in line and WRITER_IP in line]
    assert '"proof":"killed"' in grant
    assert_one_holder(lab)

"""The network fails around the writer: it keeps its lease with a majority, and lets go in time without one."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mmmlab import Lab
from mmmlab.expect import wait_cluster
from mmmlab.standing import Case, hosts_but
from mmmlab.topology import CLIENT, MONITOR, MYSQL_PORT, WRITER_IP
from mmmlab.wait import stays_true, wait_until

# A lease of 2 s: let go before its end; and until another host serves, the wait of 3.5 s and what noticing takes.
LET_GO_S = 2.3
TAKEN_OVER_S = 9.0
SECOND_OUTAGE_S = 0.5
QUIET_S = 8
# A replica's server gives its source up after slave_net_timeout (10 s), and only then asks for it anew.
REPLICAS_NOTICED_S = 30


@pytest.mark.scenario(3)
def test_writers_host_is_cut_off_alone(case: Case) -> None:
    with case.probe.between_writes():
        cut = time.monotonic()
        case.lab.switch.isolate("db1")
    assert case.moved(cut) < TAKEN_OVER_S
    assert case.lab.sampler.left(WRITER_IP, "db1", cut) - cut < LET_GO_S
    assert case.host("db1").read_only(), "cut off, and still takes writes"


@pytest.mark.scenario(3, 10)
def test_writer_in_a_minority_with_a_slave_lets_go_though_a_client_still_reaches_it(case: Case) -> None:
    beside = case.lab.probe("db3")
    beside.wait_writing(5, host="db1")
    with case.probe.between_writes():
        cut = time.monotonic()
        case.lab.switch.partition(["db1", "db3"], ["db2", "db4", MONITOR, CLIENT])
    case.moved(cut)
    last = max(write.acknowledged for write in beside.writes() if write.host == "db1")
    first = min(write.sent for write in case.probe.writes() if write.host == "db2")
    case.figure("minority wrote for", last - cut)
    case.figure("then nobody for", first - last)
    assert last - cut < LET_GO_S
    assert first > last


@pytest.mark.scenario(3)
def test_readers_host_is_cut_off_and_its_address_goes_to_the_other(case: Case) -> None:
    [ip] = case.host("db3").slots()
    cut = time.monotonic()
    case.lab.switch.isolate("db3")
    came = case.lab.sampler.came(ip, "db4", cut, 15)
    left = case.lab.sampler.left(ip, "db3", cut, 0)
    assert left < came
    assert case.figure("left db3 after", left - cut) < LET_GO_S
    assert case.figure("came to db4 after", came - cut) < TAKEN_OVER_S
    assert case.gap(cut) < SECOND_OUTAGE_S, "the writer has a majority without db3"


def test_writer_that_may_hold_on_loss_keeps_its_address_until_it_can_be_told(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(extra_config='[quorum]\non_loss = "hold"\n')
    lab.start_cluster()
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    with probe.between_writes():
        lab.switch.isolate("db1")
    stays_true(lambda: [WRITER_IP in lab.hosts[name].slots() for name in ("db1", "db2")] == [True, False], QUIET_S,
               "db1 holds, and db2 does not get what time doesn't prove")
    lab.switch.heal()
    healed = time.monotonic()
    probe.wait_writing(15, after=healed + 1)
    wait_cluster(lab, 20, writer=lab.writer().name)


@pytest.mark.scenario(6)
def test_monitor_is_cut_off(case: Case) -> None:
    cut = time.monotonic()
    case.lab.switch.isolate(MONITOR)
    stays_true(lambda: not case.lab.sampler.moves_since(cut), 12, "no address came or left without the monitor")
    case.lab.switch.heal()
    wait_cluster(case.lab, 15, writer="db1")
    case.nothing_moved(cut)
    assert case.gap(cut) < SECOND_OUTAGE_S


@pytest.mark.scenario(4)
def test_only_the_link_between_monitor_and_writer_is_cut(case: Case) -> None:
    cut = time.monotonic()
    case.lab.switch.cut(MONITOR, "db1")
    stays_true(lambda: not case.lab.sampler.moves_since(cut), QUIET_S, "the writer stays where it works")
    warnings = [line for line in case.lab.ctl("show")[1].splitlines() if line.startswith("# Warning")]
    assert any("db1" in line for line in warnings), f"show warns of {warnings}"
    case.lab.switch.heal()
    wait_cluster(case.lab, 15, writer="db1")
    case.nothing_moved(cut)
    assert case.gap(cut) < SECOND_OUTAGE_S


@pytest.mark.scenario(5)
def test_links_between_the_writers_server_and_its_replicas_are_cut(case: Case) -> None:
    cut = time.monotonic()
    replicas = hosts_but("db1", MONITOR)
    for name in replicas:
        case.lab.switch.cut_port(name, "db1", MYSQL_PORT)

    def all_named() -> bool:
        assert WRITER_IP in case.host("db1").slots(), "the writer left where it works"
        lines = case.lab.ctl("show")[1].splitlines()
        return all(any(f"# Warning: replication of {name} can't be judged" in line and "can't be reached" in line
                       for line in lines) for name in replicas)

    wait_until(all_named, REPLICAS_NOTICED_S, "show to say that the replicas don't reach the writer's server", 0.2)
    assert case.gap(cut) < SECOND_OUTAGE_S
    case.nothing_moved(cut)
    assert set(case.lab.states().values()) == {"ONLINE"}


@pytest.mark.scenario(10)
def test_writer_that_reaches_nobody_but_hears_all_lets_go_before_another_takes_over(case: Case) -> None:
    with case.probe.between_writes():
        cut = time.monotonic()
        case.lab.switch.cut_one_way(["db1"], hosts_but("db1"))
    case.moved(cut)
    assert case.lab.sampler.left(WRITER_IP, "db1", cut) - cut < LET_GO_S


@pytest.mark.scenario(10)
def test_writer_that_hears_nobody_but_reaches_all_lets_go_before_another_takes_over(case: Case) -> None:
    with case.probe.between_writes():
        cut = time.monotonic()
        case.lab.switch.cut_one_way(hosts_but("db1"), ["db1"])
    case.moved(cut)
    assert case.lab.sampler.left(WRITER_IP, "db1", cut) - cut < LET_GO_S


@pytest.mark.scenario(55)
@pytest.mark.parametrize("healed_after_s", [1.0, 2.2, 3.5])
def test_partition_that_heals_during_the_takeover_makes_no_second_outage(case: Case, healed_after_s: float) -> None:
    with case.probe.between_writes():
        cut = time.monotonic()
        case.lab.switch.isolate("db1")
    time.sleep(healed_after_s)
    case.lab.switch.heal()
    healed = time.monotonic()
    case.probe.wait_writing(15, after=healed)
    assert case.gap(cut) < TAKEN_OVER_S
    serves_again = next(write.acknowledged for write in case.probe.writes() if write.sent > healed)
    time.sleep(3)
    assert case.gap(serves_again, "longest gap afterwards") < SECOND_OUTAGE_S
    wait_until(lambda: case.lab.writer().name in ("db1", "db2"), 5, "a writer")

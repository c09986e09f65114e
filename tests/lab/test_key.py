"""The cluster key: datagrams that aren't sealed with it, or are old, keep nobody alive, and it is changed under load."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest

from mmmlab import Lab, topology
from mmmlab.config import KEY_PATH, cluster_toml
from mmmlab.expect import assert_one_holder, assert_rows, wait_cluster
from mmmlab.forger import Forger, record
from mmmlab.keys import new_key
from mmmlab.topology import CLIENT, DATABASES, MONITOR, WRITER_IP
from mmmlab.wait import stays_true, wait_until

def keyed(make_lab: Callable[..., Lab]) -> tuple[Lab, str]:
    """The cluster and its key, not yet started."""
    lab = make_lab()
    lab.start_hosts()
    lab.start_databases()
    return lab, lab.key


def start(lab: Lab) -> None:
    lab.start_mmm()
    lab.wait_online()


@pytest.mark.scenario(50)
def test_a_cluster_with_a_key_takes_no_sign_of_life_from_a_forger(make_lab: Callable[..., Lab]) -> None:
    lab, _ = keyed(make_lab)
    start(lab)
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    recorded = record(lab.hosts["db1"], 3)
    assert len(recorded) > 20 and all(each.text.startswith(b"SEALED|1|lab|") for each in recorded)
    unsealed = [each.unsealed() for each in recorded]

    # Cut off but for the forgers, to whom it listened without a key: one stands in the clients' network, one on the monitor's host.
    forgers = [Forger(lab.hosts[name], lab.hosts["db1"], recorded + unsealed) for name in (CLIENT, MONITOR)]
    try:
        with probe.between_writes():
            cut = time.monotonic()
            for name in ("db2", "db3", "db4"):
                lab.switch.cut("db1", name)
            lab.switch.cut("db1", MONITOR, both=False)
        probe.wait_writing(15, after=cut, host="db2")
        wait_cluster(lab, 10, writer="db2", states={"db1": "HARD_OFFLINE"}, detached=["db1"])
        assert lab.sampler.left(WRITER_IP, "db1", cut) < lab.sampler.came(WRITER_IP, "db2", cut)
    finally:
        sent = [forger.stop() for forger in forgers]
    assert min(sent) > 500, f"the forgers sent only {sent} datagrams"
    agent = lab.hosts["db1"].agent
    assert agent and "it isn't sealed with a cluster key" in agent.output()
    assert_one_holder(lab)


def test_a_host_with_another_key_is_named_in_the_log(make_lab: Callable[..., Lab]) -> None:
    lab, _ = keyed(make_lab)
    lab.hosts["db3"].write_file(KEY_PATH, new_key(lab.binary, "lab"), 0o640)
    lab.hosts["db4"].write_file(KEY_PATH, new_key(lab.binary, "stray"), 0o640)
    lab.start_mmm()
    wait_until(lambda: not lab.writer().read_only(), 20, "a writer, by the votes of the three that have the right key")
    reasons = {"db3": "its seal is wrong: its key named 'lab' isn't ours", "db4": "sealed with a key named 'stray'"}

    def told(host: str, about: str) -> int:
        agent = lab.hosts[host].agent
        assert agent
        lines = [line for line in agent.output().splitlines() if "datagram ignored" in line and reasons[about] in line]
        return len([line for line in lines if f'"{about}"' in line])

    for host in ("db1", "db2"):
        for about in reasons:
            wait_until(lambda host=host, about=about: told(host, about) == 1, 5, f"{host} to name {about}")
    stays_true(lambda: all(told("db1", about) == 1 for about in reasons), 3, "it is told once a minute")


def test_a_key_is_changed_under_load_while_the_monitor_is_away(make_lab: Callable[..., Lab]) -> None:
    lab, first = keyed(make_lab)
    start(lab)
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    # Without the monitor the agents hold what they have by each other's datagrams alone.
    assert lab.monitor
    lab.monitor.stop(10)
    began = time.monotonic()
    second = new_key(lab.binary, "second")
    for stage in (first + second, second + first, "# changed today\n" + second):
        for name in DATABASES:
            host = lab.hosts[name]
            host.write_file(KEY_PATH, stage, 0o640)
            assert host.agent
            host.agent.signal(signal.SIGHUP)
            time.sleep(0.3)
        time.sleep(2.5)  # longer than anybody holds anything without contact
    assert not lab.sampler.moves_since(began)

    # A file that can't be used changes nothing.
    for name in DATABASES:
        lab.hosts[name].write_file(KEY_PATH, second[:50], 0o640)
        agent = lab.hosts[name].agent
        assert agent
        agent.signal(signal.SIGHUP)
        wait_until(lambda agent=agent: "stay in force" in agent.output(), 5, f"{name} to refuse the file")
    stays_true(lambda: not lab.sampler.moves_since(began), 4, "no address came or left")
    assert not any("datagram ignored" in host.agent.output() for host in lab.databases if host.agent)

    lab.hosts[MONITOR].write_file(KEY_PATH, second, 0o640)
    lab.start_monitor()
    wait_cluster(lab, 15, writer="db1")
    assert not lab.sampler.moves_since(began)
    assert probe.gap(began).seconds < 0.5
    assert_rows(lab, probe, "db1")
    assert topology.WRITER_IP in lab.hosts["db1"].slots()


def test_the_key_is_changed_under_write_load_without_a_gap(make_lab: Callable[..., Lab]) -> None:
    lab, first = keyed(make_lab)
    start(lab)
    wait_cluster(lab, 10, writer="db1")
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    began = time.monotonic()
    second = new_key(lab.binary, "second")
    for stage in (first + second, second + first, second):
        for name in (*DATABASES, MONITOR):
            lab.hosts[name].write_file(KEY_PATH, stage, 0o640)
        status, text = lab.ctl("reload")
        names = [line.split(":")[1] for line in stage.splitlines()]
        in_force = "key " + ", also ".join(names)
        assert (status, text.strip().splitlines()) == (0, [
            "OK: Keys and certificates were read again. In force now:",
            *(f"  {name}: {in_force}" for name in ("monitor", *DATABASES))]), text
        time.sleep(2.5)  # longer than a lease
        wait_cluster(lab, 10, writer="db1")
    assert not lab.sampler.moves_since(began)
    gap = probe.gap(began).seconds
    assert gap < 0.5, f"the client waited {gap:.3f} s"
    assert_rows(lab, probe, "db1")
    # The old key is worth nothing now, and a file that can't be used leaves the new one in force.
    lab.hosts["db2"].write_file("/etc/mmm/first.key", first, 0o600)
    lab.hosts["db2"].write_file("/etc/mmm/old.toml", cluster_toml(security='key_file = "first.key"'), 0o600)
    done = lab.hosts["db2"].exec([str(lab.binary), "ctl", "--config", "/etc/mmm/old.toml", "show"], 15, check=False)
    assert done.returncode == 3 and "has no key named 'lab'" in done.stderr, done.stderr
    for name in (MONITOR, "db3"):
        lab.hosts[name].write_file(KEY_PATH, second[:50], 0o640)
    status, text = lab.ctl("reload")
    assert status == 1 and "ERROR: Keys and certificates weren't read again everywhere:" in text, text
    assert "  db1: key second\n" in text and all(
        f"  {name}: [security] key_file: {KEY_PATH}: line 1" in text for name in ("monitor", "db3")), text
    shown = lab.ctl("show")[1]
    for who in ("", "db3: "):
        assert f"# Warning: {who}keys and certificates can't be read again" in shown, shown
    wait_cluster(lab, 10, writer="db1")

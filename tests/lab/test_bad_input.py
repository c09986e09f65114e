"""What strangers, scripts gone wrong and second copies do must not disturb the cluster."""

from __future__ import annotations

import os
import time

import pytest

from mmmlab import Lab, config
from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.process import Daemon
from mmmlab.strangers import IdleConnections, talk
from mmmlab.topology import AGENT_PORT, MONITOR, MONITOR_PORT, NODES
from mmmlab.wait import stays_true, wait_until

FAILOVER_WITH_NOISE_S = 2.0
GROWTH_KIB = 8 * 1024
PORTS = {"monitor": (NODES[MONITOR].ip, MONITOR_PORT), "agent": (NODES["db1"].ip, AGENT_PORT)}
# Nothing more follows these, and the connection stays open: the other side has to end it.
ABUSE = {
    "nothing": b"",
    "half a line": b"SET_STA",
    "random bytes": os.urandom(4096),
    "zeros": bytes(100_000),
    "a line without end": b"show " + b"x" * 1_000_000,
    "a TLS greeting": bytes.fromhex("16030100c8010000c40303") + bytes(200),
}
# These are lines; they are answered, if only with an error.
NONSENSE = {
    "empty lines": b"\n" * 5000,
    "an unknown command": b"launch_rockets now\nquit\n",
    "another protocol": b"GET / HTTP/1.1\r\nHost: db5\r\n\r\n",
    "an order for another host": b"SET_STATUS|1|db2|HARD_OFFLINE||db2\n",
    "an order of a later version": b"SET_STATUS|99|db1|ONLINE|writer(192.168.10.128)|db1\n",
}


def daemon_of(lab: Lab, port: str) -> Daemon:
    daemon = lab.monitor if port == "monitor" else lab.hosts["db1"].agent
    assert daemon
    return daemon


@pytest.mark.scenario(51)
def test_garbage_on_either_port_is_refused_and_moves_nothing(lab: Lab) -> None:
    began = time.monotonic()
    before = {port: daemon_of(lab, port).resident_kib() for port in PORTS}
    for port, (ip, number) in PORTS.items():
        for name, payload in {**ABUSE, **NONSENSE}.items():
            try:
                answer = talk(lab.hosts["client"], ip, number, payload, hang_up=name in NONSENSE)
            except TimeoutError:
                pytest.fail(f"{name} on the {port}'s port: neither refused nor closed")
            text = answer.decode(errors="replace")
            assert "OK" not in text.split(), f"{name} on the {port}'s port was answered {text[:200]!r}"
    for port, kib in before.items():
        daemon = daemon_of(lab, port)
        assert daemon.running
        assert daemon.resident_kib() - kib < GROWTH_KIB, f"{port} grew"
    assert not lab.sampler.moves_since(began)
    wait_cluster(lab, 5, writer="db1")


@pytest.mark.scenario(51)
@pytest.mark.parametrize("port", PORTS)
def test_idle_connections_by_the_thousand_delay_no_takeover(lab: Lab, port: str) -> None:
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    with IdleConnections(lab.hosts["client"], *PORTS[port], 1000):
        asked = time.monotonic()
        assert lab.ctl("show")[0] == 0
        assert time.monotonic() - asked < 1
        with probe.between_writes():
            killed = lab.hosts["db1"].kill_mysqld()
        probe.wait_writing(10, after=killed, host="db2")
        assert probe.gap(killed).end - killed < FAILOVER_WITH_NOISE_S
        wait_cluster(lab, 10, writer="db2", states={"db1": "HARD_OFFLINE"}, silent=["db1"])
    assert len([line for line in daemon_of(lab, port).output().splitlines() if "limit" in line]) < 10
    assert_rows(lab, probe, "db2", hosts=["db2", "db3", "db4"])


@pytest.mark.parametrize("name", ["agent", "monitor"])
def test_second_daemon_is_refused_and_told_which_process_was_first(lab: Lab, name: str) -> None:
    host = lab.hosts["db1" if name == "agent" else MONITOR]
    second = host.daemon(f"second-{name}", lab.command(name))
    wait_until(lambda: not second.running, 5, f"the second {name} to end")
    assert second.exit_status != 0
    # It may only name the pid that the host itself knows the first one by.
    first = host.exec(["pgrep", "-f", f"mmm {name} --config"]).stdout.split()
    assert any(f"{pid}" in second.output() for pid in first), second.output()
    wait_cluster(lab, 5, writer="db1")


@pytest.mark.scenario(9)
def test_second_monitor_on_the_same_state_is_refused_even_on_another_port(lab: Lab) -> None:
    host = lab.hosts[MONITOR]
    host.write_file("/etc/mmm/other.toml", config.cluster_toml({"port": "9990"}), 0o600)
    argv = [str(lab.binary), "monitor", "--config", "/etc/mmm/other.toml"]
    second = host.daemon("second-monitor", argv)
    wait_until(lambda: not second.running, 5, "the second monitor to end")
    assert second.exit_status != 0
    first = host.exec(["pgrep", "-f", f"mmm monitor --config {config.PATH}"]).stdout.split()
    assert any(pid in second.output() for pid in first), second.output()


@pytest.mark.scenario(53)
@pytest.mark.parametrize("damage", ["torn", "emptied", "garbled", "lost"])
def test_state_file_damaged_is_recovered_from_what_the_agents_say(lab: Lab, damage: str) -> None:
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    lab.ctl("set_offline", "db4")
    wait_cluster(lab, 10, writer="db1", readers=["db3"], states={"db4": "ADMIN_OFFLINE"}, detached=["db4"])
    assert lab.monitor
    stopped = lab.monitor.kill()
    status = lab.hosts[MONITOR].path(config.STATUS_PATH)
    content = status.read_bytes()
    if damage == "lost":
        status.unlink()
    else:
        status.write_bytes({"torn": content[:len(content) // 2], "emptied": b"", "garbled": os.urandom(300)}[damage])
    monitor = lab.start_monitor()
    wait_cluster(lab, 15, writer="db1", readers=["db3"], states={"db4": "ADMIN_OFFLINE"}, detached=["db4"])
    stays_true(lambda: not lab.sampler.moves_since(stopped), 2, "no address came or left")
    if damage != "lost":
        assert config.STATUS_PATH in monitor.output(), "nothing was said about the damaged file"
    assert_rows(lab, probe, "db1", hosts=["db1", "db2", "db3"])

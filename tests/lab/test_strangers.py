"""Whoever can't prove that it belongs to the cluster is refused on each port, whatever it says."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from mmmlab import Lab, config
from mmmlab.certificates import Authority
from mmmlab.commands import AGENT_LINES, LOOKS, all_commands
from mmmlab.expect import wait_cluster
from mmmlab.host import Host
from mmmlab.keys import new_key
from mmmlab.namespace import inside_network
from mmmlab.strangers import talk
from mmmlab.topology import AGENT_PORT, CLIENT, DATABASES, MONITOR, NODES, WRITER_IP
from mmmlab.wait import wait_until

MONITOR_PORT = 9988
REFUSED, NO_MONITOR = 1, 3
FOLDER = "/etc/mmm/stranger"


def ask(lab: Lab, host: Host, toml: str, command: str) -> tuple[int, str]:
    """`mmm ctl` on `host` with that configuration, by TCP; its exit status and all that it printed."""
    path = f"{FOLDER}/mmm.toml"
    host.write_file(path, toml, 0o600)
    # A stranger gets 16 handshakes a second, and not a word beyond that; one question may take two.
    time.sleep(0.15)
    done = host.exec([str(lab.binary), "ctl", "--config", path, "--monitor", f"{NODES[MONITOR].ip}:{MONITOR_PORT}",
                      *command.split()], 20, check=False)
    return done.returncode, done.stdout + done.stderr


def by_key(host: Host, key: str) -> str:
    host.write_file(f"{FOLDER}/a.key", key, 0o600)
    return config.cluster_toml(security='key_file = "a.key"')


def by_certificate(host: Host, authority: Authority, name: str, days: str = "2") -> str:
    certificate, key = authority.issue(name, days=days)
    for file, text in (("ca.pem", authority.certificate), ("own.pem", certificate), ("own.key", key)):
        host.write_file(f"{FOLDER}/{file}", text, 0o600)
    return config.cluster_toml(security='ca_file = "ca.pem"\ncert_file = "own.pem"\ncert_key_file = "own.key"')


@contextlib.contextmanager
def unchanged(lab: Lab) -> Iterator[None]:
    """Nobody's word has an effect within the block."""
    before, began = (lab.states(), lab.roles(), lab.ctl("mode")), time.monotonic()
    yield
    assert (lab.states(), lab.roles(), lab.ctl("mode")) == before
    assert not lab.sampler.moves_since(began)


def test_a_stranger_is_refused_on_each_port_for_each_command(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab()
    lab.start_cluster()
    commands = all_commands(lab)
    client = lab.hosts[CLIENT]
    authority = Authority(lab.directory / "authority")
    strangers = {
        "without a key": (lambda: config.cluster_toml(security=config.PLAIN), "takes nothing but TLS"),
        "with another key of that name": (lambda: by_key(client, new_key(lab.binary, "lab")), "isn't ours of that name"),
        "with an old key": (lambda: by_key(client, new_key(lab.binary, "old")), "has no key named 'old'"),
        "with a certificate": (lambda: by_certificate(client, authority, "monitor"), "TLS: the other side"),
    }
    with unchanged(lab):
        for stranger, (configured, reason) in strangers.items():
            toml = configured()
            for line in commands.values():
                status, text = ask(lab, client, toml, line)
                assert status != 0 and "OK" not in text and reason in text, f"{stranger}, {line}: {status} {text}"
        for name in DATABASES:
            for line in AGENT_LINES:
                answer = talk(client, NODES[name].ip, AGENT_PORT, line.replace(b"db1", name.encode()) + b"\n", False)
                assert answer.startswith(b"ERROR: this port takes nothing but TLS"), f"{name}, {line!r}: {answer!r}"
        # With the cluster's own key, but for another port.
        status, text = ask(lab, client, by_key(client, lab.key), "ping")
        assert status == 0, text
        for name in DATABASES:
            done = client.exec([str(lab.binary), "ctl", "--config", f"{FOLDER}/mmm.toml", "--monitor",
                                f"{NODES[name].ip}:{AGENT_PORT}", "ping"], 20, check=False)
            assert done.returncode == NO_MONITOR and "has no key named 'lab'" in done.stderr, done.stderr


class Recorder:
    """Carries connections from the client's network to the monitor, and keeps what was said to it."""

    def __init__(self, client: Host) -> None:
        self.said: list[bytes] = []
        self._client = client
        with inside_network(client.namespace.pid):
            self._listener = socket.create_server((client.node.ip, MONITOR_PORT))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                with inside_network(self._client.namespace.pid):
                    far = socket.create_connection((NODES[MONITOR].ip, MONITOR_PORT), timeout=5)
                said: list[bytes] = []
                back = threading.Thread(target=self._carry, args=(far, near, []), daemon=True)
                back.start()
                self._carry(near, far, said)
                back.join(10)
                self.said.append(b"".join(said))

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket, kept: list[bytes]) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                kept.append(piece)
                target.sendall(piece)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


def test_a_recorded_session_says_nothing_twice(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab()
    lab.start_cluster()
    client = lab.hosts[CLIENT]
    recorder = Recorder(client)
    try:
        command = [str(lab.binary), "ctl", "--config", config.PATH, "--monitor", f"{client.node.ip}:{MONITOR_PORT}"]
        done = lab.hosts["db2"].exec([*command, "set_offline", "db4"], 20, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        wait_until(lambda: lab.states()["db4"] == "ADMIN_OFFLINE", 10, "db4 to be out of service")
        assert lab.ctl("set_online", "db4")[0] == 0
        wait_cluster(lab, 20, writer="db1")
    finally:
        recorder.close()
    assert len(recorder.said) == 1 and b"db4" not in recorder.said[0]
    with unchanged(lab):
        for name, port in ((MONITOR, MONITOR_PORT), ("db4", AGENT_PORT)):
            talk(client, NODES[name].ip, port, recorder.said[0], False)


def test_a_key_for_looking_changes_nothing(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(security=f'{config.BY_KEY}\nread_key_file = "/etc/mmm/read.key"')
    lab.start_hosts()
    read_key = new_key(lab.binary, "dashboard")
    lab.hosts[MONITOR].write_file("/etc/mmm/read.key", read_key, 0o640)
    lab.start_databases()
    lab.start_mmm()
    lab.wait_online()
    client = lab.hosts[CLIENT]
    client.write_file(f"{FOLDER}/read.key", read_key, 0o600)
    # There is no cluster key on that machine.
    toml = config.cluster_toml(security='key_file = "none.key"\nread_key_file = "read.key"')
    with unchanged(lab):
        for name, line in all_commands(lab).items():
            status, text = ask(lab, client, toml, line)
            if name in LOOKS:
                assert status == 0, f"{line}: {text}"
            else:
                assert status == REFUSED and "the key dashboard is for looking" in text, f"{line}: {text}"


def test_by_certificates_only_those_of_the_authority_with_a_fitting_name_are_obeyed(
        make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(security=f'ca_file = "ca.pem"\ncert_file = "own.pem"\ncert_key_file = "own.key"\n{config.BY_KEY}')
    lab.start_hosts()
    authority = Authority(lab.directory / "authority")
    for name in (*DATABASES, MONITOR):
        certificate, key = authority.issue("monitor" if name == MONITOR else name)
        for file, text in (("ca.pem", authority.certificate), ("own.pem", certificate), ("own.key", key)):
            lab.hosts[name].write_file(f"/etc/mmm/{file}", text, 0o640)
    lab.start_databases()
    lab.start_mmm()
    lab.wait_online()
    client = lab.hosts[CLIENT]
    foreign = Authority(lab.directory / "foreign")
    with unchanged(lab):
        for name, line in all_commands(lab).items():
            for configured, reason in (
                    (lambda: by_certificate(client, authority, "db9"), "refuses our certificate"),
                    (lambda: by_certificate(client, foreign, "operator"), "isn't signed by our ca_file"),
                    (lambda: by_key(client, lab.key), "TLS: the other side")):
                status, text = ask(lab, client, configured(), line)
                assert status != 0 and reason in text, f"{line}: {status} {text}"
            status, text = ask(lab, client, by_certificate(client, authority, "reader"), line)
            assert (status == 0) == (name in LOOKS), f"{line}: {status} {text}"
        # What has expired isn't even tried.
        status, text = ask(lab, client, by_certificate(client, authority, "operator", days="-1"), "set_passive")
        assert status == NO_MONITOR and "expired" in text, text
    status, text = ask(lab, client, by_certificate(client, authority, "operator"), "move_role writer db2")
    assert status == 0, text
    wait_cluster(lab, 20, writer="db2")
    assert WRITER_IP in lab.hosts["db2"].slots()

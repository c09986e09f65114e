"""Strangers by the thousand: all that somebody without a key can send to the cluster's ports, at once, until stopped."""

from __future__ import annotations

import json
import os
import random
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType

from .forger import Datagram, link_header, tcp_syn, udp_packet
from .lab import Lab
from .namespace import PYTHON
from .topology import AGENT_PORT, CLIENT, DATABASES, INTERFACE, MONITOR, MONITOR_PORT, NODES, PREFIX_LENGTH

# The flood is meant to come from other machines: what it computes shall not be taken from the hosts.
NICENESS = 15
# One address gets few places: these take all that there are for strangers.
SOURCES = [f"192.168.10.{last}" for last in range(40, 56)]
# A greeting of TLS 1.2 or 1.3 that promises 512 bytes and brings a few.
HALF_HANDSHAKE = bytes.fromhex("1603010200010001fc0303") + bytes(32)
PORTS = [*((NODES[name].ip, AGENT_PORT) for name in DATABASES), (NODES[MONITOR].ip, MONITOR_PORT)]


@dataclass
class Stream:
    """One kind of flood, run by flood_stream.py: `count` connections to each target, `rate` a second of connections,
    datagrams or KiB."""

    kind: str
    rate: int
    count: int = 0
    targets: list[tuple[str, int]] = field(default_factory=lambda: list(PORTS))
    sources: list[str] = field(default_factory=lambda: list(SOURCES))
    greeting: str = ""
    drip: bool = False
    frames: list[str] = field(default_factory=list)


def everything(lab: Lab, forged: list[Datagram]) -> dict[str, Stream]:
    """Each kind of flood on all ports; `forged` are datagrams under the addresses of hosts."""
    syns: list[bytes] = []
    under_our_addresses: list[bytes] = []
    for name in (*DATABASES, MONITOR):
        link, ip = link_header(lab.hosts[CLIENT], lab.hosts[name]), NODES[name].ip
        port = MONITOR_PORT if name == MONITOR else AGENT_PORT
        # Under addresses of nobody, who could say that he doesn't know of it.
        syns += [link + tcp_syn(f"192.168.10.{random.randint(60, 120)}", ip, port) for _ in range(200)]
        under_our_addresses += [link + udp_packet(each, ip, port) for each in forged if each.source != ip]
    return {
        "idle connections": Stream("hold", 1000, 1000),
        "half handshakes": Stream("hold", 1000, 1000, greeting=HALF_HANDSHAKE.hex()),
        "slow senders": Stream("hold", 500, 100, greeting=b"s".hex(), drip=True),
        "half-open connections": Stream("frames", 2000, frames=[each.hex() for each in syns]),
        "KiB of garbage": Stream("pour", 20_000, 8),
        "datagrams": Stream("datagrams", 60_000),
        "forged datagrams": Stream("frames", 60_000, frames=[each.hex() for each in under_our_addresses]),
    }


class Flood:
    """From the client's network. `sent` has the numbers of each stream when the block is over."""

    def __init__(self, lab: Lab, streams: dict[str, Stream]) -> None:
        self.sent: dict[str, int] = {}
        self._client = lab.hosts[CLIENT]
        for source in SOURCES:
            self._client.exec(["ip", "addr", "replace", f"{source}/{PREFIX_LENGTH}", "dev", INTERFACE])
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
        self._log = (lab.logs / "flood.log").open("ab")
        self._running = {name: self._start(stream, environment) for name, stream in streams.items()}

    def _start(self, stream: Stream, environment: dict[str, str]) -> subprocess.Popen:
        argv = ["nice", "-n", str(NICENESS), PYTHON, "-B", "-m", "mmmlab.flood_stream"]
        process = self._client.namespace.popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
                                               text=True, env=environment)
        assert process.stdin
        process.stdin.write(json.dumps(asdict(stream)))
        process.stdin.close()
        process.stdin = None
        return process

    def __enter__(self) -> Flood:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        for process in self._running.values():
            process.terminate()
        for name, process in self._running.items():
            try:
                told = process.communicate(timeout=10)[0]
            except subprocess.TimeoutExpired:
                process.kill()
                told = process.communicate()[0]
            self.sent[name] = int(told or 0)
        self._log.close()

"""One kind of flood. Run as: python3 -m mmmlab.flood_stream JSON, where JSON is a Stream's fields (flood.py).

Ends at SIGTERM and prints how many connections it opened, or packets or KiB it sent.
"""

from __future__ import annotations

import json
import os
import random
import resource
import select
import signal
import socket
import sys
import time
from typing import Any

from .topology import INTERFACE

TICK_S = 0.01
CHUNK = 65536
LONGEST_DATAGRAM = 1400


class Ended(Exception):
    """SIGTERM came."""


def end(*_: object) -> None:
    raise Ended


class Connections:
    """Keeps up to `count` connections to each target, opened anew when they are closed, at most `rate` a second."""

    def __init__(self, stream: dict[str, Any]) -> None:
        self.opened = 0
        self._targets = [(ip, port) for ip, port in stream["targets"]]
        self._most = stream["count"] * len(self._targets)
        self._per_tick = max(1, int(stream["rate"] * TICK_S))
        self._sources = stream["sources"]
        self._greeting = bytes.fromhex(stream["greeting"])
        self._open: dict[int, socket.socket] = {}
        self._poll = select.epoll()

    def tick(self) -> None:
        for fd, event in self._poll.poll(0):
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self._close(fd)
            else:
                self._connected(self._open[fd])
        for _ in range(min(self._per_tick, self._most - len(self._open))):
            self._connect()

    def send(self, data: bytes) -> int:
        sent = 0
        for fd, stream in list(self._open.items()):
            try:
                sent += stream.send(data)
            except BlockingIOError:
                pass
            except OSError:
                self._close(fd)
        return sent

    def _connect(self) -> None:
        stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        stream.bind((self._sources[self.opened % len(self._sources)], 0))
        stream.connect_ex(self._targets[self.opened % len(self._targets)])
        self._open[stream.fileno()] = stream
        self._poll.register(stream.fileno(), select.EPOLLOUT | select.EPOLLIN)
        self.opened += 1

    def _connected(self, stream: socket.socket) -> None:
        self._poll.modify(stream.fileno(), select.EPOLLIN)
        if self._greeting:
            try:
                stream.send(self._greeting)
            except OSError:
                self._close(stream.fileno())

    def _close(self, fd: int) -> None:
        self._poll.unregister(fd)
        self._open.pop(fd).close()


def hold(stream: dict[str, Any]) -> int:
    """Idle connections, half handshakes; with `drip` a byte a second on each."""
    connections = Connections(stream)
    dripped = time.monotonic()
    try:
        while True:
            connections.tick()
            if stream["drip"] and time.monotonic() - dripped > 1:
                connections.send(b"x")
                dripped = time.monotonic()
            time.sleep(TICK_S)
    except Ended:
        return connections.opened


def pour(stream: dict[str, Any]) -> int:
    """Random bytes on some connections, as fast as they are taken, up to `rate` KiB a second."""
    connections = Connections({**stream, "rate": 10 * stream["count"] / TICK_S})
    garbage = os.urandom(CHUNK)
    sent, began = 0, time.monotonic()
    try:
        while True:
            connections.tick()
            if sent < (time.monotonic() - began) * stream["rate"] * 1024:
                sent += connections.send(garbage)
            else:
                time.sleep(TICK_S)
    except Ended:
        return sent // 1024


def datagrams(stream: dict[str, Any]) -> int:
    """Random bytes of any length that is read, `rate` a second."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as wire:
        texts = [os.urandom(random.randint(1, LONGEST_DATAGRAM)) for _ in range(100)]
        targets = [(ip, port) for ip, port in stream["targets"]]
        return spray(stream["rate"], lambda n: wire.sendto(texts[n % 100], targets[n % len(targets)]))


def frames(stream: dict[str, Any]) -> int:
    """Whole frames, under whatever address they name, `rate` a second."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.htons(0x0800)) as wire:
        wire.bind((INTERFACE, 0x0800))
        packets = [bytes.fromhex(each) for each in stream["frames"]]
        return spray(stream["rate"], lambda n: wire.send(packets[n % len(packets)]))


def spray(rate: int, send: Any) -> int:
    sent, began = 0, time.monotonic()
    try:
        while True:
            due = int((time.monotonic() - began) * rate)
            while sent < due:
                try:
                    send(sent)
                except OSError:
                    pass  # our own buffer is full, or somebody refused
                sent += 1
            time.sleep(TICK_S / 10)
    except Ended:
        return sent


KINDS = {"hold": hold, "pour": pour, "datagrams": datagrams, "frames": frames}


def main() -> None:
    signal.signal(signal.SIGTERM, end)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    stream = json.loads(sys.stdin.read())
    print(KINDS[stream["kind"]](stream), flush=True)


if __name__ == "__main__":
    main()

"""Slow links. Run in the switch's network as: python3 -m mmmlab.delay JITTER_S FREE_MAC PORT...

The kernels that the lab runs on needn't have netem. So each PORT is taken off the bridge, and its frames are carried
by hand between it and PORT-wire, whose other end is on the bridge: what comes from the host is held back for a random
time up to JITTER_S, each frame for itself, so that they overtake each other; what goes to the host isn't. Frames to
FREE_MAC pass at once. Says `started`, and waits for a line before it touches the ports, since nothing passes between
their leaving the bridge and its `ready`; then it runs until its standard input closes.
"""

from __future__ import annotations

import heapq
import itertools
import os
import random
import select
import socket
import sys
import time

_ETH_P_ALL = 3
_SOL_PACKET, _PACKET_VNET_HDR, _PACKET_IGNORE_OUTGOING = 263, 15, 23
# What the kernel says of a frame whose checksum or segments it left to the hardware: it comes before each frame.
_VNET_HEADER_BYTES = 10
_MAC_BYTES = 6
_LARGEST = 1 << 17
_BUFFER_BYTES = 4 << 20


def open_port(name: str) -> socket.socket:
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    port.setsockopt(_SOL_PACKET, _PACKET_VNET_HDR, 1)
    port.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    port.bind((name, _ETH_P_ALL))
    port.setblocking(False)
    return port


def carry(jitter_s: float, free_mac: bytes, ports: list[str]) -> None:
    """From each host's port to its wire with delay, and back without."""
    other: dict[socket.socket, socket.socket] = {}
    delayed: set[socket.socket] = set()
    for name in ports:
        host, wire = open_port(name), open_port(f"{name}-wire")
        other[host], other[wire] = wire, host
        delayed.add(host)
    waiting: list[tuple[float, int, socket.socket, bytes]] = []
    number = itertools.count()
    print("ready", flush=True)
    while True:
        until = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 1.0
        ready = select.select([sys.stdin, *other], [], [], until)[0]
        if sys.stdin in ready:
            return
        for port in ready:
            for frame in frames_of(port):
                free = frame[_VNET_HEADER_BYTES:_VNET_HEADER_BYTES + _MAC_BYTES] == free_mac
                if port in delayed and not free:
                    due = time.monotonic() + random.uniform(0, jitter_s)
                    heapq.heappush(waiting, (due, next(number), other[port], frame))
                else:
                    send(other[port], frame)
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, port, frame = heapq.heappop(waiting)
            send(port, frame)


def frames_of(port: socket.socket) -> list[bytes]:
    found = []
    try:
        while len(found) < 100:
            found.append(port.recv(_LARGEST))
    except OSError:
        pass
    return found


def send(port: socket.socket, frame: bytes) -> None:
    try:
        port.send(frame)
    except OSError:
        pass  # a full queue: a link may lose frames


if __name__ == "__main__":
    os.nice(-15)  # a wire waits for no processor
    print("started", flush=True)
    sys.stdin.readline()
    carry(float(sys.argv[1]), bytes.fromhex(sys.argv[2].replace(":", "")), sys.argv[3:])

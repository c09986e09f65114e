"""Somebody on the network who records datagrams between agents and sends them, or others, under any address."""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
import time
from dataclasses import dataclass, replace

from .host import Host
from .namespace import inside_network
from .topology import AGENT_PORT, INTERFACE

_IPV4 = 0x0800
_TCP = 6
_UDP = 17


@dataclass(frozen=True)
class Datagram:
    """As it was seen: who it came from, and what it says."""

    source: str
    text: bytes

    def unsealed(self) -> Datagram:
        """What it says, without its seal, as an agent without a key would have sent it."""
        return replace(self, text=self.text.split(b"|", 3)[3].rsplit(b"|", 1)[0])


def record(host: Host, seconds: float) -> list[Datagram]:
    """Datagrams of other agents that reach `host`."""
    with inside_network(host.namespace.pid):
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_IPV4))
    found = []
    with wire:
        wire.bind((INTERFACE, _IPV4))
        wire.settimeout(0.2)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                packet, link = wire.recvfrom(65536)
            except TimeoutError:
                continue
            header = (packet[0] & 15) * 4
            port = struct.unpack_from("!H", packet, header + 2)[0]
            if link[2] != socket.PACKET_OUTGOING and packet[9] == _UDP and port == AGENT_PORT:
                size = struct.unpack_from("!H", packet, header + 4)[0]
                found.append(Datagram(socket.inet_ntoa(packet[12:16]), packet[header + 8 : header + size]))
    return found


class Forger:
    """Sends `datagrams` from `host` to `target` under the addresses they name, over and over, until it is stopped."""

    def __init__(self, host: Host, target: Host, datagrams: list[Datagram], pause_s: float = 0.005) -> None:
        link = link_header(host, target)
        self._frames = [link + udp_packet(each, target.node.ip) for each in datagrams]
        with inside_network(host.namespace.pid):
            self._wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_IPV4))
        self._wire.bind((INTERFACE, _IPV4))
        self._pause_s = pause_s
        self._sent = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Returns how many were sent."""
        self._over.set()
        self._thread.join(5)
        self._wire.close()
        return self._sent

    def _run(self) -> None:
        while not self._over.wait(self._pause_s):
            self._wire.send(self._frames[self._sent % len(self._frames)])
            self._sent += 1


def link_header(host: Host, target: Host) -> bytes:
    """Brings an IPv4 packet from `host` to `target`."""
    macs = [json.loads(each.exec(["ip", "-j", "link", "show", "dev", INTERFACE]).stdout)[0]["address"]
            for each in (target, host)]
    return b"".join(bytes.fromhex(mac.replace(":", "")) for mac in macs) + struct.pack("!H", _IPV4)


def udp_packet(datagram: Datagram, target: str, port: int = AGENT_PORT) -> bytes:
    """IP and UDP, under the address that the datagram names; a UDP checksum of 0 means none."""
    udp = struct.pack("!HHHH", AGENT_PORT, port, 8 + len(datagram.text), 0) + datagram.text
    return _ip_head(_UDP, datagram.source, target, len(udp)) + udp


def tcp_syn(source: str, target: str, port: int) -> bytes:
    """The first packet of a connection from `source`, from any port."""
    addresses = socket.inet_aton(source) + socket.inet_aton(target)
    tcp = struct.pack("!HHIIBBHHH", random.randint(1024, 65535), port, random.getrandbits(32), 0, 0x50, 2, 64240, 0, 0)
    tcp = tcp[:16] + struct.pack("!H", _checksum(addresses + struct.pack("!HH", _TCP, len(tcp)) + tcp)) + tcp[18:]
    return _ip_head(_TCP, source, target, len(tcp)) + tcp


def _ip_head(protocol: int, source: str, target: str, size: int) -> bytes:
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + size, 0, 0, 64, protocol, 0, socket.inet_aton(source),
                       socket.inet_aton(target))
    return head[:10] + struct.pack("!H", _checksum(head)) + head[12:]


def _checksum(head: bytes) -> int:
    total = sum(struct.unpack(f"!{len(head) // 2}H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF

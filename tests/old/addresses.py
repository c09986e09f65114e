"""Role addresses on this host's interface, and the announcement that they are here now."""

from __future__ import annotations

import json
import socket
import struct
import subprocess

ANNOUNCEMENTS = 5
_BROADCAST = b"\xff" * 6
_ARP, _REQUEST, _REPLY = 0x0806, 1, 2


def present(interface: str) -> dict[str, int]:
    """The addresses on the interface, with their prefix lengths."""
    links = json.loads(_ip("-json", "addr", "show", "dev", interface))
    return {entry["local"]: entry["prefixlen"] for link in links for entry in link.get("addr_info", [])}


def add(interface: str, ip: str) -> None:
    _ip("addr", "add", f"{ip}/32", "dev", interface)


def remove(interface: str, ip: str) -> None:
    _ip("addr", "del", f"{ip}/{present(interface)[ip]}", "dev", interface)


def announce(interface: str, ip: str) -> None:
    """Gratuitous ARP, several times a request and a reply."""
    [link] = json.loads(_ip("-json", "link", "show", "dev", interface))
    mac = bytes.fromhex(link["address"].replace(":", ""))
    own = socket.inet_aton(ip)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as packets:
        packets.bind((interface, 0))
        for _ in range(ANNOUNCEMENTS):
            for operation, target in ((_REQUEST, b"\0" * 6), (_REPLY, _BROADCAST)):
                packets.send(_BROADCAST + mac + struct.pack("!HHHBBH", _ARP, 1, 0x0800, 6, 4, operation)
                             + mac + own + target + own)


def _ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=10, check=False)
    if done.returncode != 0:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout

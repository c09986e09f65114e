"""The switch: a bridge in a namespace of its own, a cable to each host, and faults on the way.

A port has the name of the host at its other end, so the rules read like sentences.
"""

from __future__ import annotations

import json

from .namespace import Namespace
from .topology import INTERFACE, PREFIX_LENGTH, PREFIX_LENGTH_V6, Node

BRIDGE = "switch0"
_TABLE = """
table bridge faults {
    chain forward {
        type filter hook forward priority 0; policy accept;
    }
}
"""


class Switch:
    """A learning switch with one port a host."""

    def __init__(self) -> None:
        self.namespace = Namespace("switch", None)

    def start(self) -> None:
        """Needs the namespace to be ready. Without spanning tree a port forwards as soon as it is up."""
        self._ip(f"link add {BRIDGE} type bridge stp_state 0 forward_delay 0 mcast_snooping 0\nlink set {BRIDGE} up\n")
        self._nft("flush ruleset\n" + _TABLE)

    def plug_in(self, node: Node, host: Namespace) -> None:
        """Lays the cable between the switch and `host`, and gives the host its addresses."""
        self._ip(f"link add {node.name} type veth peer name {INTERFACE} netns {host.pid}\n"
                 f"link set {node.name} master {BRIDGE} up\n")
        host.run(["ip", "-batch", "-"], stdin=(
            "link set lo up\n"
            f"addr add {node.ip}/{PREFIX_LENGTH} dev {INTERFACE}\n"
            f"addr add {node.ip_v6}/{PREFIX_LENGTH_V6} dev {INTERFACE} nodad\n"
            f"link set {INTERFACE} up\n"))

    def unplug(self, name: str) -> None:
        """Takes the cable away for good, as needed before a host that lost its power gets a new one."""
        self.namespace.run(["ip", "link", "del", name], check=False)

    def set_link(self, name: str, up: bool) -> None:
        """The cable is pulled at the switch's end: the host sees no carrier and keeps its addresses."""
        self._ip(f"link set {name} {'up' if up else 'down'}\n")

    def cut(self, source: str, target: str, both: bool = True) -> None:
        """Frames from `source` no longer reach `target`, nor the other way unless `both` is False."""
        self.lose(source, target, 100)
        if both:
            self.lose(target, source, 100)

    def lose(self, source: str, target: str, percent: int) -> None:
        """That share of the frames from `source` to `target` is lost, at random."""
        chance = "" if percent >= 100 else f"numgen random mod 100 < {percent} "
        self._nft(f'add rule bridge faults forward iifname "{source}" oifname "{target}" {chance}drop\n')

    def heal(self) -> None:
        """Ends all cuts and losses. Pulled cables stay pulled."""
        self._nft("flush chain bridge faults forward\n")

    def _ip(self, batch: str) -> None:
        self.namespace.run(["ip", "-batch", "-"], stdin=batch)

    def _nft(self, rules: str) -> None:
        self.namespace.run(["nft", "-f", "-"], stdin=rules)


def addresses_of(host: Namespace) -> dict[str, int]:
    """The addresses of global scope on the host's interface and their prefix lengths, as the kernel has them now."""
    links = json.loads(host.run(["ip", "-json", "addr", "show", "dev", INTERFACE]).stdout)
    return {entry["local"]: entry["prefixlen"] for link in links for entry in link.get("addr_info", [])
            if entry["scope"] == "global"}


def add_address(host: Namespace, ip: str) -> None:
    host.run(["ip", "addr", "add", f"{ip}/{PREFIX_LENGTH}", "dev", INTERFACE])


def remove_address(host: Namespace, ip: str) -> None:
    host.run(["ip", "addr", "del", f"{ip}/{addresses_of(host)[ip]}", "dev", INTERFACE])

"""The switch: a bridge in a namespace of its own, a cable to each host, and faults on the way.

A port has the name of the host at its other end, so the rules read like sentences.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Collection
from pathlib import Path

from .namespace import PYTHON, Namespace
from .topology import CLIENT, INTERFACE, NODES, PREFIX_LENGTH, PREFIX_LENGTH_V6, Node

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
        self._delay: subprocess.Popen | None = None
        self._delayed: list[str] = []

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

    def plug_in_second(self, name: str, host: Namespace, interface: str) -> None:
        """Another cable to a host that is plugged in, without an address. It doesn't answer for those of the first."""
        self._ip(f"link add {name}-second type veth peer name {interface} netns {host.pid}\n"
                 f"link set {name}-second master {BRIDGE} up\n")
        host.run(["sysctl", "-q", "-w", "net.ipv4.conf.all.arp_ignore=1"])
        host.run(["ip", "link", "set", interface, "up"])

    def unplug_second(self, name: str) -> None:
        """Its interface vanishes from the host."""
        self._ip(f"link del {name}-second\n")

    def unplug(self, name: str) -> None:
        """Takes the cable away for good, as needed before a host that lost its power gets a new one."""
        self.namespace.run(["ip", "link", "del", name], check=False)

    def set_link(self, name: str, up: bool) -> None:
        """The cable is pulled at the switch's end: the host sees no carrier and keeps its addresses."""
        self._ip(f"link set {name} {'up' if up else 'down'}\n")

    def cut(self, source: str, target: str, both: bool = True) -> None:
        """Frames from `source` no longer reach `target`, nor the other way unless `both` is False."""
        self._nft(_drop(source, target) + (_drop(target, source) if both else ""))

    def lose(self, source: str, target: str, percent: int) -> None:
        """That share of the frames from `source` to `target` is lost, at random."""
        self._nft(_drop(source, target, f"numgen random mod 100 < {percent} "))

    def lose_everywhere(self, names: Collection[str], percent: int) -> None:
        """The same on all ways between `names`, in each direction for itself."""
        self._nft("".join(_drop(a, b, f"numgen random mod 100 < {percent} ") for a in names for b in names if a != b))

    def partition(self, *groups: Collection[str]) -> None:
        """Nothing passes between the groups from now on. Who is in no group goes on reaching all."""
        self._nft("".join(_drop(a, b) for group in groups for other in groups if other is not group
                          for a in group for b in other))

    def isolate(self, name: str) -> None:
        """Nobody reaches `name` or hears it, though its cable is in."""
        self.partition([name], [other for other in NODES if other != name])

    def cut_one_way(self, sources: Collection[str], targets: Collection[str]) -> None:
        """What any of `sources` sends reaches none of `targets`; the other way all passes."""
        self._nft("".join(_drop(a, b) for a in sources for b in targets if a != b))

    def cut_port(self, client: str, server: str, port: int) -> None:
        """Whatever goes to or comes from a TCP port of `server` no longer passes between it and `client`."""
        self._nft(_drop(client, server, f"tcp dport {port} ") + _drop(server, client, f"tcp sport {port} "))

    def silence_arp(self, name: str) -> None:
        """Nobody hears what `name` says about its addresses."""
        self._nft(f'add rule bridge faults forward iifname "{name}*" ether type arp drop\n')

    def delay(self, names: Collection[str], jitter_s: float) -> None:
        """Each frame from one of `names` arrives up to `jitter_s` seconds late, at random; frames to clients don't."""
        assert self._delay is None, "links are slow already"
        self._delayed = list(names)
        library = Path(__file__).resolve().parent.parent
        self._delay = self.namespace.popen(
            [PYTHON, "-m", "mmmlab.delay", str(jitter_s), self._mac_behind(CLIENT), *self._delayed],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(library), "PYTHONDONTWRITEBYTECODE": "1"})
        assert self._delay.stdin and self._delay.stdout
        assert self._delay.stdout.readline() == "started\n", "the links can't be made slow"
        for name in self._delayed:
            self._ip(f"link add {name}-wire type veth peer name {name}-slow\n"
                     f"link set {name}-wire up\nlink set {name}-slow master {BRIDGE} up\n")
        # From here until it is ready nothing passes at all.
        self._ip("".join(f"link set {name} nomaster\n" for name in self._delayed))
        self._delay.stdin.write("go\n")
        self._delay.stdin.flush()
        assert self._delay.stdout.readline() == "ready\n", "the links can't be made slow"

    def heal(self) -> None:
        """Ends all cuts, losses and delays. Pulled cables stay pulled."""
        self._nft("flush chain bridge faults forward\n")
        if self._delay:
            assert self._delay.stdin
            self._delay.stdin.close()
            self._delay.wait(5)
            self._delay = None
        for name in self._delayed:
            self._ip(f"link del {name}-wire\nlink set {name} master {BRIDGE}\n")
        self._delayed = []

    def _mac_behind(self, name: str) -> str:
        """The hardware address of the host at that port, as the switch learned it."""
        known = json.loads(self.namespace.run(["bridge", "-json", "fdb", "show", "dev", name]).stdout)
        return next(entry["mac"] for entry in known if entry.get("state") != "permanent")

    def _ip(self, batch: str) -> None:
        self.namespace.run(["ip", "-batch", "-"], stdin=batch)

    def _nft(self, rules: str) -> None:
        self.namespace.run(["nft", "-f", "-"], stdin=rules)


def _drop(source: str, target: str, match: str = "") -> str:
    """A rule. The port of a host whose link is slow has a longer name."""
    return f'add rule bridge faults forward iifname "{source}*" oifname "{target}*" {match}drop\n'


def addresses_of(host: Namespace) -> dict[str, int]:
    """The addresses of global scope on the host's interfaces and their prefix lengths, as the kernel has them now."""
    links = json.loads(host.run(["ip", "-json", "addr", "show"]).stdout)
    return {entry["local"]: entry["prefixlen"] for link in links for entry in link.get("addr_info", [])
            if entry["scope"] == "global"}


def add_address(host: Namespace, ip: str) -> None:
    host.run(["ip", "addr", "add", f"{ip}/{PREFIX_LENGTH}", "dev", INTERFACE])


def remove_address(host: Namespace, ip: str) -> None:
    host.run(["ip", "addr", "del", f"{ip}/{addresses_of(host)[ip]}", "dev", INTERFACE])

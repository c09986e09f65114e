"""A monitor's start: what the status file, the agents and the systems say decides where everything is."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from .cluster import Cluster, Host
from .config import as_bool
from .wire import Slot, read_slots

_STATES = ("ADMIN_OFFLINE", "HARD_OFFLINE", "REPLICATION_FAIL", "REPLICATION_DELAY", "ONLINE")


@dataclass
class Said:
    """About one host, by the three sources."""

    states: set[str] = field(default_factory=set)
    stored: set[Slot] = field(default_factory=set)
    agent: set[Slot] = field(default_factory=set)
    present: set[Slot] = field(default_factory=set)
    writable: bool = False
    source: str = ""


def start(cluster: Cluster) -> None:
    said = {name: _ask(cluster, host) for name, host in cluster.hosts.items()}
    _read_status_file(Path(cluster.monitor["status_path"]), said)
    for name, host in cluster.hosts.items():
        cluster.set_state(host, next((s for s in _STATES if s in said[name].states), "AWAITING_RECOVERY"))
    for slot in cluster.holders:
        writer = slot[0] == cluster.config.active_role
        on = [name for name in cluster.hosts if slot in said[name].present]
        if writer and len(on) > 1 and as_bool(cluster.monitor["careful_startup"]):
            cluster.mode, cluster.cause = "PASSIVE", f"{slot[0]}({slot[1]}) is on {' and '.join(on)}"
        votes = {name: _writer_votes(cluster, name, slot, said) if writer else _votes(cluster, name, slot, said)
                 for name in cluster.config.hosts_of(slot[0])}
        best = max(votes, key=lambda name: votes[name])
        logging.info("%s(%s): votes %s", *slot, votes)
        if votes[best] > 0:
            cluster.holders[slot] = best
            if writer or cluster.hosts[best].state == "AWAITING_RECOVERY":
                cluster.set_state(cluster.hosts[best], "ONLINE")
    if cluster.mode != "PASSIVE":
        cluster.distribute()
        cluster.tell_all()
        last = cluster.active_master
        masters_first = sorted(cluster.hosts.values(), key=lambda h: (h.name == last, h.settings["mode"] != "master"))
        for host in masters_first:
            cluster.ask(host, "CLEAR_BAD_ROLES")
        cluster.save()


def _ask(cluster: Cluster, host: Host) -> Said:
    said = Said()
    agent = cluster.ask(host, "GET_AGENT_STATUS")
    if agent:
        said.states.add(agent[1])
        said.agent = read_slots(agent[2])
    system = cluster.ask(host, "GET_SYSTEM_STATUS")
    if system:
        said.writable, said.present, said.source = system[1] == "1", read_slots(system[2]), system[3]
    return said


def _read_status_file(path: Path, said: dict[str, Said]) -> None:
    """Lines of hosts that it doesn't know mean nothing to it."""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        name, _, rest = line.partition("|")
        if name in said:
            state, _, slots = rest.partition("|")
            said[name].states.add(state)
            said[name].stored = read_slots(slots)


def _writer_votes(cluster: Cluster, name: str, slot: Slot, said: dict[str, Said]) -> int:
    host, own = cluster.hosts[name], said[name]
    if host.state == "ADMIN_OFFLINE" or (host.state == "HARD_OFFLINE" and cluster.mode != "MANUAL"):
        return 0
    votes = 4 * own.writable + 2 * (slot in own.present) + (slot in own.stored) + (slot in own.agent)
    slaves = [other for other in cluster.hosts.values() if other.settings["mode"] == "slave"]
    return votes + sum(said[slave.name].source == host.settings["ip"] for slave in slaves)


def _votes(cluster: Cluster, name: str, slot: Slot, said: dict[str, Said]) -> int:
    host, own = cluster.hosts[name], said[name]
    if host.state not in ("ONLINE", "AWAITING_RECOVERY") and cluster.mode != "MANUAL":
        return 0
    return 4 * (slot in own.present) + 2 * (slot in own.stored) + (slot in own.agent)

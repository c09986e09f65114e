"""The monitor's mind: who is in which state, who has which role, and what each agent was told last."""

from __future__ import annotations

import logging
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .checks import Board
from .config import Config
from .wire import Slot, Tls, request, write_slots

PEER_GRACE_S = 60
SHORT_ABSENCE_S = 60
REPLICATION_TROUBLE = ("REPLICATION_FAIL", "REPLICATION_DELAY")


@dataclass
class Host:
    name: str
    settings: dict[str, str]
    state: str = "UNKNOWN"
    since: float = 0.0  # in this state; time.monotonic, as all below
    online_since: float = 0.0
    uptime: float = 0.0  # of the host, by its last answer
    uptime_online: float = 0.0  # the same, while it was ONLINE
    agent_up: bool = True


class Cluster:
    def __init__(self, config: Config, board: Board) -> None:
        self.config = config
        self.board = board
        self.hosts = {name: Host(name, config.section("host", name)) for name in config.names("host")}
        self.holders: dict[Slot, str] = {(role, ip): "" for role in config.names("role")
                                         for ip in config.ips_of(role)}
        self.monitor = config.section("monitor")
        self.mode = self.monitor["mode"].upper()
        self.cause = ""
        self._tls = Tls(config)
        self._told_active = ""
        self._wait_until = float("inf")

    @property
    def active_master(self) -> str:
        return next((name for (role, _ip), name in self.holders.items() if role == self.config.active_role), "")

    def slots_of(self, host: str) -> set[Slot]:
        return {slot for slot, holder in self.holders.items() if holder == host}

    def tick(self) -> None:
        """One round: states by the checks, roles by the states, agents by both."""
        if not self.board.network:
            return
        before = dict(self.holders)
        for host in self.hosts.values():
            if host.state != "ADMIN_OFFLINE":
                self._review(host)
        if self.mode == "PASSIVE":
            return
        self._end_wait()
        self.distribute()
        self.tell_all(before)
        self.save()

    # States

    def set_state(self, host: Host, state: str) -> None:
        logging.info("%s: %s -> %s", host.name, host.state, state)
        host.state, host.since = state, time.monotonic()
        if state == "ONLINE":
            host.online_since = host.since

    def _review(self, host: Host) -> None:
        alive = self._good(host, "ping") and self._good(host, "mysql")
        threads, backlog = self._good(host, "rep_threads"), self._good(host, "rep_backlog")
        peer = self.hosts.get(host.settings["peer"] if host.settings["mode"] == "master" else self.active_master)
        state = host.state
        if not alive:
            if state != "HARD_OFFLINE":
                self._leave_service(host, "HARD_OFFLINE")
        elif state == "ONLINE":
            settled = (peer and host.name != self.active_master and peer.state == "ONLINE"
                       and self._good(peer, "ping") and self._good(peer, "mysql")
                       and time.monotonic() - peer.online_since > PEER_GRACE_S)
            if settled and not (threads and backlog):
                self._leave_service(host, REPLICATION_TROUBLE[threads])
        elif state == "HARD_OFFLINE":
            counts = self.active_master or host.name not in self.config.hosts_of(self.config.active_role)
            trouble = counts and not (threads and backlog)
            self.set_state(host, REPLICATION_TROUBLE[threads] if trouble else "AWAITING_RECOVERY")
        elif state in REPLICATION_TROUBLE:
            if (threads and backlog) or not peer or peer.state != "ONLINE":
                self.set_state(host, "ONLINE")
            elif state != REPLICATION_TROUBLE[threads]:
                self.set_state(host, REPLICATION_TROUBLE[threads])
        elif state == "AWAITING_RECOVERY" and threads and backlog:
            wait_s = float(self.monitor["auto_set_online"])
            absent_s = host.uptime - host.uptime_online
            if (host.uptime_online and 0 <= absent_s < SHORT_ABSENCE_S) or 0 < wait_s < time.monotonic() - host.since:
                self.set_state(host, "ONLINE")

    def _leave_service(self, host: Host, state: str) -> None:
        was_online = host.state == "ONLINE"
        self.set_state(host, state)
        if self.mode == "ACTIVE":
            for slot in self.slots_of(host.name):
                self.holders[slot] = ""
        told = self.mode == "PASSIVE" or self.tell(host)
        if not told and state == "HARD_OFFLINE" and was_online:
            self._kill(host)

    def _kill(self, host: Host) -> None:
        program = self.monitor["kill_host_bin"]
        if os.access(program, os.X_OK):
            subprocess.run([program, host.name, str(int(self._good(host, "ping")))], timeout=30, check=False)
        else:
            logging.error("%s can't be told and can't be killed: its roles move all the same", host.name)

    def _good(self, host: Host, kind: str) -> bool:
        return self.board.good(host.name, kind)

    def _end_wait(self) -> None:
        """WAIT becomes ACTIVE when both masters are ONLINE, or one has been for long enough."""
        if self.mode != "WAIT":
            return
        online = [name for name in self.config.hosts_of(self.config.active_role)
                  if self.hosts[name].state == "ONLINE"]
        patience_s = float(self.monitor["wait_for_other_master"])
        if len(online) == 1 and patience_s:
            self._wait_until = min(self._wait_until, time.monotonic() + patience_s)
        if len(online) == 2 or time.monotonic() > self._wait_until:
            self.mode = "ACTIVE"

    # Roles

    def may_have(self, host: str, role: str) -> bool:
        return (host in self.config.hosts_of(role) and self.hosts[host].state == "ONLINE"
                and self.hosts[host].agent_up)

    def distribute(self) -> None:
        """Preferred hosts get their role back, orphans a host, and balanced roles are spread."""
        for role in self.config.names("role"):
            slots = [slot for slot in self.holders if slot[0] == role]
            prefer = self.config.section("role", role)["prefer"]
            if prefer and self.mode == "ACTIVE" and self.may_have(prefer, role):
                self.holders.update(dict.fromkeys(slots, prefer))
            eligible = [host for host in self.config.hosts_of(role) if self.may_have(host, role)]
            for slot in slots if eligible else []:
                if not self.holders[slot]:
                    self.holders[slot] = min(eligible, key=self._load)
            if self.config.section("role", role)["mode"] == "balanced" and eligible:
                self._balance(slots, eligible)

    def _load(self, host: str) -> float:
        return sum(0.5 if role == self.config.active_role else 1 for role, _ip in self.slots_of(host))

    def _balance(self, slots: list[Slot], eligible: list[str]) -> None:
        while True:
            counts = {host: [slot for slot in slots if self.holders[slot] == host] for host in eligible}
            least, most = min(eligible, key=lambda h: len(counts[h])), max(eligible, key=lambda h: len(counts[h]))
            if len(counts[most]) - len(counts[least]) < 2:
                return
            self.holders[counts[most][-1]] = least

    # Agents

    def ask(self, host: Host, command: str, *parameters: str) -> list[str] | None:
        """The fields of an OK answer; None when the agent can't be reached or refuses."""
        line = "|".join([command, "1", host.name, *parameters])
        try:
            answer = request(host.settings["ip"], int(host.settings["agent_port"]), self._tls, line)
        except OSError as error:  # ssl.SSLError is one
            if host.agent_up:
                logging.warning("agent on %s: %s", host.name, error)
            host.agent_up = False
            return None
        host.agent_up = True
        text, *fields = answer.split("|")
        if fields and fields[-1].startswith("UP:"):
            host.uptime = float(fields.pop()[3:])
            if host.state == "ONLINE":
                host.uptime_online = host.uptime
        if not text.startswith("OK"):
            logging.error("agent on %s: %s -> %s", host.name, line, answer)
            return None
        return [text, *fields]

    def tell(self, host: Host) -> bool:
        slots = write_slots(self.slots_of(host.name))
        return self.ask(host, "SET_STATUS", host.state, slots, self.active_master) is not None

    def tell_all(self, before: dict[Slot, str] | None = None) -> None:
        """Who lets go of something first (the old master is one of those), then the slaves, the new master last."""
        losers = {holder for slot, holder in (before or {}).items() if holder and holder != self.holders[slot]}

        def turn(host: Host) -> tuple[bool, bool, str]:
            return host.name == self.active_master, host.name not in losers, host.name

        for host in sorted(self.hosts.values(), key=turn):
            self.tell(host)

    def save(self) -> None:
        """The status file: replaced at once, and on the disk."""
        path = Path(self.monitor["status_path"])
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.tmp")
        with unfinished.open("w", encoding="utf-8") as file:
            for host in self.hosts.values():
                file.write(f"{host.name}|{host.state}|{write_slots(self.slots_of(host.name))}\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

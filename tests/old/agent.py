"""An agent of version 1: obeys one command a connection, one after another, and keeps its roles for ever.

Run as: python3 -m old.agent --config FILE. SIGTERM ends it; as with the original, its addresses stay where they are.
"""

from __future__ import annotations

import argparse
import logging
import select
import signal
import socket
import ssl
import sys
import time
from collections.abc import Callable
from pathlib import Path

from . import addresses
from .config import Config
from .database import DatabaseError
from .server_roles import ServerRoles
from .wire import Slot, Tls, listen, read_slots, write_slots

RECHECK_S = 3


def uptime() -> str:
    """The host's, as each answer ends with it."""
    return f"UP:{float(Path('/proc/uptime').read_text().split()[0]):.2f}"


class Agent:
    def __init__(self, config: Config) -> None:
        self._config = config
        self.name = config.top["this"]
        self.host = config.section("host", self.name)
        self._interface = self.host["cluster_interface"]
        self._server = ServerRoles(config, self.name)
        self._state, self._slots, self._active_master = "UNKNOWN", set[Slot](), ""
        self._commands: dict[str, Callable[..., list[str]]] = {
            "PING": lambda: ["Pinged!"],
            "SET_STATUS": self._set_status,
            "GET_AGENT_STATUS": lambda: ["Returning status!", self._state, write_slots(self._slots),
                                         self._active_master],
            "GET_SYSTEM_STATUS": self._system_status,
            "CLEAR_BAD_ROLES": self._clear_bad_roles,
        }

    def answer(self, line: str) -> str:
        """The reply to one line, without its end."""
        if line.count("|") < 2:
            return f"ERROR: Not a command: '{line}'|{uptime()}"
        command, version, host, *parameters = line.split("|")
        if version != "1":
            return f"ERROR: Version '{version}' of '{command}' is not mine (1)|{uptime()}"
        if host != self.name:
            return f"ERROR: This is host '{self.name}', not '{host}'|{uptime()}"
        if command not in self._commands:
            return f"ERROR: Command '{command}' is unknown|{uptime()}"
        try:
            return "|".join([f"OK: {'|'.join(self._commands[command](*parameters))}", uptime()])
        except (TypeError, ValueError, OSError, DatabaseError) as error:
            logging.error("%s: %s", line, error)
            return f"ERROR: {str(error).replace('|', '/').splitlines()[0]}|{uptime()}"

    def recheck(self) -> None:
        """What roles need is put back where somebody took it away."""
        for role, ip in sorted(self._slots):
            if role == self._config.active_role:
                self._try("read_only", lambda: self._server.writable() or self._server.allow_write())
            self._try(ip, lambda ip=ip: self._put(ip))

    def _set_status(self, state: str, roles: str, active_master: str) -> list[str]:
        """OK says that the order was taken; what came of it is for GET_SYSTEM_STATUS to tell."""
        wanted, before, old_master = read_slots(roles), self._state, self._active_master
        if active_master and active_master not in self._config.names("host"):
            raise ValueError(f"host '{active_master}' is not in the configuration")
        if (state, wanted, active_master) != (before, self._slots, old_master):
            logging.info("%s, roles [%s], active master %s", state, roles, active_master or "-")
        self._state, self._active_master = state, active_master
        if "ADMIN_OFFLINE" in (state, before) and state != before:
            self._try("replication", lambda: self._server.replicate(state != "ADMIN_OFFLINE"))
        for slot in sorted(self._slots - wanted):
            self._leave(slot)
        if self.host["mode"] == "slave" and active_master not in ("", old_master):
            self._try("replication", lambda: self._server.follow(active_master, old_master))
        for slot in sorted(wanted - self._slots):
            self._arrive(slot)
        return ["Status applied successfully!"]

    def _leave(self, slot: Slot) -> None:
        role, ip = slot
        if role == self._config.active_role:
            self._try("read_only", self._server.deny_write)
            self._try("clients", self._server.end_clients)
        self._try(ip, lambda: self._take_off(ip))
        self._slots.discard(slot)

    def _arrive(self, slot: Slot) -> None:
        role, ip = slot
        if role == self._config.active_role:
            self._try("catching up", lambda: self._server.catch_up(self.host["peer"]))
            self._try("read_only", self._server.allow_write)
        self._try(ip, lambda: self._put(ip))
        self._slots.add(slot)

    def _system_status(self) -> list[str]:
        here = addresses.present(self._interface)
        slots = {(role, ip) for role in self._config.names("role") for ip in self._config.ips_of(role) if ip in here}
        try:
            writable, source = "1" if self._server.writable() else "", self._server.source_ip()
        except DatabaseError as error:
            logging.warning("the server can't be asked: %s", error)
            writable, source = "", ""
        return ["Returning status!", writable, write_slots(slots), source]

    def _clear_bad_roles(self) -> list[str]:
        mine = {ip for _role, ip in self._slots}
        strange = [ip for role in self._config.names("role") for ip in self._config.ips_of(role)
                   if ip not in mine and ip in addresses.present(self._interface)]
        for ip in strange:
            self._take_off(ip)
        return [f"Cleared {len(strange)} roles"]

    def _put(self, ip: str) -> None:
        if ip not in addresses.present(self._interface):
            addresses.add(self._interface, ip)
            addresses.announce(self._interface, ip)
            logging.info("%s is here", ip)

    def _take_off(self, ip: str) -> None:
        if ip in addresses.present(self._interface):
            addresses.remove(self._interface, ip)
            logging.info("%s is gone", ip)

    @staticmethod
    def _try(what: str, act: Callable[[], object]) -> None:
        """A step that fails is logged, and the next one taken: that is the original's way."""
        try:
            act()
        except (OSError, DatabaseError) as error:
            logging.error("%s: %s", what, error)


def serve(stream: socket.socket, agent: Agent) -> None:
    """Until the client closes; nobody else is heard meanwhile."""
    with stream, stream.makefile("r", encoding="utf-8", errors="replace", newline="\n") as lines:
        for line in lines:
            stream.sendall(f"{agent.answer(line.rstrip(chr(10) + chr(13)))}\n".encode())


def main() -> None:
    parser = argparse.ArgumentParser(prog="old.agent")
    parser.add_argument("--config", type=Path, required=True)
    config = Config(parser.parse_args().config)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    agent, tls = Agent(config), Tls(config)
    listener = listen(agent.host["ip"], int(agent.host["agent_port"]))
    due = time.monotonic()
    while True:
        if select.select([listener], [], [], max(0.0, due - time.monotonic()))[0]:
            stream = listener.accept()[0]
            try:
                serve(tls.as_server(stream), agent)
            except (OSError, ssl.SSLError) as error:
                logging.warning("a connection ended: %s", error)
                stream.close()
        if time.monotonic() >= due:
            agent.recheck()
            due = time.monotonic() + RECHECK_S


if __name__ == "__main__":
    main()

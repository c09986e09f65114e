"""What the monitor answers on its control port."""

from __future__ import annotations

import time
from collections.abc import Callable

from .checks import KINDS
from .cluster import REPLICATION_TROUBLE, Cluster, Host

_HELP = """Valid commands are:
    help                              - show this message
    ping                              - ping monitor
    show                              - show status
    checks [<host>|all [<check>|all]] - show checks status
    set_online <host>                 - set host <host> online
    set_offline <host>                - set host <host> offline
    mode                              - print current mode
    set_active                        - switch into active mode
    set_manual                        - switch into manual mode
    set_passive                       - switch into passive mode
    move_role [--force] <role> <host> - move role <role> to host <host>
    set_ip <ip> <host>                - set role with ip <ip> to host <host>
"""


class Refused(Exception):
    """Its text is the answer after ERROR:."""


class Commands:
    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._known: dict[str, Callable[..., str]] = {
            "help": lambda: _HELP, "ping": lambda: "OK: Pinged successfully!", "show": self._show,
            "checks": self._checks, "mode": lambda: cluster.mode, "set_online": self._set_online,
            "set_offline": self._set_offline, "move_role": self._move_role, "set_ip": self._set_ip,
            "set_active": lambda: self._set_mode("ACTIVE"), "set_manual": lambda: self._set_mode("MANUAL"),
            "set_passive": lambda: self._set_mode("PASSIVE")}

    def answer(self, line: str) -> str:
        name, *words = line.split() or [""]
        if name not in self._known:
            return f"ERROR: Invalid command '{name}'"
        try:
            return self._known[name](*words)
        except Refused as refusal:
            return f"ERROR: {refusal}"
        except TypeError:
            return f"ERROR: Wrong number of parameters for '{name}'"

    def _show(self) -> str:
        cluster, lines = self._cluster, []
        if cluster.mode == "PASSIVE":
            lines += ["# --- Monitor is in PASSIVE MODE ---", f"# Cause: {cluster.cause or 'set by hand'}"]
        lines += [f"# Warning: agent on host {host.name} is not reachable"
                  for host in cluster.hosts.values() if not host.agent_up]
        for host in cluster.hosts.values():
            roles = ", ".join(f"{role}({ip})" for role, ip in sorted(cluster.slots_of(host.name)))
            lines.append(f"  {host.name}({host.settings['ip']}) {host.settings['mode']}/{host.state}. Roles: {roles}")
        for role in cluster.config.names("role"):
            prefer = cluster.config.section("role", role)["prefer"]
            lines += [f"# Role {role} prefers host {prefer}"] if prefer else []
        return "\n".join(lines) + "\n"

    def _checks(self, host: str = "all", kind: str = "all") -> str:
        if host not in ("all", *self._cluster.hosts):
            raise Refused(f"Unknown host name '{host}'!")
        if kind not in ("all", *KINDS):
            raise Refused(f"Unknown check '{kind}'!")
        width = max(map(len, self._cluster.hosts))
        text = ""
        for (name, check), result in self._cluster.board.results.items():
            if host in ("all", name) and kind in ("all", check):
                changed = time.strftime("%Y/%m/%d %H:%M:%S", time.localtime(result.changed))
                text += f"{name:<{width}}  {check:<11}  [last change: {changed}]  {result.message}\n"
        return text

    def _set_online(self, name: str) -> str:
        cluster, host = self._cluster, self._host(name)
        if host.state not in ("ADMIN_OFFLINE", "AWAITING_RECOVERY"):
            raise Refused(f"Host '{name}' is {host.state}")
        for kind in ("ping", "mysql"):
            if not cluster.board.good(name, kind):
                raise Refused(f"Check '{kind}' of host '{name}' is in failed state")
        if cluster.ask(host, "PING") is None:
            raise Refused(f"Can't reach agent daemon on host '{name}'")
        cluster.set_state(host, "ONLINE")
        return f"OK: State of '{name}' changed to ONLINE. Now you can wait some time and check its new roles!"

    def _set_offline(self, name: str) -> str:
        cluster, host = self._cluster, self._host(name)
        if host.state not in ("ONLINE", *REPLICATION_TROUBLE):
            raise Refused(f"Host '{name}' is {host.state}")
        cluster.set_state(host, "ADMIN_OFFLINE")
        for slot in cluster.slots_of(name):
            cluster.holders[slot] = ""
        cluster.tell(host)
        return f"OK: State of '{name}' changed to ADMIN_OFFLINE. Now you can wait some time and check all roles!"

    def _set_mode(self, mode: str) -> str:
        cluster = self._cluster
        if cluster.mode == mode:
            return f"OK: Already in {mode} mode."
        before, cluster.mode, cluster.cause = cluster.mode, mode, ""
        if (before, mode) == ("MANUAL", "ACTIVE"):
            for slot, holder in cluster.holders.items():
                if holder and cluster.hosts[holder].state != "ONLINE":
                    cluster.holders[slot] = ""
        return f"OK: Switched into {mode} mode."

    def _move_role(self, *words: str) -> str:
        force = words[:1] == ("--force",)
        role, name = words[force:]
        cluster, host = self._cluster, self._host(name)
        if cluster.mode == "PASSIVE":
            raise Refused("Can't move roles in passive mode")
        if role not in cluster.config.names("role"):
            raise Refused(f"Unknown role name '{role}'!")
        if name not in cluster.config.hosts_of(role):
            raise Refused(f"Host '{name}' can't handle role '{role}'")
        if host.state != "ONLINE" and not (
                force and host.state in REPLICATION_TROUBLE and role == cluster.config.active_role):
            raise Refused(f"Can't move role to host with state {host.state}")
        if not host.agent_up:
            raise Refused(f"Can't reach agent daemon on host '{name}'")
        settings = cluster.config.section("role", role)
        if settings["prefer"] not in ("", name) and cluster.mode == "ACTIVE":
            raise Refused(f"Role '{role}' prefers host '{settings['prefer']}'")
        before = dict(cluster.holders)
        for slot in before:
            if slot[0] == role and settings["mode"] == "exclusive":
                cluster.holders[slot] = name
            elif slot[0] == role and before[slot] == name:
                cluster.holders[slot] = ""
        cluster.distribute()
        cluster.tell_all(before)
        return f"OK: Role '{role}' has been moved to '{name}'. Now you can wait some time and check new roles info!"

    def _set_ip(self, ip: str, name: str) -> str:
        cluster = self._cluster
        self._host(name)
        slot = next((slot for slot in cluster.holders if slot[1] == ip), None)
        if cluster.mode != "PASSIVE":
            raise Refused("This command is only available in passive mode")
        if slot is None or name not in cluster.config.hosts_of(slot[0]):
            raise Refused(f"No role of host '{name}' has the IP '{ip}'")
        cluster.holders[slot] = name
        return f"OK: Set role '{slot[0]}({ip})' to host '{name}'."

    def _host(self, name: str) -> Host:
        if name not in self._cluster.hosts:
            raise Refused(f"Unknown host name '{name}'!")
        return self._cluster.hosts[name]

"""A cluster in which each program is ours or the original's: all read the same classic files."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from . import classic, config
from .certificates import Authority
from .host import MY_CNF
from .lab import Lab
from .namespace import PYTHON
from .process import Daemon
from .topology import DATABASES, MONITOR

EVERYWHERE = (*DATABASES, MONITOR)
_TESTS = Path(__file__).resolve().parents[2]
_LINE = re.compile(r"  (\w+)\(([0-9.]+)\) (\w+)/([A-Z_]+)\. Roles: (.*)")


class MixedLab(Lab):
    """`old` names the hosts whose program is the original's: db5 has the monitor, the others agents."""

    def __init__(self, prefix: str, binary: Path, *, old: Collection[str] = (), tls: bool = False,
                 monitor_settings: Mapping[str, str] | None = None,
                 security: Mapping[str, str] | None = None) -> None:
        super().__init__(prefix, binary)
        self.old = set(old)
        self._tls = tls
        self._monitor_settings = monitor_settings
        self._security = security

    def start_hosts(self) -> None:
        super().start_hosts()
        authority = Authority(self.directory / "authority") if self._tls else None
        for host in self.hosts.values():
            host.path(config.PATH).unlink()
            if authority:
                certificate, key = authority.issue(host.name)
                for path, text in ((classic.CERTIFICATE, certificate), (classic.KEY, key),
                                   (classic.AUTHORITY, authority.certificate)):
                    host.write_file(path, text, classic.MODE)
            self.write_config(host.name)

    def write_config(self, name: str) -> None:
        """For the program that is there now: those of old know no security."""
        security = None if name in self.old else self._security
        for path, text in classic.files(name, self._tls, self._monitor_settings, security).items():
            self.hosts[name].write_file(path, text, classic.MODE)

    def start_databases(self) -> None:
        """People's servers start replication by themselves when they are restarted."""
        super().start_databases()
        for host in self.databases:
            settings = host.path(MY_CNF)
            lines = settings.read_text().splitlines(keepends=True)
            settings.write_text("".join(line for line in lines if not line.startswith(host.server.no_start)))

    def write_lease_records(self) -> None:
        """In a cluster with original programs nobody has one."""
        if not self.old:
            super().write_lease_records()

    @property
    def monitors_record(self) -> str:
        return f"{classic.STATUS_PATH}.lease"

    def config_path(self, program: str) -> str:
        return classic.PATHS[program]

    def command(self, program: str, host: str = "") -> list[str]:
        return self.old_command(program) if host in self.old else super().command(program)

    def old_command(self, program: str, *words: str) -> list[str]:
        """The call of an original program: agent, monitor or control."""
        path = classic.PATHS[{"control": "ctl"}.get(program, program)]
        return ["env", f"PYTHONPATH={_TESTS}", PYTHON, "-B", "-m", f"old.{program}", "--config", path, *words]

    def old_control(self, *words: str) -> tuple[int, str]:
        """The original client on db5: its exit status and what it printed."""
        done = self.hosts[MONITOR].exec(self.old_command("control", *words), check=False)
        return done.returncode, done.stdout

    def swap(self, name: str, old: bool) -> Daemon:
        """Stops the program of a host in order, and starts the other kind in its place."""
        daemon = self.monitor if name == MONITOR else self.hosts[name].agent
        assert daemon
        daemon.stop()
        (self.old.add if old else self.old.discard)(name)
        return self.start_monitor() if name == MONITOR else self.start_agent(name)

    def show(self) -> dict[str, Any]:
        """What `show` says, with `hosts`; from an original monitor there is only the text."""
        if MONITOR not in self.old:
            return super().show()
        status, text = self.old_control("show")
        if status != 0:
            raise RuntimeError(f"show ended with {status}: {text}")
        found = [match.groups() for match in map(_LINE.fullmatch, text.splitlines()) if match]
        return {"hosts": [{"name": name, "ip": ip, "mode": mode, "state": state,
                           "roles": roles.split(", ") if roles else []} for name, ip, mode, state, roles in found],
                "warnings": [line for line in text.splitlines() if line.startswith("#")]}

"""The classic configuration files, read as far as the old ends need them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_DEFAULTS = {
    "host": {"agent_port": "9989", "mysql_port": "3306", "mode": "slave", "peer": "", "cluster_interface": "eth0"},
    "check": {"check_period": "5", "trap_period": "10", "timeout": "2", "max_backlog": "60"},
    "role": {"mode": "exclusive", "hosts": "", "ips": "", "prefer": ""},
    "monitor": {"port": "9988", "ping_ips": "", "auto_set_online": "0", "careful_startup": "1", "mode": "active",
                "kill_host_bin": "", "status_path": "", "wait_for_other_master": "120"},
    "socket": {"type": "plain"},
}
_YES, _NO = {"true", "on", "yes", "1"}, {"false", "off", "no", "0"}


class Config:
    """Values of the top level, and of sections by kind and name ("" for a section that has none)."""

    def __init__(self, path: Path) -> None:
        self.top: dict[str, str] = {"debug": "0", "max_kill_retries": "10"}
        self._sections: dict[str, dict[str, dict[str, str]]] = {}
        self._read(path)

    def names(self, kind: str) -> list[str]:
        return sorted(name for name in self._sections.get(kind, {}) if name not in ("", "default"))

    def section(self, kind: str, name: str = "") -> dict[str, str]:
        """A section's values, filled up from the template of its kind, then with the defaults."""
        sections = self._sections.get(kind, {})
        return {**_DEFAULTS.get(kind, {}), **sections.get("default", {}), **sections.get(name, {})}

    def hosts_of(self, role: str) -> list[str]:
        return as_list(self.section("role", role)["hosts"])

    def ips_of(self, role: str) -> list[str]:
        return as_list(self.section("role", role)["ips"])

    @property
    def active_role(self) -> str:
        return self.top["active_master_role"]

    def _read(self, path: Path) -> None:
        if stat.S_IMODE(os.stat(path).st_mode) & 0o007:
            raise SystemExit(f"{path}: others may read or write it; chmod 640 {path}")
        values = self.top
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            words = line.strip().split(None, 1)
            if not words or words[0].startswith("#"):
                continue
            if words[0].startswith("</"):
                values = self.top
            elif words[0].startswith("<"):
                empty = line.strip().endswith("/>")
                kind, _, name = line.strip().strip("</>").strip().partition(" ")
                opened = self._sections.setdefault(kind, {}).setdefault(name.strip(), {})
                values = self.top if empty else opened
            elif len(words) != 2:
                raise SystemExit(f"{path}:{number}: not a key and a value: {line.strip()}")
            elif words[0] == "include":
                self._read(path.parent / words[1])
            else:
                values[words[0]] = words[1].rstrip()


def as_list(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def as_bool(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise SystemExit(f"neither yes nor no: {text}")
    return text.lower() in _YES

"""Everything about a lab on a page: printed when a case fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .host import Host
from .process import last_lines
from .topology import DATABASES

if TYPE_CHECKING:
    from .lab import Lab


def describe(lab: Lab) -> str:
    """States as the monitor says, then each host as it is, then the end of each log and what the sampler saw."""
    parts = ["=== mmm ctl show", _try(lambda: lab.ctl("show", timeout_s=5)[1])]
    parts += ["=== hosts", *(f"{name}: {_host(lab.hosts[name])}" for name in DATABASES if name in lab.hosts)]
    parts += ["=== last changes seen by the sampler", last_lines(lab.logs / "sampler.log", 25)]
    for log in sorted(lab.logs.glob("*.log")):
        if log.name != "sampler.log":
            parts += [f"=== {log.name}", last_lines(log)]
    return "\n".join(parts)


def keep_logs(lab: Lab, case: str) -> None:
    """Copies the logs of a case that failed to a folder of its own in the one that MMM_LAB_LOGS names, if it does."""
    if folder := os.environ.get("MMM_LAB_LOGS"):
        shutil.copytree(lab.logs, Path(folder) / case, dirs_exist_ok=True)


def _host(host: Host) -> str:
    def replication() -> str:
        status = host.replication()
        keys = ("Master_Host", "Slave_IO_Running", "Slave_SQL_Running", "Seconds_Behind_Master", "Gtid_IO_Pos", "Retrieved_Gtid_Set",
                "Last_IO_Error", "Last_SQL_Error")
        return ", ".join(f"{key}={status.get(key)}" for key in keys if status.get(key) not in ("", None))

    daemons = {"mysqld": host.mysqld, "agent": host.agent}
    running = [f"{name} {_daemon(daemon)}" for name, daemon in daemons.items()]
    return "; ".join([f"slots {_try(host.slots)}", *running,
                      f"read_only {_try(lambda: host.sql('SELECT @@read_only AS r', 1)[0]['r'])}",
                      f"GTID {_try(host.gtid_position)}", _try(replication)])


def _daemon(daemon: object) -> str:
    if daemon is None:
        return "not started"
    return "runs" if daemon.running else f"ended with {daemon.exit_status}"  # type: ignore[attr-defined]


def _try(ask: Callable[[], object]) -> str:
    """A failure often means that something can't be asked: that is worth a word, not another failure."""
    try:
        return str(ask())
    except Exception as error:  # noqa: BLE001
        return f"({type(error).__name__}: {error})"

"""The monitor's checks: each kind against each host in a thread of its own, results on a board."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .config import Config, as_list
from .database import Database, DatabaseError

KINDS = ("ping", "mysql", "rep_backlog", "rep_threads")
_TOO_MANY_CONNECTIONS = 1040
_NO_RIGHT = (1142, 1227)
Verdict = tuple[bool | None, str]  # passed, failed or unknown; and what to say


def ping(ip: str) -> Verdict:
    command = ["ping", "-n", "-q", "-c", "1", "-W", "0.5", ip]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return (True, "OK") if done.returncode == 0 else (False, "ERROR: Host is down")


def mysql(database: Database) -> Verdict:
    try:
        database.value("1")
    except DatabaseError as error:
        return (None if error.code == _TOO_MANY_CONNECTIONS else False), f"ERROR: Connect error: {error}"
    return True, "OK"


def rep_threads(database: Database) -> Verdict:
    try:
        status = database.slave_status()
    except DatabaseError as error:
        return (False if error.code in _NO_RIGHT else None), f"UNKNOWN: {error}"
    if (status.get("Slave_IO_Running"), status.get("Slave_SQL_Running")) == ("Yes", "Yes"):
        return True, "OK"
    return False, "ERROR: Replication is broken" if status else "ERROR: Replication is not set up"


def rep_backlog(database: Database, max_backlog_s: int) -> Verdict:
    try:
        seconds = database.slave_status().get("Seconds_Behind_Master", "NULL")
    except DatabaseError as error:
        return (False if error.code in _NO_RIGHT else None), f"UNKNOWN: {error}"
    if seconds == "NULL":
        return True, "OK: Backlog is null"
    return (True, "OK") if int(seconds) <= max_backlog_s else (False, f"ERROR: Backlog is {seconds} s")


@dataclass
class Result:
    """What counts now. `failing_since` is set while it still counts as good although the last tries failed."""

    good: bool = True
    message: str = "OK"
    changed: float = field(default_factory=time.time)
    failing_since: float | None = None

    def note(self, verdict: Verdict, trap_s: float) -> None:
        passed, message = verdict
        if passed is None:
            return
        now = time.monotonic()
        self.failing_since = None if passed else self.failing_since or now
        good = passed or (self.good and self.failing_since is not None and now - self.failing_since < trap_s)
        if good != self.good:
            self.good, self.changed = good, time.time()
        if good == passed:
            self.message = message


class Board:
    """The results of all checks, kept up to date by threads that end with the process."""

    def __init__(self, config: Config) -> None:
        self.results: dict[tuple[str, str], Result] = {}
        self.network = False
        self._ping_ips = as_list(config.section("monitor")["ping_ips"])
        self._probes: dict[tuple[str, str], Callable[[], Verdict]] = {}
        self._settings = {kind: config.section("check", kind) for kind in KINDS}
        for name in config.names("host"):
            host = config.section("host", name)
            for kind in KINDS:
                self._probes[name, kind] = self._probe(kind, host)

    def good(self, host: str, kind: str) -> bool:
        return self.results[host, kind].good

    def start(self) -> None:
        """Waits for the network, makes one round of checks, then leaves the rest to threads."""
        while not self._look_at_network():
            time.sleep(1)
        self.results = {key: Result() for key in self._probes}
        first = [threading.Thread(target=self._check, args=(key, 0.0)) for key in self._probes]
        for thread in first:
            thread.start()
        for thread in first:
            thread.join()
        threading.Thread(target=self._watch_network, daemon=True).start()
        for key in self._probes:
            threading.Thread(target=self._repeat, args=(key,), daemon=True).start()

    def _probe(self, kind: str, host: dict[str, str]) -> Callable[[], Verdict]:
        if kind == "ping":
            return lambda: ping(host["ip"])
        settings = self._settings[kind]
        database = Database(host, "monitor", float(settings["timeout"]))
        if kind == "rep_backlog":
            return lambda: rep_backlog(database, int(settings["max_backlog"]))
        return lambda: (mysql if kind == "mysql" else rep_threads)(database)

    def _check(self, key: tuple[str, str], trap_s: float) -> None:
        verdict = self._probes[key]()
        if verdict[0] or self.network:
            self.results[key].note(verdict, trap_s)

    def _repeat(self, key: tuple[str, str]) -> None:
        settings = self._settings[key[1]]
        while True:
            time.sleep(float(settings["check_period"]))
            self._check(key, float(settings["trap_period"]))

    def _look_at_network(self) -> bool:
        self.network = not self._ping_ips or any(ping(ip)[0] for ip in self._ping_ips)
        return self.network

    def _watch_network(self) -> None:
        while True:
            time.sleep(1)
            self._look_at_network()

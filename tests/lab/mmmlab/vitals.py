"""What a daemon takes of its host, and what is left of a holder's leases: sampled while something goes on."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from .host import Host
from .process import Daemon

PERIOD_S = 0.01


@dataclass(frozen=True)
class Vitals:
    """At a moment: resident memory, open descriptors, processor time so far, lines of log so far."""

    kib: int
    descriptors: int
    cpu_s: float
    lines: int


def vitals(daemon: Daemon) -> Vitals:
    descriptors = len(list(Path(f"/proc/{daemon.pid}/fd").iterdir()))
    return Vitals(daemon.resident_kib(), descriptors, daemon.cpu_seconds(), daemon.output().count("\n"))


class LeaseWatch:
    """Within the block: how much of its leases is left on the host that holds them, by the agent's note on /run."""

    def __init__(self, host: Host) -> None:
        self.least_s = float("inf")
        self._notes = list(host.path("/run/mmm").glob("*.leases"))
        assert len(self._notes) == 1, f"the agent of {host.name} has the notes {self._notes}"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> LeaseWatch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._over.wait(PERIOD_S):
            now = time.clock_gettime(time.CLOCK_BOOTTIME)
            _, *leases = self._notes[0].read_text().splitlines()
            for lease in leases:
                self.least_s = min(self.least_s, int(lease.split()[2]) / 1000 - now)

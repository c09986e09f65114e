"""What the writing client saw: acknowledged rows, gaps, and whether a row that was acknowledged is gone."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .host import Host
from .namespace import PYTHON
from .process import Daemon
from .topology import WRITER_IP
from .wait import wait_until

PERIOD_S = 0.01
QUIET_S = 0.03


@dataclass(frozen=True)
class Write:
    """One acknowledged row. Times are seconds of the monotonic clock; `host` is the server that took it."""

    n: int
    sent: float
    acknowledged: float
    host: str


@dataclass(frozen=True)
class Gap:
    """The longest time without an acknowledged write: from the last one before to the first one after."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


class WritingProbe:
    """Runs on the host `client` from its making until `stop`."""

    def __init__(self, client: Host, address: str = WRITER_IP, first_n: int = 1) -> None:
        self.log = client.logs / f"{client.name}-writer-{first_n}.log"
        library = Path(__file__).resolve().parent.parent
        environment = {**os.environ, "PYTHONPATH": str(library), "PYTHONDONTWRITEBYTECODE": "1"}
        self._daemon = Daemon("writing client", client.namespace,
                              [PYTHON, "-m", "mmmlab.probe_writer", address, str(PERIOD_S), str(first_n)],
                              self.log, environment)

    @contextlib.contextmanager
    def between_writes(self) -> Iterator[None]:
        """Within the block no write is on its way, and what was written has reached the replicas: a fault here loses
        nothing and leaves no half-done row behind, so that what comes after can be asserted."""
        self._daemon.freeze()
        time.sleep(QUIET_S)
        try:
            yield
        finally:
            self._daemon.thaw()

    def stop(self) -> None:
        if self._daemon.running:
            self._daemon.stop(5)

    def writes(self) -> list[Write]:
        """All acknowledged rows so far, in order."""
        found = []
        for line in self._lines("ok"):
            _, n, sent, acknowledged, host = line.split()
            found.append(Write(int(n), float(sent), float(acknowledged), host))
        return found

    def errors(self) -> list[str]:
        return self._lines("error")

    def wait_writing(self, deadline_s: float, after: float = 0.0, count: int = 20, host: str = "") -> None:
        """Until `count` rows that were sent after the moment `after` are acknowledged (by `host`, if named)."""
        def enough() -> bool:
            return sum(w.sent > after and host in ("", w.host) for w in self.writes()[-500:]) >= count

        wait_until(enough, deadline_s, f"{count} acknowledged writes {f'on {host} ' if host else ''}"
                                       f"(last error: {(self.errors() or ['none'])[-1]})")

    def gap(self, after: float) -> Gap:
        """The longest gap that ended after the moment `after`. Call it when writes have gone on for a while."""
        writes = self.writes()
        pairs = [Gap(a.acknowledged, b.acknowledged) for a, b in zip(writes, writes[1:]) if b.acknowledged > after]
        assert pairs, f"no write was acknowledged after the fault; last error: {(self.errors() or ['none'])[-1]}"
        return max(pairs, key=lambda gap: gap.seconds)

    def lost_rows(self, writer: Host) -> list[Write]:
        """Rows acknowledged until now that `writer` doesn't have. The client may go on meanwhile."""
        writes = self.writes()
        present = writer.rows()
        return [write for write in writes if write.n not in present]

    def _lines(self, kind: str) -> list[str]:
        lines = self.log.read_text(errors="replace").splitlines(keepends=True)
        return [line.rstrip("\n") for line in lines if line.startswith(f"{kind} ") and line.endswith("\n")]

"""One daemon inside a host: started, watched, frozen, killed; its output in a file of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from .namespace import Namespace, start_ticks
from .wait import Hopeless, wait_until


class Daemon:
    """A process in `host`. Standard output and error are appended to `log`."""

    def __init__(self, name: str, host: Namespace, argv: Sequence[str], log: Path,
                 environment: dict[str, str] | None = None) -> None:
        self.name = name
        self.log = log
        self.argv = list(argv)
        self.log_start = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            self._child = host.popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                     start_new_session=True, env=environment)
        self.pid = self._child.pid
        self.started = start_ticks(self.pid)

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    @property
    def exit_status(self) -> int | None:
        """As a shell would say it: 128 + signal for a killed process; None while it runs."""
        status = self._child.poll()
        return 128 - status if status is not None and status < 0 else status

    def require_running(self) -> None:
        """Raises Hopeless with its last words if it has ended."""
        if not self.running:
            raise Hopeless(f"{self.name} ended with {self.exit_status}:\n{last_lines(self.log)}")

    def signal(self, number: int) -> float:
        """Sends it, and returns the moment (time.monotonic) just before: what it brings about comes later."""
        at = time.monotonic()
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
        return at

    def kill(self) -> float:
        at = self.signal(signal.SIGKILL)
        self.wait(5)
        return at

    def freeze(self) -> float:
        return self.signal(signal.SIGSTOP)

    def thaw(self) -> float:
        return self.signal(signal.SIGCONT)

    def stop(self, deadline_s: float = 10) -> int:
        """Asks it to end, and insists after the deadline. Returns its exit status."""
        self.signal(signal.SIGTERM)
        self.thaw()
        try:
            return self.wait(deadline_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {deadline_s:g} s of SIGTERM") from None

    def wait(self, deadline_s: float) -> int:
        self._child.wait(deadline_s)
        status = self.exit_status
        assert status is not None
        return status

    def output(self) -> str:
        """What this run of the daemon wrote so far."""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            return log.read().decode(errors="replace")

    def wait_output(self, text: str, deadline_s: float) -> None:
        wait_until(lambda: text in self.output(), deadline_s, f"{self.name} to say {text!r}")

    def resident_kib(self) -> int:
        """Resident memory (VmRSS)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0

    def cpu_seconds(self) -> float:
        """User and system time since its start."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/task").iterdir()))


def last_lines(path: Path, count: int = 15) -> str:
    """The end of a log, for people who look at a failure."""
    if not path.exists():
        return "(no log)"
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])

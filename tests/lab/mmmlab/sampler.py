"""Looks at the hosts from outside for as long as the lab stands."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .host import Host
from .namespace import PYTHON
from .samples import Samples


class Sampler(Samples):
    """Starts the sampling process; `stop` ends it. Its log keeps every change."""

    def __init__(self, log: Path) -> None:
        super().__init__(log)
        library = Path(__file__).resolve().parent.parent
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [PYTHON, "-m", "mmmlab.sampler_loop"], stdin=subprocess.PIPE, stdout=output, stderr=output, text=True,
                start_new_session=True, env={**os.environ, "PYTHONPATH": str(library), "PYTHONDONTWRITEBYTECODE": "1"})

    @property
    def pid(self) -> int:
        return self._process.pid

    def watch(self, host: Host, powered: bool = True) -> None:
        """To be told of each host once, and again around a power cut."""
        assert self._process.stdin
        kind = "database" if host.node.has_database else "none"
        self._process.stdin.write(f"{host.name} {host.namespace.pid if powered else 0} {kind}\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

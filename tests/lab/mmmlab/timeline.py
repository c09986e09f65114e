"""A takeover as the monitor tells it in its log: what happened when, in milliseconds since the fault."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .process import Daemon

STEPS = ("detected", "released", "granted", "writable")


@dataclass(frozen=True)
class Moment:
    """The same moment by both clocks: logs carry wall time, the probe monotonic time."""

    monotonic: float
    wall: float

    @classmethod
    def of(cls, monotonic: float) -> Moment:
        return cls(monotonic, time.time() - (time.monotonic() - monotonic))


@dataclass(frozen=True)
class Step:
    """One event of the monitor's log. `since_ms` counts from the fault."""

    event: str
    since_ms: float
    fields: dict[str, Any]


def writer_steps(monitor: Daemon, fault: Moment) -> list[Step]:
    """The first event of each kind since `fault` that concerns the writer role, in order of time."""
    found: dict[str, Step] = {}
    for line in monitor.output().splitlines():
        if not line.startswith("{"):
            continue
        fields = json.loads(line)
        event = fields.get("event", "")
        if event not in STEPS or event in found or fields.get("role", "writer") != "writer":
            continue
        since = _seconds(fields["time"]) - fault.wall
        if since > -0.002:  # the log counts whole milliseconds
            found[event] = Step(event, max(0.0, since * 1000), fields)
    return sorted(found.values(), key=lambda step: step.since_ms)


def _seconds(text: str) -> float:
    """`2026-11-22T12:43:16.123Z` in seconds since 1970."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp()

"""What was where and when, as the sampler's log tells it: addresses, read_only, who took writes; what must never be."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .topology import DATABASES, SLOT_IPS, WRITER_IP
from .wait import wait_until

# The end of a host's writes is told a moment after it (OVER_S in sampler_writes), later on a busy machine.
ENDS_ARE_TOLD_S = 1.0


@dataclass(frozen=True)
class Writing:
    """A host took writes: the first was acknowledged at `first`, the last of them was sent at `last`; infinite if it
    goes on."""

    host: str
    first: float
    last: float


class Samples:
    """Reads the log as far as it was written."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def events(self) -> list[dict[str, Any]]:
        """Everything that changed, in order of time. A crash of the sampler is a failure of the case."""
        lines = self.log.read_text(errors="replace").splitlines()
        strange = [line for line in lines if not line.startswith("{")]
        assert not strange, "the sampler failed:\n" + "\n".join(strange[-20:])
        return [json.loads(line) for line in lines]

    def holders(self, ip: str) -> list[tuple[float, str, bool]]:
        """Each time `ip` came (True) to a host or left it (False)."""
        changes, holding = [], set()
        for event in self.events():
            if "addresses" in event:
                name = event["host"]
                holds = ip in event["addresses"]
                if holds != (name in holding):
                    changes.append((event["t"], name, holds))
                    (holding.add if holds else holding.discard)(name)
        return changes

    def moves_since(self, moment: float) -> list[tuple[float, str, str, bool]]:
        """Every change of any slot's address since `moment`: time, address, host, came or left."""
        return sorted((t, ip, host, came) for ip in SLOT_IPS for t, host, came in self.holders(ip) if t >= moment)

    def left(self, ip: str, host: str, after: float, deadline_s: float = 5) -> float:
        """When `ip` left `host`, after the moment `after`."""
        return self._change(ip, host, after, False, deadline_s)

    def came(self, ip: str, host: str, after: float, deadline_s: float = 5) -> float:
        return self._change(ip, host, after, True, deadline_s)

    def violations(self) -> list[str]:
        """Moments at which one address was on two databases' hosts, or two hosts had the writer's and were writable, or
        both took writes through it."""
        overlaps = [f"{event['t']:.3f}: {event['overlap']} on {' and '.join(event['hosts'])}"
                    for event in self.events() if "overlap" in event and set(event["hosts"]) <= set(DATABASES)]
        wrote = [f"{max(a.first, b.first):.3f}: {a.host} and {b.host} both took writes through {WRITER_IP}"
                 for a, b in self._wrote_at_a_time()]
        return overlaps + wrote + [f"{t:.3f}: {' and '.join(sorted(holding & writable))} both take writes on {WRITER_IP}"
                                   for t, holding, writable in self._writers() if len(holding & writable) > 1]

    def took_writes(self) -> list[Writing]:
        """Who took the sampler's writes through the writer's address, and from when to when, in order of their ends."""
        began: dict[str, float] = {}
        spans = []
        for event in self.events():
            if "wrote_from" in event:
                began[event["host"]] = event["wrote_from"]
            elif "wrote_until" in event:
                spans.append(Writing(event["host"], began.pop(event["host"]), event["wrote_until"]))
        return spans + [Writing(host, first, math.inf) for host, first in began.items()]

    def _wrote_at_a_time(self) -> list[tuple[Writing, Writing]]:
        """Pairs of which each had acknowledged a write before the other's last was sent. Ends that aren't told yet are
        waited for."""
        told = time.monotonic() + ENDS_ARE_TOLD_S
        while True:
            spans = self.took_writes()
            pairs = [(a, b) for i, a in enumerate(spans) for b in spans[i + 1:]
                     if a.host != b.host and a.first < b.last and b.first < a.last]
            if time.monotonic() >= told or not any(math.inf in (a.last, b.last) for a, b in pairs):
                return pairs
            time.sleep(0.02)

    def blind(self, since: float = 0.0) -> float:
        """The longest time since `since`, in seconds, that nothing was looked at, on a machine that was too busy."""
        return max((event["blind"] for event in self.events() if "blind" in event and event["t"] >= since), default=0.0)

    def two_writable(self, since: float = 0.0) -> list[str]:
        """Moments since `since` at which two hosts had read_only=0, whoever holds the address."""
        return [f"{t:.3f}: {' and '.join(sorted(writable))} have read_only=0"
                for t, _holding, writable in self._writers() if len(writable) > 1 and t >= since]

    def _writers(self) -> Iterator[tuple[float, set[str], set[str]]]:
        """After each change: the time, who holds the writer's address, and who has read_only=0."""
        holding: set[str] = set()
        writable: set[str] = set()
        for event in self.events():
            if "addresses" in event:
                (holding.add if WRITER_IP in event["addresses"] else holding.discard)(event["host"])
            elif "read_only" in event:
                (writable.add if event["read_only"] == 0 else writable.discard)(event["host"])
            yield event["t"], holding, writable

    def _change(self, ip: str, host: str, after: float, came: bool, deadline_s: float) -> float:
        def look() -> float:
            return next((t for t, name, on in self.holders(ip) if t >= after and name == host and on == came), 0.0)

        return wait_until(look, deadline_s, f"{ip} to {'come to' if came else 'leave'} {host}")

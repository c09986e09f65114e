"""Were there ever two writers? What the sampler saw on the hosts, and what the clients' servers acknowledged."""

from __future__ import annotations

from .lab import Lab
from .probe import Write
from .topology import WRITER_IP

# The sampler's clock may be this late on a busy machine; two writers last longer.
TOLERANCE_S = 0.1


def overlaps(lab: Lab) -> list[str]:
    """Everything that no fault may bring about, each with its time."""
    writes = sorted((write for probe in lab.probes for write in probe.writes()), key=lambda write: write.sent)
    return [*lab.sampler.violations(), *_writes_elsewhere(lab.sampler.holders(WRITER_IP), writes)]


def _writes_elsewhere(changes: list[tuple[float, str, bool]], writes: list[Write]) -> list[str]:
    """Rows that a host acknowledged through the writer's address while that was only on another one."""
    spans = _spans(changes)
    found = []
    for write in writes:
        others = [name for name, start, end in spans if name != write.host and start < write.sent < end]
        held = any(name == write.host and start - TOLERANCE_S < write.acknowledged and write.sent < end + TOLERANCE_S
                   for name, start, end in spans)
        if others and not held:
            found.append(f"{write.sent:.3f}: {write.host} acknowledged row {write.n} while {WRITER_IP} was on "
                         f"{' and '.join(others)}")
    return found


def _spans(changes: list[tuple[float, str, bool]]) -> list[tuple[str, float, float]]:
    """Who held the address from when to when."""
    since: dict[str, float] = {}
    spans = []
    for t, name, came in changes:
        if came:
            since[name] = t
        elif name in since:
            spans.append((name, since.pop(name), t))
    return spans + [(name, start, float("inf")) for name, start in since.items()]

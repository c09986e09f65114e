"""The file in which a voter keeps what it promised: written here as the programs write it."""

from __future__ import annotations

_FNV_START, _FNV_PRIME, _64_BITS = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1


def path_of(agent: str) -> str:
    """Where the agent of that host keeps it."""
    return f"/var/lib/mmm/agent-{agent}.state"


def settled(owner: str) -> str:
    """The record of a voter that promised nothing so far, and need not keep silent. `owner`: a host, or "monitor"."""
    proposer = "monitor-1ab0" if owner == "monitor" else owner
    return with_sum(f"owner|{owner}\nproposer|{proposer}\nsettled|1\n")


def with_sum(content: str) -> str:
    """Between the two marks by which a whole file is told from a torn one."""
    content = f"#mmm\n{content}"
    found = _FNV_START
    for byte in content.encode():
        found = (found ^ byte) * _FNV_PRIME & _64_BITS
    return f"{content}#sum {found:016x}\n"

"""All commands of the control port, with arguments that fit, from what the monitor itself says it knows."""

from __future__ import annotations

import re

from .lab import Lab
from .topology import WRITER_IP

_FITTING = {"HOST": "db1", "ROLE": "writer", "IP": WRITER_IP}
# Those that only show; whatever else there is has to be refused to whoever may not command.
LOOKS = {"help", "ping", "show", "checks", "explain", "history", "losses", "mode"}

# Lines that a monitor of either version says to an agent: none may have an effect when a stranger says it.
AGENT_LINES = (b"PING|1.0|db1|0", b"SET_STATUS|1.0|db1|ONLINE|writer(192.168.10.128)|db1", b"GET_AGENT_STATUS|1.0|db1",
               b"GET_SYSTEM_STATUS|1.0|db1", b"CLEAR_BAD_ROLES|1.0|db1", b"HELLO|2|db1|cluster=|monitor=m|version=9",
               b"ORDER|2|db1|sequence=1|state=ONLINE|active_master=db1", b"PING|2|db1|n=1", b"RELOAD|2|db1",
               b"PROMISE|2|db1", b"GRANT|2|db1")


def all_commands(lab: Lab) -> dict[str, str]:
    """Each command's line by its name, from the monitor's `help`, so that a new one can't be forgotten."""
    status, text = lab.ctl("help")
    assert status == 0, text
    lines: dict[str, str] = {}
    for line in text.splitlines()[1:]:
        usage = re.split(r"\s{2,}", line.strip())[0]
        while usage != (shorter := re.sub(r"\[[^][]*\]", "", usage)):  # what may be left out, also within another
            usage = shorter
        name, *needed = usage.split()
        lines[name] = " ".join([name, *(_FITTING[word] for word in needed)])
    assert len(lines) > 15 and LOOKS < lines.keys(), lines
    return lines

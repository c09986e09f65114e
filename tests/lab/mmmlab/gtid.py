"""Transactions by their GTIDs, as servers and mmm write them: "0-1-101..150" (MariaDB), "UUID:101-150:152" (MySQL)."""

from __future__ import annotations

import re

_INTERVAL = re.compile(r"[-:](\d+)(?:(?:\.\.|-)(\d+))?(?=[:,]|$)")


def count(gtids: str) -> int:
    """How many are listed; each one whose first number isn't named counts as one."""
    counts = []
    for part in filter(None, gtids.split(",")):
        # A UUID has digits of its own between dashes.
        numbers = part[36:] if ":" in part else part[part.rindex("-"):]
        counts += [int(last or first) - int(first) + 1 for first, last in _INTERVAL.findall(numbers)]
    return sum(counts)


def last_number(gtids: str, origin: str) -> int:
    """Of that origin's, "0-1-" or "UUID:", in a server's history; 0: it has none."""
    mine = [part.strip() for part in gtids.split(",") if part.strip().startswith(origin)]
    return max((int(number) for part in mine for number in re.findall(r"\d+", part[len(origin):])), default=0)

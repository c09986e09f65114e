"""An IPv6 address is a slot like any other: put, announced, moved, and reachable from the client."""

from __future__ import annotations

from collections.abc import Callable

from mmmlab import Lab
from mmmlab.wait import wait_until

READER6 = "2001:db8:10::129"
ROLE = f"""
[role.reader6]
mode = "exclusive"
hosts = ["db3", "db4"]
ips = ["{READER6}"]
"""


def holders(lab: Lab) -> list[str]:
    return [host.name for host in lab.databases if READER6 in host.addresses()]


def test_ipv6_reader_address_moves_and_the_client_reaches_it_at_once(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(extra_config=ROLE)
    lab.start_hosts()
    lab.start_databases()
    lab.start_mmm()
    first = wait_until(lambda: holders(lab), 20, "a host with the IPv6 address")
    assert len(first) == 1
    client = lab.hosts["client"]
    client.exec(["ping", "-6", "-c", "1", "-W", "2", READER6])
    other = "db4" if first == ["db3"] else "db3"
    lab.ctl("move_role", "reader6", other)
    wait_until(lambda: holders(lab) == [other], 5, f"the IPv6 address on {other} alone")
    # Without the announcement the client's neighbour entry would lead to the old host for seconds.
    client.exec(["ping", "-6", "-c", "1", "-W", "2", READER6])

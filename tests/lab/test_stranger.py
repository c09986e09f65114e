"""A machine that isn't one of the cluster's uses one of its addresses: noticed and named, not fought over."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from mmmlab import Lab, topology
from mmmlab.wait import wait_until


@pytest.mark.scenario(40)
def test_stranger_with_our_address_is_named_in_the_log(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab()
    lab.start_hosts()
    lab.start_databases()
    client = lab.hosts["client"]
    client.exec(["ip", "addr", "add", f"{topology.READER_IPS[0]}/32", "dev", topology.INTERFACE])
    [link] = json.loads(client.exec(["ip", "-j", "link", "show", "dev", topology.INTERFACE]).stdout)
    mac = link["address"]
    lab.start_mmm()
    lab.wait_online()

    def named() -> bool:
        logs = [lab.hosts[name].agent.output() for name in topology.SLAVES]
        return any("another machine uses an address" in log and mac in log for log in logs)

    wait_until(named, 5, f"a log line that names the stranger {mac}")

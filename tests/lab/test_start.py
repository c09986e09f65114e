"""From nothing to service."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from mmmlab import Lab
from mmmlab.expect import assert_rows, wait_cluster

pytestmark = pytest.mark.database

SHOW_LINE = re.compile(r"  (db\d)\((192\.168\.10\.\d+)\) (master|slave)/([A-Z_]+)\. Roles: ([a-z0-9.(), ]*)")


@pytest.mark.scenario(49)
def test_cold_start_ends_with_all_online_within_30_s(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(first_start=True)
    began = time.monotonic()
    lab.start_hosts()
    lab.start_databases()
    assert all(host.read_only() for host in lab.databases), "a server takes writes before mmm said so"
    lab.start_mmm()
    lab.wait_online()
    assert time.monotonic() - began < 30
    wait_cluster(lab, 5, writer="db1")
    status, text = lab.ctl("show")
    assert status == 0
    lines = [SHOW_LINE.fullmatch(line) for line in text.splitlines() if not line.startswith("#")]
    modes = {"db1": "master", "db2": "master", "db3": "slave", "db4": "slave"}
    assert [line and line.group(1, 3, 4) for line in lines] == [(*item, "ONLINE") for item in modes.items()]
    assert lines[0] and lines[0].group(5) == "writer(192.168.10.128)"
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    assert_rows(lab, probe, "db1")

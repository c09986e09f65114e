"""A cluster with a key in which one agent is still the original's: it alone is spoken to in plain text, as long as it is named."""

from __future__ import annotations

from collections.abc import Callable

from mmmlab.config import KEY_PATH
from mmmlab.expect import wait_cluster
from mmmlab.mixed import MixedLab
from mmmlab.wait import stays_true, wait_until


def said(lab: MixedLab, host: str) -> str:
    return "".join(line for line in lab.ctl("show")[1].splitlines(keepends=True) if host in line)


def test_only_a_named_host_is_spoken_to_by_version_1_beside_a_key(make_mixed: Callable[..., MixedLab]) -> None:
    lab = make_mixed(old=("db4",), security={"key_file": KEY_PATH, "version1_peers": "db4"})
    wait_cluster(lab, 10, writer="db1")
    assert "agent of version 1" in said(lab, "db4")

    # It is exchanged for ours, which speaks TLS at once although it is named.
    old = lab.hosts["db4"].agent
    assert old
    old.stop()
    lab.old.discard("db4")
    lab.write_config("db4")
    lab.start_agent("db4")
    wait_until(lambda: "agent of version 1" not in said(lab, "db4"), 20, "db4 to be spoken to by version 2")
    wait_cluster(lab, 20, writer="db1")

    # Who isn't named is not spoken to in plain text, whoever answers there.
    ours = lab.hosts["db3"].agent
    assert ours
    ours.stop()
    lab.old.add("db3")
    lab.write_config("db3")
    lab.start_agent("db3")
    wait_until(lambda: "agent on host db3 is not reachable" in said(lab, "db3"), 20, "db3's agent to count as away")
    stays_true(lambda: "agent on host db3 is not reachable" in said(lab, "db3"), 5, "nothing is said to it")

"""A monitor of MMM 2.2 and agents with a key: in plain text it is obeyed only where `version1_peers` names it, and its address is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mmmlab import classic
from mmmlab.config import KEY_PATH
from mmmlab.expect import wait_cluster
from mmmlab.mixed import MixedLab
from mmmlab.process import Daemon
from mmmlab.topology import DATABASES, MONITOR, NODES
from mmmlab.wait import stays_true, wait_until

PLACE = NODES[MONITOR].ip
REFUSED = f"closed a connection from {PLACE}: the other side speaks no TLS"


def agent(lab: MixedLab, name: str) -> Daemon:
    found = lab.hosts[name].agent
    assert found
    return found


def configure(lab: MixedLab, name: str, security: Mapping[str, str], more: str) -> None:
    files = classic.files(name, False, None, security)
    files[classic.PATHS["agent"]] += more
    for path, text in files.items():
        lab.hosts[name].write_file(path, text, classic.MODE)


def test_agents_with_a_key_obey_an_original_monitor_only_where_it_is_named(make_mixed: Callable[..., MixedLab]) -> None:
    lab = make_mixed(start=False, old=[MONITOR], security={"key_file": KEY_PATH})
    lab.start_mmm()
    for name in DATABASES:
        wait_until(lambda name=name: REFUSED in agent(lab, name).output(), 20, f"{name} to say that it is refused")
    stays_true(lambda: not any(lab.hosts[name].slots() for name in DATABASES), 5, "nothing is taken from plain text")

    # A name alone says nothing: the agent has to know where the monitor is.
    named = {"key_file": KEY_PATH, "version1_peers": "monitor"}
    configure(lab, "db1", named, "")
    checked = lab.hosts["db1"].exec([str(lab.binary), "check-config", "--config", classic.PATHS["agent"]], check=False)
    assert checked.returncode != 0
    assert "nothing says where the monitor is that may speak plain text" in checked.stdout + checked.stderr

    for name in DATABASES:
        configure(lab, name, named, f"<monitor>\n    ip    {PLACE}\n</monitor>\n")
        agent(lab, name).stop()
        lab.start_agent(name)
    wait_cluster(lab, 30, writer="db1")
    assert all(REFUSED not in agent(lab, name).output() for name in DATABASES)
    assert lab.old_control("move_role", "writer", "db2")[1].startswith("OK")
    wait_cluster(lab, 15, writer="db2")

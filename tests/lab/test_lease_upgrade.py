"""One agent is of before there were leases: the cluster says what it lacks, works by contact, and changes over unseen."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from mmmlab import Lab, config, older_agent
from mmmlab.expect import wait_cluster
from mmmlab.topology import WRITER_IP
from mmmlab.wait import stays_true, wait_until

FAILOVER_S = 2.0
HICCUP_S = 0.5


def shown(lab: Lab, *words: str) -> bool:
    return any(all(word in line for word in words) for line in lab.ctl("show")[1].splitlines())


@pytest.mark.scenario(52)
def test_agent_without_leases_is_named_and_the_cluster_changes_over_when_it_is_upgraded(
        make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(security=config.PLAIN)
    lab.start_hosts()
    lab.start_databases()
    db4 = lab.hosts["db4"]
    older = older_agent.start(db4)
    lab.start_mmm()
    lab.wait_online(30)
    wait_until(lambda: shown(lab, "# Warning", "db4", "by contact"), 10, "show to say what the cluster lacks, and by whom")
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    with probe.between_writes():
        killed = lab.hosts["db1"].kill_mysqld()
    probe.wait_writing(10, after=killed, host="db2")
    assert probe.gap(killed).seconds < FAILOVER_S
    lab.hosts["db1"].start_mysqld()
    wait_cluster(lab, 20, writer="db2")

    began = time.monotonic()
    assert db4.agent
    db4.agent.stop()
    older.stop()
    db4.write_file(config.PATH, config.cluster_toml(security=config.PLAIN), 0o600)
    lab.start_agent("db4")
    wait_until(lambda: shown(lab, "# Lease of writer", "db2"), 30, "show to have the writer's lease")
    wait_cluster(lab, 15, writer="db2")
    stays_true(lambda: not [move for move in lab.sampler.moves_since(began) if move[1] == WRITER_IP], 3,
               "the writer's address stays where it is")
    assert probe.gap(began).seconds < HICCUP_S

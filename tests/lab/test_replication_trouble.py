"""Replicas that all lag, commits that wait for an acknowledgement, settings that don't fit, channels of somebody else's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from mmmlab import Lab, config, servers
from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.host import Host
from mmmlab.topology import AGENT, READER_IPS
from mmmlab.wait import wait_until

pytestmark = pytest.mark.database

PATIENCE = """
[check.rep_threads]
trap_period = "1s"
[check.rep_backlog]
trap_period = "1s"
max_backlog = "2s"
"""
MakeLab = Callable[..., Lab]


def start(lab: Lab, top: str = "", reader: str = "", grant: str = "") -> Lab:
    """The cluster, with lines more at the top of its configuration and in its role of readers, and a right more for its
    agents."""
    lab.start_hosts()
    for host in lab.hosts.values():
        file = host.path(config.PATH)
        text = top + file.read_text(encoding="utf-8").replace("[role.reader]\n", "[role.reader]\n" + reader)
        host.write_file(config.PATH, text, 0o600)
    lab.start_databases()
    if grant:
        lab.hosts["db1"].sql(f"GRANT {grant} ON *.* TO '{AGENT[0]}'@'192.168.10.%'")
    lab.start_mmm()
    lab.wait_online()
    return lab


@contextmanager
def applying_held(host: Host) -> Iterator[None]:
    """Within the block the SQL thread waits, and so does who stops it. No lock for writing: read-only servers may refuse
    that to everybody."""
    with host.session(60) as blocker:
        blocker.query("LOCK TABLES app.writes READ")
        yield


def warnings(lab: Lab) -> list[str]:
    return list(lab.show()["warnings"])


def readers_of(lab: Lab, name: str) -> int:
    return sum(ip in text for text in lab.roles()[name] for ip in READER_IPS)


@pytest.mark.scenario(45)
def test_when_all_readers_lag_the_one_that_lags_least_keeps_the_addresses(make_lab: MakeLab) -> None:
    lab = start(make_lab(monitor_settings={"replication_grace": '"1s"'}, extra_config=PATIENCE), reader="minimum = 1\n")
    probe = lab.probe()
    probe.wait_writing(5)
    with ExitStack() as held:
        held.enter_context(applying_held(lab.hosts["db4"]))
        wait_cluster(lab, 20, writer="db1", readers=["db3"], states={"db4": "REPLICATION_DELAY"})
        held.enter_context(applying_held(lab.hosts["db3"]))
        wait_until(lambda: lab.states()["db3"] == "REPLICATION_DELAY", 20, "db3 to lag")
        assert readers_of(lab, "db3") == 2, lab.roles()
        assert any(text.startswith("Warning: db3 serves reader(") for text in warnings(lab))
    wait_cluster(lab, 20, writer="db1")
    assert_rows(lab, probe, "db1")


@pytest.mark.scenario(34)
def test_a_slave_that_cannot_stop_its_replication_delays_nobody_and_is_pointed_later(make_lab: MakeLab) -> None:
    lab = make_lab()
    lab.start_cluster()
    probe = lab.probe()
    probe.wait_writing(5)
    with applying_held(lab.hosts["db4"]):
        probe.wait_writing(5, after=time.monotonic())  # what db4 now receives it can't apply
        killed = lab.hosts["db1"].kill_mysqld()
        probe.wait_writing(10, after=killed + 0.5, host="db2")
        wait_until(lambda: lab.hosts["db3"].source_ip() == "192.168.10.132", 10, "db3 to follow db2")
        wait_until(lambda: any("db4" in text and "not all of the old source's changes" in text
                               for text in warnings(lab)), 20, "the warning about db4")
    wait_cluster(lab, 30, writer="db2", states={"db1": "HARD_OFFLINE"}, silent=["db1"])


@pytest.mark.scenario(47)
def test_a_writer_that_waits_for_an_acknowledgement_is_named_and_made_asynchronous_as_configured(make_lab: MakeLab) -> None:
    lab = start(make_lab(), top='semi_sync_stuck = "async"\nsemi_sync_stuck_after = "3s"\n',
                grant=servers.chosen().right_to_end_semi_sync)
    db1 = lab.hosts["db1"]
    probe = lab.probe()
    probe.wait_writing(5)
    for statement in db1.server.wait_for_acknowledgements(600_000):  # nobody gives any
        db1.sql(statement)
    wait_until(lambda: any("waits for a replica's acknowledgement" in text for text in warnings(lab)), 10, "the warning")
    wait_until(lambda: any("semi-synchronous replication was switched off" in text for text in warnings(lab)), 15,
               "the writer to be made asynchronous")
    assert db1.sql(db1.server.show_semi_sync)[0]["value"] == 0
    probe.wait_writing(5)
    wait_cluster(lab, 10, writer="db1")
    assert_rows(lab, probe, "db1")


@pytest.mark.scenario(48)
def test_a_server_whose_settings_do_not_fit_is_named_with_the_remedy(make_lab: MakeLab) -> None:
    lab = make_lab()
    lab.start_hosts()
    lab.start_databases()
    lab.hosts["db2"].sql(lab.server.make_misfit)
    db4 = lab.hosts["db4"]
    db4.stop_replication()
    db4.sql("SET GLOBAL binlog_format = 'STATEMENT'")
    db4.start_replication()
    lab.start_mmm()
    lab.wait_online()
    text = "\n".join(warnings(lab))
    assert f"{lab.server.misfit} on db2" in text
    assert "binlog_format is STATEMENT on db4" in text
    assert "db1" not in text and "db3" not in text, text


def test_a_channel_that_is_not_the_clusters_is_neither_judged_nor_stopped(make_lab: MakeLab) -> None:
    lab = make_lab()
    lab.start_cluster()
    db3 = lab.hosts["db3"]
    for statement in db3.server.channel_from("elsewhere", "192.168.10.250"):
        db3.sql(statement)  # connects for ever
    assert lab.ctl("set_offline", "db3")[0] == 0
    wait_until(lambda: db3.channels()[""] == ("No", "No"), 10, "the cluster's channel to be stopped")
    assert db3.channels()["elsewhere"] == ("Connecting", "Yes")
    assert lab.ctl("set_online", "db3")[0] == 0
    wait_cluster(lab, 15, writer="db1")
    assert lab.ctl("move_role", "writer", "db2")[0] == 0
    wait_cluster(lab, 15, writer="db2")
    assert db3.channels()["elsewhere"] == ("Connecting", "Yes")

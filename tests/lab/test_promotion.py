"""The writer dies while the next one lags, lacks something, or isn't fit: what is lost is listed as lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from mmmlab import Lab, mariadb, wait_until
from mmmlab.expect import assert_one_holder
from mmmlab.probe import WritingProbe
from mmmlab.topology import NODES

MakeLab = Callable[..., Lab]
# Hosts that lag or whose threads don't run stay ONLINE for longer than a case takes: they fail at the crash only.
LATE_CHECKS = '[check.rep_threads]\ntrap_period = "5m"\n[check.rep_backlog]\nmax_backlog = "5m"\n'
SPAN = re.compile(r"(\d+)-(\d+)-(\d+)(?:\.\.(\d+))?")


def start(make_lab: MakeLab, on_drain_timeout: str = "keep", drain_timeout_s: int = 4) -> Lab:
    lab = make_lab(extra_config=LATE_CHECKS, top_settings={"drain_timeout": f'"{drain_timeout_s}s"',
                                                           "on_drain_timeout": f'"{on_drain_timeout}"'})
    lab.start_cluster(60)
    return lab


def delay(lab: Lab, name: str, seconds: int) -> None:
    """The host applies what it receives this much later."""
    host = lab.hosts[name]
    for statement in ("STOP SLAVE", f"CHANGE MASTER TO MASTER_DELAY = {seconds}", "START SLAVE"):
        host.sql(statement, timeout_s=20)
    wait_until(lambda: host.source_ip() == NODES["db1"].ip, 20, f"{name} to replicate again")


def written(lab: Lab, seconds: float = 1.5) -> WritingProbe:
    """A client that has been writing to db1 for a while."""
    probe = lab.probe()
    probe.wait_writing(20, host="db1")
    time.sleep(seconds)
    return probe


def kill_writer(lab: Lab, probe: WritingProbe) -> float:
    """Between two writes, so that db2 has received all that was acknowledged, as far as it receives."""
    with probe.between_writes():
        return lab.hosts["db1"].kill_mysqld()


def warnings(lab: Lab) -> str:
    return "\n".join(lab.show()["warnings"])


def explained(lab: Lab) -> str:
    status, text = lab.ctl("explain", "writer")
    assert status == 0, text
    return text


def lost_gtids(lab: Lab) -> int:
    """How many transactions `show` lists as lost on db2."""
    found = re.search(r"db2 became the writer without transactions that could not be had: (.*)", warnings(lab))
    if not found:
        return 0
    return sum(int(last or first) - int(first) + 1 for _, _, first, last in SPAN.findall(found[1]))


def wait_writer(lab: Lab, name: str, deadline_s: float = 40) -> None:
    def writes() -> bool:
        return lab.writer().name == name and not lab.hosts[name].read_only()

    wait_until(writes, deadline_s, f"{name} to be the writer")


def assert_books_balance(lab: Lab, probe: WritingProbe, complete: str, listed: int) -> None:
    """Acknowledged rows are on the writer db2, or they are among the listed ones; host `complete` has all of them."""
    probe.stop()
    missing = {write.n for write in probe.lost_rows(lab.hosts["db2"])}
    extra = lab.hosts[complete].rows() - lab.hosts["db2"].rows()
    assert len(extra) == listed, f"{len(extra)} rows are only on {complete}, {listed} transactions are listed as lost"
    assert missing <= extra, f"lost and not listed: {sorted(missing - extra)}"
    assert_one_holder(lab)


def assert_nothing_lost(lab: Lab, probe: WritingProbe) -> None:
    probe.stop()
    assert lost_gtids(lab) == 0
    assert not probe.lost_rows(lab.hosts["db2"])
    assert_one_holder(lab)


@pytest.mark.scenario(24)
def test_a_new_writer_that_lags_applies_on_after_the_alarm_and_has_everything(make_lab: MakeLab) -> None:
    lab = start(make_lab)
    delay(lab, "db2", 14)
    probe = written(lab)
    killed = kill_writer(lab, probe)
    wait_until(lambda: "transactions left" in explained(lab), 10, "explain to say what is left")
    wait_until(lambda: "can't apply everything received" in warnings(lab), 15, "the alarm")
    assert lab.hosts["db2"].read_only(), "writable with less than it received"
    probe.wait_writing(60, after=killed, host="db2")
    assert_nothing_lost(lab, probe)


@pytest.mark.scenario(24)
def test_promoted_at_the_deadline_the_rest_is_listed_and_never_applied(make_lab: MakeLab) -> None:
    lab = start(make_lab, "promote")
    delay(lab, "db2", 40)
    probe = written(lab)
    killed = kill_writer(lab, probe)
    probe.wait_writing(30, after=killed, host="db2")
    listed = lost_gtids(lab)
    assert listed > 20
    assert_books_balance(lab, probe, "db3", listed)
    time.sleep(max(0.0, killed + 42 - time.monotonic()))
    assert len(lab.hosts["db3"].rows() - lab.hosts["db2"].rows()) == listed, "what was given up was applied later"


@pytest.mark.scenario(24)
@pytest.mark.parametrize("word", ["wait", "force"])
def test_stopped_at_the_deadline_the_operator_decides(make_lab: MakeLab, word: str) -> None:
    lab = start(make_lab, "stop")
    delay(lab, "db2", 25)
    probe = written(lab)
    killed = kill_writer(lab, probe)
    wait_until(lambda: "waiting for the operator" in warnings(lab), 20, "it to say that it waits")
    assert "move_role --force writer db2" in explained(lab)
    time.sleep(3)
    assert lab.hosts["db2"].read_only()
    status, text = lab.ctl("move_role", *(["--force"] if word == "force" else []), "writer", "db2")
    assert status == 0, text
    probe.wait_writing(60, after=killed, host="db2")
    if word == "wait":
        assert_nothing_lost(lab, probe)
        return
    listed = lost_gtids(lab)
    assert listed > 20
    assert_books_balance(lab, probe, "db3", listed)


@pytest.mark.scenario(22, 23)
def test_what_only_a_slave_received_is_fetched_from_it_first(make_lab: MakeLab) -> None:
    lab = start(make_lab, drain_timeout_s=20)
    lab.hosts["db2"].sql("STOP SLAVE IO_THREAD")
    probe = written(lab, 3)
    killed = kill_writer(lab, probe)
    assert lab.hosts["db3"].rows() - lab.hosts["db2"].rows(), "the slave has no more"
    probe.wait_writing(40, after=killed, host="db2")
    assert_nothing_lost(lab, probe)


@pytest.mark.scenario(25)
def test_a_broken_sql_thread_keeps_a_host_out_and_explain_says_why(make_lab: MakeLab) -> None:
    lab = start(make_lab)
    db2 = lab.hosts["db2"]
    probe = written(lab)
    with probe.between_writes():
        [row] = db2.sql("SELECT MAX(id) AS id FROM app.writes")
        taken = int(row["id"]) + 20
        take_id(db2, taken)
    wait_until(lambda: int(db2.replication()["Last_SQL_Errno"]) == 1062, 20, "db2's SQL thread to stop")
    killed = kill_writer(lab, probe)
    wait_until(lambda: "db2 can't take it: host 'db2' can't apply what it received" in explained(lab), 20, "the reason")
    assert db2.read_only()
    status, text = lab.ctl("move_role", "writer", "db2")
    assert status == 1 and "--force" in text
    with mariadb.session(db2.socket_path) as session, session.cursor() as cursor:
        cursor.execute("SET sql_log_bin = 0")
        cursor.execute("DELETE FROM app.writes WHERE id = %s", (taken,))
    db2.sql("START SLAVE SQL_THREAD")
    probe.wait_writing(40, after=killed, host="db2")
    assert_nothing_lost(lab, probe)


def take_id(host: Any, number: int) -> None:
    """A row that the source will write too, past its binary log."""
    with mariadb.session(host.socket_path) as session, session.cursor() as cursor:
        cursor.execute("SET sql_log_bin = 0")
        cursor.execute("INSERT INTO app.writes (id, n, host) VALUES (%s, %s, 'nobody')", (number, -number))


@pytest.mark.scenario(26)
def test_a_sql_thread_that_was_stopped_by_hand_is_started_and_drained(make_lab: MakeLab) -> None:
    lab = start(make_lab)
    lab.hosts["db2"].sql("STOP SLAVE SQL_THREAD")
    probe = written(lab)
    killed = kill_writer(lab, probe)
    probe.wait_writing(40, after=killed, host="db2")
    assert_nothing_lost(lab, probe)


@pytest.mark.scenario(27)
def test_a_host_with_transactions_of_its_own_is_refused_unless_forced(make_lab: MakeLab) -> None:
    lab = start(make_lab)
    db1, db2 = lab.hosts["db1"], lab.hosts["db2"]
    db1.sql("STOP SLAVE")
    with mariadb.session(db2.socket_path) as session, session.cursor() as cursor:
        cursor.execute("SET gtid_domain_id = 7")
        cursor.execute("INSERT INTO app.writes (n, host) VALUES (-1, 'db2')")
    probe = written(lab)
    wait_until(lambda: "db2 has transactions of its own that the writer lacks: 7-2-1" in warnings(lab), 20, "a warning")
    killed = kill_writer(lab, probe)
    wait_until(lambda: "db2 can't take it: host 'db2' has transactions of its own" in explained(lab), 20, "the reason")
    time.sleep(3)
    assert db2.read_only()
    status, text = lab.ctl("move_role", "writer", "db2")
    assert status == 1 and "7-2-1" in text and "--force" in text
    status, text = lab.ctl("move_role", "--force", "writer", "db2")
    assert status == 0, text
    probe.wait_writing(40, after=killed, host="db2")
    assert_nothing_lost(lab, probe)


@pytest.mark.scenario(31)
def test_the_new_writer_dies_during_the_failover_and_the_old_one_comes_back(make_lab: MakeLab) -> None:
    lab = start(make_lab)
    delay(lab, "db2", 60)
    probe = written(lab)
    kill_writer(lab, probe)
    wait_until(lambda: "transactions left" in explained(lab), 15, "db2 to apply what it received")
    lab.hosts["db2"].kill_mysqld()
    lab.hosts["db1"].start_mysqld()
    wait_writer(lab, "db1", 60)
    probe.wait_writing(20, after=time.monotonic(), host="db1")
    probe.stop()
    assert not probe.lost_rows(lab.hosts["db1"])
    assert_one_holder(lab)

"""The writer dies while the next one lags, lacks something, or isn't fit: what is lost is listed as lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from mmmlab import Lab, gtid, wait_until
from mmmlab.expect import assert_one_holder
from mmmlab.host import Host
from mmmlab.probe import WritingProbe

MakeLab = Callable[..., Lab]
# Hosts that lag or whose threads don't run stay ONLINE for longer than a case takes: they fail at the crash only.
LATE_CHECKS = '[check.rep_threads]\ntrap_period = "5m"\n[check.rep_backlog]\nmax_backlog = "5m"\n'
LOST = re.compile(r"db2 became the writer without transactions that could not be had: (.*)")

pytestmark = pytest.mark.database


def start(make_lab: MakeLab, on_drain_timeout: str = "keep", drain_timeout_s: int = 4) -> Lab:
    lab = make_lab(extra_config=LATE_CHECKS, top_settings={"drain_timeout": f'"{drain_timeout_s}s"',
                                                           "on_drain_timeout": f'"{on_drain_timeout}"'})
    lab.start_cluster(60)
    return lab


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
    found = LOST.search(warnings(lab))
    return gtid.count(found[1]) if found else 0


def wait_writer(lab: Lab, name: str, deadline_s: float = 40) -> None:
    def writes() -> bool:
        writer = lab.writer()
        return bool(writer) and writer.name == name and not lab.hosts[name].read_only()

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


def write_unlogged(host: Host, statement: str) -> None:
    """On a read-only host, past its binary log."""
    with host.root_may_write(), host.session() as session, session.cursor() as cursor:
        cursor.execute("SET sql_log_bin = 0")
        cursor.execute(statement)


@pytest.mark.scenario(24)
def test_promotion_of_one_that_lags_applies_on_after_the_alarm_and_loses_nothing(make_lab: MakeLab) -> None:
    lab = start(make_lab)
    lab.hosts["db2"].delay_replication(14)
    probe = written(lab)
    killed = kill_writer(lab, probe)
    wait_until(lambda: "transactions left" in explained(lab), 10, "explain to say what is left")
    wait_until(lambda: "can't apply everything received" in warnings(lab), 15, "the alarm")
    assert lab.hosts["db2"].read_only(), "writable with less than it received"
    probe.wait_writing(60, after=killed, host="db2")
    assert_nothing_lost(lab, probe)


@pytest.mark.scenario(24)
def test_promotion_at_the_deadline_lists_the_rest_which_is_never_applied(make_lab: MakeLab) -> None:
    lab = start(make_lab, "promote")
    lab.hosts["db2"].delay_replication(40)
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
def test_promotion_that_stopped_at_the_deadline_is_the_operators_to_decide(make_lab: MakeLab, word: str) -> None:
    lab = start(make_lab, "stop")
    lab.hosts["db2"].delay_replication(25)
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
def test_promotion_fetches_first_what_only_a_slave_received(make_lab: MakeLab) -> None:
    lab = start(make_lab, drain_timeout_s=20)
    lab.hosts["db2"].stop_io_thread()
    probe = written(lab, 3)
    assert lab.hosts["db3"].rows() - lab.hosts["db2"].rows(), "the slave has no more"
    killed = kill_writer(lab, probe)
    probe.wait_writing(40, after=killed, host="db2")
    assert_nothing_lost(lab, probe)


@pytest.mark.scenario(25)
def test_promotion_is_refused_to_a_broken_sql_thread_and_explain_says_why(make_lab: MakeLab) -> None:
    lab = start(make_lab)
    db2 = lab.hosts["db2"]
    probe = written(lab)
    with probe.between_writes():
        [row] = db2.sql("SELECT MAX(id) AS id FROM app.writes")
        taken = int(row["id"]) + 20
        write_unlogged(db2, f"INSERT INTO app.writes (id, n, host) VALUES ({taken}, -1, 'nobody')")
    wait_until(lambda: db2.replication()["Slave_SQL_Running"] == "No", 20, "db2's SQL thread to stop")
    killed = kill_writer(lab, probe)
    wait_until(lambda: "db2 can't take it: host 'db2' can't apply what it received" in explained(lab), 20, "the reason")
    assert db2.read_only()
    status, text = lab.ctl("move_role", "writer", "db2")
    assert status == 1 and "--force" in text
    write_unlogged(db2, f"DELETE FROM app.writes WHERE id = {taken}")
    db2.start_sql_thread()
    probe.wait_writing(40, after=killed, host="db2")
    assert_nothing_lost(lab, probe)


@pytest.mark.scenario(26)
def test_promotion_starts_and_drains_a_sql_thread_that_was_stopped_by_hand(make_lab: MakeLab) -> None:
    lab = start(make_lab)
    lab.hosts["db2"].stop_sql_thread()
    probe = written(lab)
    killed = kill_writer(lab, probe)
    probe.wait_writing(40, after=killed, host="db2")
    assert_nothing_lost(lab, probe)


@pytest.mark.scenario(27)
def test_promotion_of_a_host_with_transactions_of_its_own_has_to_be_forced(make_lab: MakeLab) -> None:
    lab = start(make_lab)
    db1, db2 = lab.hosts["db1"], lab.hosts["db2"]
    db1.stop_replication()
    with db2.root_may_write(), db2.session() as session, session.cursor() as cursor:
        if db2.server.own_numbers:
            cursor.execute(db2.server.own_numbers)
        cursor.execute("INSERT INTO app.writes (n, host) VALUES (-1, 'db2')")
    probe = written(lab)
    warning = "db2 has transactions of its own that the writer lacks: "
    wait_until(lambda: warning in warnings(lab), 20, "a warning")
    named = warnings(lab).partition(warning)[2].split()[0]
    killed = kill_writer(lab, probe)
    wait_until(lambda: "db2 can't take it: host 'db2' has transactions of its own" in explained(lab), 20, "the reason")
    time.sleep(3)
    assert db2.read_only()
    status, text = lab.ctl("move_role", "writer", "db2")
    assert status == 1 and named in text and "--force" in text
    status, text = lab.ctl("move_role", "--force", "writer", "db2")
    assert status == 0, text
    probe.wait_writing(40, after=killed, host="db2")
    assert_nothing_lost(lab, probe)


@pytest.mark.scenario(31)
def test_promotion_ends_with_the_new_writers_death_and_the_old_one_goes_on(make_lab: MakeLab) -> None:
    lab = start(make_lab)
    lab.hosts["db2"].delay_replication(60)
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

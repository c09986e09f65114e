"""The two ways on for an old writer that is back with extra rows: its rows are given up, or taken by the new writer. In each
the books balance: acknowledged rows = rows on the writer + rows listed as lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from mmmlab import Lab
from mmmlab.books import history
from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.host import Host
from mmmlab.probe import WritingProbe
from mmmlab.standing import clone
from mmmlab.topology import DATABASES
from mmmlab.wait import stays_true, wait_until

pytestmark = pytest.mark.database

QUIET_S = 4
ROW = re.compile(r"\((\d+), @@report_host\)")


@pytest.fixture
def returned(make_lab: Callable[..., Lab]) -> tuple[Lab, WritingProbe]:
    """db1 died with rows that reached no other host, db2 is the writer, and db1 is back. The client goes on writing."""
    lab = make_lab()
    lab.start_hosts()
    lab.start_databases()
    for host in lab.databases:
        host.sql(host.server.keep_apart(host.node))
    lab.start_mmm()
    lab.wait_online(40)
    wait_cluster(lab, 20, writer="db1")
    probe = lab.probe()
    probe.wait_writing(10, host="db1")
    with probe.between_writes():  # all of them have the same
        for name in DATABASES[1:]:
            lab.hosts[name].sql(f"{lab.server.stop_replication} IO_THREAD")
    count = len(probe.writes())
    wait_until(lambda: len(probe.writes()) > count + 5, 5, "some more rows on db1", 0.02)
    killed = lab.hosts["db1"].kill_mysqld()
    probe.wait_writing(30, after=killed, host="db2")
    lab.hosts["db1"].start_mysqld()
    wait_until(lambda: lab.states()["db1"] == "AWAITING_RECOVERY", 20, "db1 to be kept out of service")
    return lab, probe


def losses_of_db1(lab: Lab) -> dict[str, Any]:
    """Once its agent has read all of them."""
    def told() -> dict[str, Any]:
        status, text = lab.ctl("losses", "db1", "--json")
        assert status == 0, text
        [host] = json.loads(text)["hosts"]
        assert host["problem"] is None, host
        return host

    return wait_until(told, 10, "all that db1 alone has to be read")


def listed_rows(losses: dict[str, Any]) -> set[int]:
    statements = [statement for lost in losses["transactions"] for statement in lost["statements"]]
    return {int(n) for statement in statements for n in ROW.findall(statement)}


def assert_books(probe: WritingProbe, writer: Host, lost: set[int]) -> None:
    """Acknowledged rows = rows on the writer + rows listed as lost; nothing is in both."""
    acknowledged = {write.n for write in probe.writes()}
    present = writer.rows()
    assert not acknowledged - present - lost, f"lost and not listed: {sorted(acknowledged - present - lost)}"
    assert not lost & present, f"listed as lost and there: {sorted(lost & present)}"


def check_list(lab: Lab, probe: WritingProbe) -> set[int]:
    """The list names exactly the rows that db1 alone has, and nothing is merged unasked."""
    db1, db2 = lab.hosts["db1"], lab.hosts["db2"]
    losses = losses_of_db1(lab)
    extra = db1.rows() - db2.rows()
    assert extra and listed_rows(losses) == extra
    assert all(lost["rows"] == [{"kind": "insert", "table": "app.writes", "events": 1}] or not lost["rows"]
               for lost in losses["transactions"])
    assert len(losses["transactions"]) == len(extra) == losses["count"]
    assert losses["decision"] is None
    stays_true(lambda: lab.states()["db1"] == "AWAITING_RECOVERY" and db1.read_only(), QUIET_S, "db1 is kept out")
    for name in DATABASES[1:]:
        assert not extra & lab.hosts[name].rows(), f"{name} took rows from db1 unasked"
    assert_books(probe, db2, extra)
    return extra


def decisions(lab: Lab) -> list[str]:
    return [decision["what"] for decision in history(lab)["decisions"]]


@pytest.mark.scenario(28, 29)
def test_old_writer_back_with_extra_rows_that_are_given_up(returned: tuple[Lab, WritingProbe]) -> None:
    lab, probe = returned
    db1, db2 = lab.hosts["db1"], lab.hosts["db2"]
    extra = check_list(lab, probe)
    status, text = lab.ctl("accept-loss", "db1")
    assert status == 0 and "clone it anew from 'db2'" in text, text
    assert lab.monitor
    lab.monitor.kill()
    lab.start_monitor()
    wait_until(lambda: lab.ctl("show")[0] == 0, 10, "the monitor to answer")
    wait_until(lambda: "They were given up" in lab.ctl("explain", "db1")[1], 20, "the decision to be remembered")
    stays_true(lambda: lab.states()["db1"] == "AWAITING_RECOVERY", QUIET_S, "db1 is kept out")

    probe.stop()
    assert_books(probe, db2, extra)
    clone(db2, db1)
    wait_until(lambda: lab.states()["db1"] == "ONLINE", 30, "db1 to rejoin by itself once it was cloned")
    assert decisions(lab) == ["accept_loss", "rebuilt"]
    assert_books(probe, db2, extra)


@pytest.mark.scenario(28, 29)
def test_old_writer_back_with_extra_rows_that_the_new_writer_takes(returned: tuple[Lab, WritingProbe]) -> None:
    lab, probe = returned
    extra = check_list(lab, probe)
    status, text = lab.ctl("take-late", "db1")
    assert status == 0, text
    wait_until(lambda: lab.states()["db1"] == "ONLINE", 30, "db1 to rejoin by itself once db2 has its rows")
    assert extra <= lab.hosts["db2"].rows()
    assert decisions(lab) == ["take_late", "taken"]
    wait_cluster(lab, 30, writer="db2")
    assert_rows(lab, probe, "db2")
    assert_books(probe, lab.hosts["db2"], set())

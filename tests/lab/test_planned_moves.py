"""Planned moves that somebody is in the way of: what can't succeed is refused or given up, and nothing is lost."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator

import pymysql
import pytest

from mmmlab import Lab, wait_until
from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.host import Host
from mmmlab.probe import WritingProbe
from mmmlab.wait import stays_true

UNNOTICED_S = 0.5
NOISE_S = 0.5
# What a planned move may take in one stage, with the default grace of 1 s.
DEADLINE_S = 11
LONG_S = 10
READ_ONLY_SERVER = 1290
PRIVILEGED_ROW = re.compile(r"\((\d+), 'root'\)")


def root_session(host: Host) -> pymysql.connections.Connection:
    return pymysql.connect(unix_socket=str(host.socket_path), user="root", autocommit=True, read_timeout=90)


class Statement:
    """One that runs on a thread of its own until it ends or is ended; `error` is what it died of."""

    def __init__(self, host: Host, sql: str) -> None:
        self.error = ""
        self._session = root_session(host)
        self._thread = threading.Thread(target=self._run, args=(sql,))
        self._thread.start()

    def _run(self, sql: str) -> None:
        try:
            self._session.cursor().execute(sql)
        except (pymysql.Error, OSError) as error:
            self.error = str(error)

    def wait(self, deadline_s: float) -> None:
        self._thread.join(deadline_s)
        assert not self._thread.is_alive(), "the statement still runs"


class PrivilegedWriter:
    """A session of root's on one host that writes all the time, past read_only and past the writer's address, and
    connects anew when it was ended. `acknowledged` are the numbers that its server said it has."""

    def __init__(self, host: Host) -> None:
        self.acknowledged: list[int] = []
        self._host = host
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        n = 1_000_000
        while not self._stop.is_set():
            with contextlib.suppress(pymysql.Error, OSError), contextlib.closing(root_session(self._host)) as session:
                while not self._stop.is_set():
                    n += 1
                    session.cursor().execute("INSERT INTO app.writes (n, host) VALUES (%s, 'root')", (n,))
                    self.acknowledged.append(n)
                    time.sleep(0.05)
            time.sleep(0.01)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(20)


@contextlib.contextmanager
def locked(host: Host, sql: str) -> Iterator[None]:
    with contextlib.closing(root_session(host)) as session:
        session.cursor().execute(sql)
        yield


def written_to(lab: Lab) -> WritingProbe:
    """A client that writes to db1, whose position is known by now: one of a server that was never written to isn't, and it is
    looked at once a second."""
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    time.sleep(2)
    return probe


def failure(lab: Lab) -> str:
    """Why the last planned move was given up, as `explain` tells it."""
    text = lab.ctl("explain", "writer")[1]
    return next((line.strip() for line in text.splitlines() if "The last planned move" in line), "")


@pytest.mark.database
@pytest.mark.scenario(36)
def test_move_against_a_long_statement_is_refused_with_its_name_and_forced_it_is_undone(lab: Lab) -> None:
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    asked = time.monotonic()
    statement = Statement(lab.hosts["db1"], "UPDATE app.writes SET host = 'secret' WHERE SLEEP(80) = 0 LIMIT 1")
    time.sleep(LONG_S + 1)
    assert lab.ctl("move_role", "writer", "db2")[0] == 0
    wait_until(lambda: "given up" in failure(lab), 5, "the move to be given up")
    told = failure(lab)
    assert "root@localhost" in told and "UPDATE app.writes SET host = ? WHERE SLEEP(?) = ?" in told, told
    assert "secret" not in told
    assert "given up" in lab.ctl("show")[1]
    probe.wait_writing(5, after=time.monotonic(), host="db1")
    assert probe.gap(asked).seconds < UNNOTICED_S + NOISE_S, "writes were stopped for a move that was refused"

    forced = time.monotonic()
    assert lab.ctl("move_role", "--force", "writer", "db2")[0] == 0
    probe.wait_writing(10, after=forced, host="db2")
    statement.wait(5)
    assert statement.error
    wait_cluster(lab, 10, writer="db2")
    assert not lab.hosts["db2"].sql("SELECT n FROM app.writes WHERE host = 'secret'")
    assert_rows(lab, probe, "db2")


@pytest.mark.database
@pytest.mark.scenario(36)
def test_move_ends_a_lock_that_is_in_its_way(lab: Lab) -> None:
    probe = written_to(lab)
    with contextlib.suppress(pymysql.Error), locked(lab.hosts["db1"], "LOCK TABLES app.writes WRITE"):
        asked = time.monotonic()
        assert lab.ctl("move_role", "writer", "db2")[0] == 0
        probe.wait_writing(10, after=asked, host="db2")
    wait_cluster(lab, 10, writer="db2")
    assert_rows(lab, probe, "db2")


@pytest.mark.database
@pytest.mark.scenario(36)
def test_move_to_a_host_that_lags_stops_nothing_and_forced_it_is_undone_at_its_deadline(lab: Lab) -> None:
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    with locked(lab.hosts["db2"], "FLUSH TABLES WITH READ LOCK"):
        probe.wait_writing(5, after=time.monotonic(), host="db1", count=100)
        time.sleep(2)  # a server that was never written to has no position, and is looked at once a second
        asked = time.monotonic()
        assert lab.ctl("move_role", "writer", "db2")[0] == 0
        wait_until(lambda: "nothing was stopped" in failure(lab), DEADLINE_S + 3, "the move to be given up")
        assert "db2 lags behind" in failure(lab) and "not applied in time" in failure(lab)
        probe.wait_writing(5, after=time.monotonic(), host="db1")
        assert probe.gap(asked).seconds < UNNOTICED_S + NOISE_S, "writes were stopped for a move that was refused"

        forced = time.monotonic()
        assert lab.ctl("move_role", "--force", "writer", "db2")[0] == 0
        wait_until(lab.hosts["db1"].read_only, 5, "the old writer to stop writes")
        wait_until(lambda: not lab.hosts["db1"].read_only(), DEADLINE_S + 3, "the old writer to be writable again")
        wait_until(lambda: "didn't apply the last" in failure(lab), 3, "the reason to be told")
        probe.wait_writing(5, after=time.monotonic(), host="db1")
        assert probe.gap(forced).seconds < DEADLINE_S + 2
    wait_cluster(lab, 10, writer="db1")
    assert_rows(lab, probe, "db1")


@pytest.mark.database
@pytest.mark.scenario(37)
def test_move_against_a_prepared_transaction_is_refused_until_that_is_ended(lab: Lab) -> None:
    probe = written_to(lab)
    db1 = lab.hosts["db1"]
    with db1.session() as session:
        for statement in ("XA START 'held'", "INSERT INTO app.writes (n, host) VALUES (1000001, 'held')",
                          "XA END 'held'", "XA PREPARE 'held'"):
            session.query(statement)
    asked = time.monotonic()
    assert lab.ctl("move_role", "writer", "db2")[0] == 0
    wait_until(lambda: "1 prepared XA transaction could be committed here" in failure(lab), 5, "the move to be given up")
    probe.wait_writing(5, after=time.monotonic(), host="db1")
    assert probe.gap(asked).seconds < UNNOTICED_S + NOISE_S, "writes were stopped for a move that was refused"

    db1.sql("XA COMMIT 'held'")
    again = time.monotonic()
    assert lab.ctl("move_role", "writer", "db2")[0] == 0
    probe.wait_writing(10, after=again, host="db2")
    wait_cluster(lab, 10, writer="db2")
    assert 1000001 in lab.hosts["db2"].rows()
    assert_rows(lab, probe, "db2")


def check_kept_out(lab: Lab, writer: PrivilegedWriter) -> None:
    """Nothing stops it on db1: so it is named, and so is what it wrote, which comes to no other host."""
    wait_until(lambda: "root@localhost" in lab.ctl("show")[1], 15, "the session to be named")
    wait_until(lambda: lab.states()["db1"] == "AWAITING_RECOVERY", 15, "the old writer to be kept out of service")
    assert "transactions that the writer db2 lacks" in lab.ctl("explain", "db1")[1]
    writer.stop()

    def listed() -> set[int]:
        [losses] = json.loads(lab.ctl("losses", "db1", "--json")[1])["hosts"]
        assert losses["problem"] is None and not losses["left_off"], losses
        return {int(n) for lost in losses["transactions"] for text in lost["statements"] for n in PRIVILEGED_ROW.findall(text)}

    on_db1, on_db2 = lab.hosts["db1"].rows(), lab.hosts["db2"].rows()
    extra = on_db1 - on_db2  # also what was committed and not acknowledged, as its session was ended
    assert extra and not set(writer.acknowledged) - on_db2 - extra, "what was acknowledged is on no host"
    # What it wrote before the move is there; only what came after db1 was the writer is missing.
    assert min(extra) > max(n for n in writer.acknowledged if n in on_db2)
    wait_until(lambda: listed() == extra, 10, "exactly these rows to be listed as lost")
    wait_cluster(lab, 10, writer="db2", states={"db1": "AWAITING_RECOVERY"}, detached=["db1"])


def check_shut_out(lab: Lab, writer: PrivilegedWriter) -> None:
    """Writing stops with the role, for everybody: so there is nothing that the writer lacks."""
    wait_cluster(lab, 10, writer="db2")
    count = len(writer.acknowledged)
    stays_true(lambda: len(writer.acknowledged) == count, 2, "the old writer takes no writes")
    assert set(writer.acknowledged) <= lab.hosts["db2"].rows()


@pytest.mark.database
@pytest.mark.scenario(37)
def test_privileged_session_cannot_outlive_a_move_unnoticed(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(monitor_settings={"replication_grace": '"0s"'})
    lab.start_cluster()
    probe = written_to(lab)
    writer = PrivilegedWriter(lab.hosts["db1"])
    try:
        wait_until(lambda: len(writer.acknowledged) > 20, 5, "the privileged session to write")
        asked = time.monotonic()
        assert lab.ctl("move_role", "writer", "db2")[0] == 0
        probe.wait_writing(15, after=asked, host="db2")
        # It connects anew, to the server itself.
        (check_shut_out if lab.server.lock_root_out else check_kept_out)(lab, writer)
    finally:
        writer.stop()
    probe.stop()
    assert not probe.lost_rows(lab.hosts["db2"])


@pytest.mark.scenario(37)
def test_privileged_sessions_are_ended_where_that_is_configured(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(top_settings={"end_privileged": "true"})
    lab.start_cluster()
    with contextlib.closing(root_session(lab.hosts["db3"])) as idle:
        def is_ended() -> bool:
            try:
                idle.cursor().execute("SELECT 1")
            except pymysql.Error:
                return True
            return False

        if lab.server.let_root_write:
            # It is read-only for root too: there is nothing to end.
            with pytest.raises(pymysql.Error) as refused:
                idle.cursor().execute("INSERT INTO app.writes (n, host) VALUES (999999, 'root')")
            assert refused.value.args[0] == READ_ONLY_SERVER
            stays_true(lambda: not is_ended(), 3, "the session stays")
        else:
            wait_until(is_ended, 15, "the session on a host that isn't the writer to be ended")
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    assert_rows(lab, probe, "db1")


@pytest.mark.database
@pytest.mark.scenario(38)
def test_events_follow_the_writer(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(top_settings={"events_follow_writer": "true"})
    lab.start_hosts()
    lab.start_databases()
    for host in lab.databases:
        with contextlib.closing(root_session(host)) as session:
            session.cursor().execute("SET SESSION sql_log_bin = 0")
            if right := lab.server.right_to_switch_events:
                session.cursor().execute(f"GRANT {right} ON *.* TO 'mmm_agent'@'192.168.10.%'")
    lab.start_mmm()
    lab.wait_online(30)

    def on() -> list[str]:
        scheduler = "SELECT @@GLOBAL.event_scheduler AS value"
        return [host.name for host in lab.databases if host.sql(scheduler)[0]["value"] == "ON"]

    wait_until(lambda: on() == ["db1"], 10, "the event scheduler to run on the writer alone")
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    asked = time.monotonic()
    assert lab.ctl("move_role", "writer", "db2")[0] == 0
    probe.wait_writing(10, after=asked, host="db2")
    wait_until(lambda: on() == ["db2"], 10, "the event scheduler to follow the writer")
    assert_rows(lab, probe, "db2")

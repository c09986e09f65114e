"""A slave whose replication is in trouble loses its reader address, and gets one back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mmmlab import Lab
from mmmlab.expect import assert_rows, wait_cluster

pytestmark = pytest.mark.database

PATIENCE = """
[check.rep_threads]
trap_period = "1s"
[check.rep_backlog]
trap_period = "1s"
max_backlog = "2s"
"""


@pytest.fixture
def impatient(make_lab: Callable[..., Lab]) -> Lab:
    """As always, but replication trouble counts after a second instead of a minute."""
    lab = make_lab(monitor_settings={"replication_grace": '"1s"'}, extra_config=PATIENCE)
    lab.start_cluster()
    return lab


def test_sql_thread_stopped_takes_the_reader_address_away_until_it_runs_again(impatient: Lab) -> None:
    db3 = impatient.hosts["db3"]
    probe = impatient.probe()
    probe.wait_writing(5)
    db3.stop_sql_thread()
    wait_cluster(impatient, 15, writer="db1", readers=["db4"], states={"db3": "REPLICATION_FAIL"}, detached=["db3"])
    db3.start_sql_thread()
    wait_cluster(impatient, 15, writer="db1")
    assert_rows(impatient, probe, "db1")


def test_lag_beyond_max_backlog_takes_the_reader_address_away_until_it_caught_up(impatient: Lab) -> None:
    db3 = impatient.hosts["db3"]
    probe = impatient.probe()
    probe.wait_writing(5)
    with db3.session(60) as blocker:
        blocker.query("LOCK TABLES app.writes READ")
        wait_cluster(impatient, 20, writer="db1", readers=["db4"], states={"db3": "REPLICATION_DELAY"})
    wait_cluster(impatient, 15, writer="db1")
    assert_rows(impatient, probe, "db1")

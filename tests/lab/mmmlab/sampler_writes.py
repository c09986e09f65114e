"""The sampler's own writes: does a host take one through the writer's address, from where no cut reaches?

Each database's host is asked from inside its own network while it has the address, so that both sides of a partition
are seen, whichever the clients reach. The row is in no binary log: nothing replicates, and nothing is lost by a fault.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection

import pymysql

from .namespace import inside_network
from .topology import MYSQL_PORT, SAMPLER, WRITER_IP

PERIOD_S = 0.02
# Long, so that a server that is stuck isn't left with a session for each attempt.
ANSWER_TIMEOUT_S = 5.0
OVER_S = 0.1
_WRITE = "UPDATE sampler.writes SET n = n + 1"


class LocalWrites:
    """One host's. `report` is given what began and what ended; `addresses` says what the host has."""

    def __init__(self, name: str, pids: dict[str, int], addresses: Callable[[], Collection[str]],
                 report: Callable[..., None]) -> None:
        self._name = name
        self._pids = pids
        self._addresses = addresses
        self._report = report
        self._connection: pymysql.connections.Connection | None = None
        self._lock = threading.Lock()
        self._last: tuple[float, float] | None = None  # when the last one was sent and when acknowledged
        threading.Thread(target=self._run, daemon=True).start()

    def end_if_over(self) -> None:
        """To be called often: tells when a host that took writes takes none any more."""
        with self._lock:
            if self._last and time.monotonic() - self._last[1] > OVER_S:
                self._report(host=self._name, wrote_until=self._last[0])
                self._last = None

    def _run(self) -> None:
        while True:
            if WRITER_IP in self._addresses():
                self._try_one()
            elif self._connection:
                self._close()
            time.sleep(PERIOD_S)

    def _try_one(self) -> None:
        try:
            if not self._connection and not self._connect():
                return
            assert self._connection
            sent = time.monotonic()
            with self._connection.cursor() as cursor:
                cursor.execute(_WRITE)
        except (pymysql.Error, OSError):
            self._close()
            return
        self._note(sent, time.monotonic())

    def _note(self, sent: float, acknowledged: float) -> None:
        with self._lock:
            if not self._last:
                self._report(host=self._name, wrote_from=acknowledged)
            self._last = (sent, acknowledged)

    def _connect(self) -> bool:
        """False when it was another host that answered: the address has just gone there."""
        user, password = SAMPLER
        with inside_network(self._pids[self._name]):
            self._connection = pymysql.connect(
                host=WRITER_IP, port=MYSQL_PORT, user=user, password=password, autocommit=True,
                init_command="SET sql_log_bin = 0", connect_timeout=ANSWER_TIMEOUT_S, read_timeout=ANSWER_TIMEOUT_S,
                write_timeout=ANSWER_TIMEOUT_S)
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT @@report_host")
            answered = cursor.fetchone()[0]
        if answered != self._name:
            self._close()
        return answered == self._name

    def _close(self) -> None:
        if self._connection:
            self._connection._force_close()  # noqa: SLF001 - no farewell to a server that may be gone
            self._connection = None

"""The writing client. Run as: python3 -m mmmlab.probe_writer ADDRESS PERIOD_S FIRST_N

One INSERT each period through one address, autocommit, over a connection that is made anew after any error. Each
attempt uses a number of its own, so a row whose acknowledgement was lost can't be mistaken for an acknowledged one.
Prints `ok N SENT ACKNOWLEDGED HOST` or `error N SENT NOW MESSAGE`, times in seconds of the monotonic clock, which all
namespaces of a machine share. SIGTERM ends it after the running attempt.
"""

from __future__ import annotations

import signal
import sys
import time

import pymysql

from .topology import APP

CONNECT_TIMEOUT_S = 0.3
IO_TIMEOUT_S = 0.5


class Writer:
    """A connection when one stands, and the name of the server at its other end."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: pymysql.connections.Connection | None = None
        self.server = ""

    def insert(self, n: int) -> None:
        """Returns only if the server acknowledged the row."""
        if self._connection is None:
            self._connection = pymysql.connect(
                host=self._address, user=APP[0], password=APP[1], database="app", autocommit=True,
                connect_timeout=CONNECT_TIMEOUT_S, read_timeout=IO_TIMEOUT_S, write_timeout=IO_TIMEOUT_S)
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT @@report_host")
                self.server = cursor.fetchone()[0]
        with self._connection.cursor() as cursor:
            cursor.execute("INSERT INTO writes (n, host) VALUES (%s, @@report_host)", (n,))

    def forget_connection(self) -> None:
        if self._connection is not None:
            self._connection._force_close()  # noqa: SLF001 - no farewell to a server that may be gone
            self._connection = None


def main() -> None:
    address, period_s, n = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    writer = Writer(address)
    due = time.monotonic()
    while not stopped:
        sent = time.monotonic()
        try:
            writer.insert(n)
            print(f"ok {n} {sent:.6f} {time.monotonic():.6f} {writer.server}", flush=True)
        except (pymysql.Error, OSError) as error:
            print(f"error {n} {sent:.6f} {time.monotonic():.6f} {error!r}", flush=True)
            writer.forget_connection()
        n += 1
        due = max(due + period_s, time.monotonic() - period_s)  # after an outage: no burst to catch up
        time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    main()

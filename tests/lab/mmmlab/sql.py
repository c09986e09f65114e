"""A root session on a server of the lab, through its unix socket."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymysql
from pymysql.cursors import DictCursor

SOCKET = "/run/mysqld/mysqld.sock"


@contextlib.contextmanager
def session(socket_path: Path, timeout_s: float = 5) -> Iterator[pymysql.connections.Connection]:
    """A session of root. Nothing takes longer than `timeout_s` seconds, also on a frozen server."""
    connection = pymysql.connect(unix_socket=str(socket_path), user="root", autocommit=True, connect_timeout=timeout_s,
                                 read_timeout=timeout_s, write_timeout=timeout_s, cursorclass=DictCursor)
    try:
        yield connection
    finally:
        connection.close()


def query(socket_path: Path, statement: str, timeout_s: float = 5) -> list[dict[str, Any]]:
    """Runs one statement as root and returns its rows, column names as keys."""
    with session(socket_path, timeout_s) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())

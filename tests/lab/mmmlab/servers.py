"""The servers that the lab can run, and which of them it does run."""

from __future__ import annotations

from .mariadb import MariaDb
from .mysql import MySql
from .server import Server

DEFAULT = "mariadb-10.11"
SERVERS: dict[str, Server] = {
    server.kind: server
    for server in (MariaDb(DEFAULT, own=True), MariaDb("mariadb-11.8", own=False), MySql("mysql-9", own=False))
}
_chosen = DEFAULT


def choose(kind: str) -> None:
    """For all labs that this process makes from now on."""
    global _chosen  # noqa: PLW0603 - an option of the whole run
    if kind not in SERVERS:
        raise ValueError(f"no server is called {kind}; there are {', '.join(SERVERS)}")
    _chosen = kind


def chosen() -> Server:
    return SERVERS[_chosen]

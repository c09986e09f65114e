"""A database server, asked through the mariadb client: one process a statement, as rows of names and values."""

from __future__ import annotations

import os
import re
import subprocess

_ERROR = re.compile(r"ERROR (\d+)")


class DatabaseError(Exception):
    """`code` is the server's or the client library's number; 0 for a statement that took too long."""

    def __init__(self, text: str) -> None:
        super().__init__(text.strip())
        found = _ERROR.search(text)
        self.code = int(found.group(1)) if found else 0


class Database:
    def __init__(self, host: dict[str, str], account: str, timeout_s: float = 10) -> None:
        """`host` is a host's section, `account` is agent, monitor or replication."""
        self._timeout_s = timeout_s
        self._command = ["mariadb", "--no-defaults", "--protocol=tcp", f"--host={host['ip']}",
                         f"--port={host['mysql_port']}", f"--user={host[f'{account}_user']}", "--batch",
                         f"--connect-timeout={max(1, int(timeout_s))}"]
        self._environment = {**os.environ, "MYSQL_PWD": host[f"{account}_password"]}

    def run(self, statement: str) -> list[dict[str, str]]:
        try:
            done = subprocess.run([*self._command, f"--execute={statement}"], env=self._environment, text=True,
                                  capture_output=True, timeout=self._timeout_s, check=False)
        except subprocess.TimeoutExpired:
            raise DatabaseError(f"no answer within {self._timeout_s:g} s") from None
        if done.returncode != 0:
            raise DatabaseError(done.stderr)
        if not done.stdout:
            return []
        names, *rows = [line.split("\t") for line in done.stdout.removesuffix("\n").split("\n")]
        return [dict(zip(names, row)) for row in rows]

    def value(self, expression: str) -> str:
        return self.run(f"SELECT {expression} AS value")[0]["value"]

    def slave_status(self) -> dict[str, str]:
        """Empty when replication isn't set up."""
        rows = self.run("SHOW SLAVE STATUS")
        return rows[0] if rows else {}

    def position(self) -> dict[str, int]:
        """The last transaction of each replication domain that is in the binary log."""
        gtids = [gtid.split("-") for gtid in self.value("@@GLOBAL.gtid_binlog_pos").split(",") if gtid]
        return {domain: int(sequence) for domain, _server, sequence in gtids}

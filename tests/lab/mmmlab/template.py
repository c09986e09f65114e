"""The data directory that every server of a lab starts from, made once and cached.

Its accounts, schema and settings are written below; a change of them, or another server version, makes a new one.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from . import topology

# MariaDB splits SUPER. The README's rights, and not one more: what is missing there fails here.
_GRANTS = {
    topology.MONITOR_USER: "SLAVE MONITOR",
    topology.AGENT: "PROCESS, CONNECTION ADMIN, READ_ONLY ADMIN, REPLICATION SLAVE ADMIN, SLAVE MONITOR",
    topology.REPLICATION: "REPLICATION SLAVE",
}
_NETWORKS = ("192.168.10.%", "2001:db8:10:%")
_SIZES = ("--innodb-log-file-size=16M", "--innodb-buffer-pool-size=32M")


def setup_sql() -> str:
    """Accounts and the application's table. Not in the binary log: all servers begin with the same, and empty GTIDs."""
    lines = ["SET sql_log_bin = 0;", "CREATE DATABASE app;", "USE app;",
             "CREATE TABLE writes (id BIGINT AUTO_INCREMENT PRIMARY KEY, n BIGINT NOT NULL UNIQUE, "
             "host VARCHAR(64) NOT NULL) ENGINE=InnoDB;",
             "CREATE DATABASE sampler;",
             "CREATE TABLE sampler.writes (n BIGINT NOT NULL) ENGINE=InnoDB;", "INSERT INTO sampler.writes VALUES (0);"]
    for network in _NETWORKS:
        for (user, password), rights in _GRANTS.items():
            lines.append(f"GRANT {rights} ON *.* TO '{user}'@'{network}' IDENTIFIED BY '{password}';")
        user, password = topology.APP
        lines.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON app.* TO '{user}'@'{network}' "
                     f"IDENTIFIED BY '{password}';")
        # Its writes are in no binary log, and read_only refuses them as anybody's.
        user, password = topology.SAMPLER
        lines.append(f"GRANT BINLOG ADMIN ON *.* TO '{user}'@'{network}' IDENTIFIED BY '{password}';")
        lines.append(f"GRANT SELECT, UPDATE ON sampler.* TO '{user}'@'{network}';")
    return "\n".join(lines) + "\n"


def data_directory() -> Path:
    """The cached template; made when it isn't there yet."""
    cache = Path(os.environ.get("MMM_CACHE") or Path.home() / ".cache" / "mmm") / "lab"
    version = subprocess.run(["mariadbd", "--version"], check=True, capture_output=True, text=True).stdout
    key = hashlib.sha256("\n".join([version, setup_sql(), *_SIZES]).encode()).hexdigest()[:16]
    target = cache / f"mariadb-{version.split()[2].partition('-')[0]}-{key}"
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / "lock"):
        if not target.exists():
            _make(target)
    return target


def copy_to(target: Path) -> None:
    """A fresh data directory at `target`, owned by mysql. Holes stay holes."""
    subprocess.run(["cp", "-a", "--sparse=always", str(data_directory()), str(target)], check=True)
    subprocess.run(["chown", "-R", "mysql:mysql", str(target)], check=True)


def _make(target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    # As root, since the cache may be where mysql can't look (a home directory).
    common = ["--no-defaults", f"--datadir={unfinished}", "--user=root", *_SIZES]
    _run(["mariadb-install-db", *common, "--skip-test-db", "--auth-root-authentication-method=socket",
          "--auth-root-socket-user=root"], "")
    # A bootstrapping server checks no rights and can't GRANT, unless told to load them first.
    _run(["mariadbd", *common, "--bootstrap"], "FLUSH PRIVILEGES;\n" + setup_sql())
    unfinished.rename(target)


def _run(argv: list[str], stdin: str) -> None:
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True)
    if done.returncode != 0 or "ERROR" in done.stderr:
        raise RuntimeError(f"{argv[0]} failed ({done.returncode}):\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Only one lab at a time makes the template."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

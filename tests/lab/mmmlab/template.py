"""The data directory that every server of a lab starts from, made once for each kind of server and cached.

Its accounts, schema and settings are the server's; a change of them, or another version of it, makes a new one.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .server import Server


@functools.cache
def data_directory(server: Server) -> Path:
    """The cached template; made when it isn't there yet."""
    cache = Path(os.environ.get("MMM_CACHE") or Path.home() / ".cache" / "mmm") / "lab"
    version = server.version()
    key = hashlib.sha256("\n".join([version, server.settings, *server.setup_sql()]).encode()).hexdigest()[:16]
    target = cache / f"{server.kind}-{version}-{key}"
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / f"{server.kind}.lock"):
        if not target.exists():
            unfinished = target.with_name(f"{target.name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            server.make_data(unfinished)
            unfinished.rename(target)
    return target


def copy_to(server: Server, target: Path) -> None:
    """A fresh data directory at `target`, owned by mysql. Holes stay holes."""
    subprocess.run(["cp", "-a", "--sparse=always", str(data_directory(server)), str(target)], check=True)
    subprocess.run(["chown", "-R", "mysql:mysql", str(target)], check=True)


def run(argv: list[str], stdin: Iterable[str] = ()) -> None:
    """Runs a server's program to its end, or says what it said."""
    done = subprocess.run(argv, input="\n".join(stdin) + "\n", capture_output=True, text=True)
    if done.returncode != 0 or "ERROR" in done.stderr:
        raise RuntimeError(f"{' '.join(argv)} failed ({done.returncode}):\n{done.stdout[-2000:]}\n"
                           f"{done.stderr[-3000:]}")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Only one lab at a time makes the template."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

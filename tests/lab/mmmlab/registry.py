"""Which labs are on this machine, and the sweeping up of those whose owner is gone.

Each lab has a directory for everything it writes, with lab.json inside: who owns it and the pid 1 of each host.
A pid alone could have been given to another process since; with the time the process started it can't be mistaken.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from .namespace import kill_processes, start_ticks

_RECORD = "lab.json"
_NEEDED_BYTES = 1 << 30


def base_directory() -> Path:
    """Where labs keep their data: in memory if there is room, since every commit is synced; else on disk."""
    wanted = os.environ.get("MMM_LAB_DIR")
    if wanted:
        return Path(wanted)
    shared = Path("/dev/shm")
    if shared.is_dir() and shutil.disk_usage(shared).free >= _NEEDED_BYTES:
        return shared / "mmm-lab"
    return Path("/var/tmp/mmm-lab")


def new_directory(prefix: str) -> Path:
    """A directory of its own for a lab; mysql can reach into it."""
    base = base_directory()
    base.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix=f"{prefix}-", dir=base))
    path.chmod(0o755)
    if shutil.disk_usage(path).free < _NEEDED_BYTES:
        shutil.rmtree(path)
        raise RuntimeError(f"{base} has less than 1 GiB free: set MMM_LAB_DIR to a directory with more")
    return path


def write_record(directory: Path, inits: dict[str, list[int]], kept: bool = False, **more: Any) -> None:
    """`inits`: for each host the pid of its pid 1 and when that started. A kept lab lives without its owner."""
    owner = os.getpid()
    record = {"owner": [owner, start_ticks(owner)], "kept": kept, "inits": inits, **more}
    unfinished = directory / f".{_RECORD}"
    unfinished.write_text(json.dumps(record))
    unfinished.rename(directory / _RECORD)


def read_record(directory: Path) -> dict[str, Any] | None:
    try:
        return json.loads((directory / _RECORD).read_text())
    except (OSError, ValueError):
        return None


def remove(directory: Path) -> None:
    """Ends what the record names and removes all that the lab wrote."""
    record = read_record(directory) or {}
    kill_processes((pid, started) for pid, started in record.get("inits", {}).values())
    shutil.rmtree(directory, ignore_errors=True)


def sweep() -> list[str]:
    """Removes the labs whose owner is gone, except kept ones. Returns their names."""
    base = base_directory()
    swept = []
    for directory in sorted(base.iterdir()) if base.is_dir() else []:
        record = read_record(directory)
        if record is None:
            if _young(directory):
                continue  # being made right now
        elif record["kept"] or start_ticks(record["owner"][0]) == record["owner"][1]:
            continue
        remove(directory)
        swept.append(directory.name)
    return swept


def kept_labs(prefix: str) -> list[Path]:
    base = base_directory()
    """Labs that were left running on purpose, oldest name first."""
    return [path for path in sorted(base.glob(f"{prefix}-*")) if (read_record(path) or {}).get("kept")]


def _young(directory: Path) -> bool:
    try:
        return directory.stat().st_mtime > time.time() - 60
    except OSError:
        return True

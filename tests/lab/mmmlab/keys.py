"""Keys as operators make them."""

from __future__ import annotations

import subprocess
from pathlib import Path


def new_key(binary: Path, name: str) -> str:
    """A new cluster key: the line that `mmm keygen` prints."""
    done = subprocess.run([binary, "keygen", "--name", name], check=True, capture_output=True, text=True, timeout=10)
    assert done.stdout.startswith(f"mmm-key-1:{name}:") and done.stdout.count("\n") == 1
    return done.stdout

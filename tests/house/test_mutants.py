"""The mutants of the lease rules and the cores fit the sources as they are: one that doesn't apply proves nothing."""

import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
MUTANTS = sorted((TOP / "tests/sim/mutants").glob("*.patch"))


def applies(patch):
    command = ["patch", "--strip=1", "--dry-run", "--force", f"--input={patch}"]
    return subprocess.run(command, cwd=TOP, capture_output=True, timeout=10, check=False).returncode == 0


def test_every_mutant_applies():
    assert MUTANTS
    stale = [patch.stem for patch in MUTANTS if not applies(patch)]
    assert not stale, f"mutants that don't fit the sources any more: {', '.join(stale)}"


def test_a_mutant_that_does_not_apply_is_found(tmp_path):
    stale = tmp_path / "stale.patch"
    stale.write_text("--- a/core/lease/holder.cpp\n+++ b/core/lease/holder.cpp\n@@ -1,1 +1,1 @@\n-never there\n+changed\n")
    assert not applies(stale)

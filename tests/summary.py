#!/usr/bin/env python3
"""Sums up a run of the tests: prints "N passed, N failed", with ", N skipped" if any.

Usage: tests/summary.py FOLDER

FOLDER holds JUnit files of CTest (ctest-*.xml) and pytest (pytest-*.xml) and the file `recorded` with lines
"passed|failed|skipped NAME". CTest knows executables only, so their cases are counted from what Catch2 or pytest printed
last; an executable that ended without such a summary counts as one case. The exit status is 0 when nothing failed and
something passed.
"""

import collections
import pathlib
import re
import sys
import xml.etree.ElementTree

CATCH_PASSED = re.compile(r"^All tests passed \(.* in (\d+) test cases?\)$", re.MULTILINE)
CATCH_TABLE = re.compile(r"^test cases: .*$", re.MULTILINE)
PYTEST_LINE = re.compile(r"^=* ?(\d+ (?:passed|failed|skipped|error).*) in [0-9.]+s.*$", re.MULTILINE)


def cases_of_output(output, succeeded):
    """The counts that the output of one executable names."""
    counts = collections.Counter()
    if passed := CATCH_PASSED.findall(output):
        counts["passed"] = int(passed[-1])
    elif table := CATCH_TABLE.findall(output):
        for number, word in re.findall(r"(\d+) (passed|failed)", table[-1]):
            counts[word] += int(number)
    elif line := PYTEST_LINE.findall(output):
        for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", line[-1]):
            counts["failed" if word == "error" else word] += int(number)
    # What ends badly has failed, whatever it printed (a sanitizer's report at exit, a time-out).
    if succeeded and not counts:
        counts["passed"] = 1
    if not succeeded and not counts["failed"]:
        counts["failed"] = 1
    return counts


def cases_of_ctest(path):
    counts = collections.Counter()
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        if case.get("status") in ("notrun", "disabled"):
            counts["skipped" if case.get("status") == "disabled" else "failed"] += 1
        else:
            counts += cases_of_output(case.findtext("system-out") or "", case.find("failure") is None)
    return counts


def cases_of_pytest(path):
    counts = collections.Counter()
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            counts["failed"] += 1
        elif case.find("skipped") is not None:
            counts["skipped"] += 1
        else:
            counts["passed"] += 1
    return counts


def total(folder):
    counts = collections.Counter()
    for path in sorted(folder.glob("ctest-*.xml")):
        counts += cases_of_ctest(path)
    for path in sorted(folder.glob("pytest-*.xml")):
        counts += cases_of_pytest(path)
    recorded = folder / "recorded"
    if recorded.exists():
        counts += collections.Counter(line.split()[0] for line in recorded.read_text().splitlines())
    return counts


def main():
    counts = total(pathlib.Path(sys.argv[1]))
    line = f"{counts['passed']} passed, {counts['failed']} failed"
    print(line + (f", {counts['skipped']} skipped" if counts["skipped"] else ""))
    return 0 if counts["failed"] == 0 and counts["passed"] > 0 else 1


if __name__ == "__main__":
    sys.exit(main())

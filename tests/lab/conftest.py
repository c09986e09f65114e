"""Fixtures of the lab's cases: a fresh cluster for each, and everything about it on the page when one fails."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from mmmlab import Lab, servers  # noqa: E402 - the path comes first
from mmmlab.books import imbalance  # noqa: E402
from mmmlab.mixed import MixedLab  # noqa: E402
from mmmlab.report import keep_logs  # noqa: E402
from mmmlab.standing import SETTINGS, Case, Standing  # noqa: E402
from mmmlab.verdict import overlaps  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[2]
NOT_ROOT = "THE LAB WAS NOT RUN: it needs root for network namespaces. Run it with sudo."
FIGURES = "figures"
_LABS: list[Lab] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--server", choices=list(servers.SERVERS), default=servers.DEFAULT,
                     help="the database server of all labs (default: %(default)s)")
    parser.addoption("--semi-sync-runs", type=int, default=3, metavar="N",
                     help="how often the semi-synchronous writer is killed under load (default: %(default)s)")
    parser.addoption("--failover-runs", type=int, default=1, metavar="N",
                     help="how often the writer is killed where the client's gap is measured, with and without TLS to "
                          "the databases (default: %(default)s)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "scenario(number, ...): the fault scenarios that the case is a test of")
    config.addinivalue_line("markers", "database: what the case shows depends on the kind of database server")
    servers.choose(config.getoption("--server"))
    # Ctrl-C already ends pytest in order; so shall SIGTERM.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.geteuid() != 0:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=NOT_ROOT))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if os.geteuid() != 0:
        terminalreporter.section(NOT_ROOT, yellow=True)
    not_run = [f"{report.nodeid.partition('::')[2]}: {report.longrepr[2]}"
               for report in terminalreporter.getreports("skipped") if isinstance(report.longrepr, tuple)]
    if not_run and os.geteuid() == 0:
        terminalreporter.section("NOT RUN", yellow=True)
        terminalreporter.write_line("\n".join(not_run))
    lines = [f"{report.nodeid.partition('::')[2]}: {value}" for outcome in ("passed", "failed")
             for report in terminalreporter.getreports(outcome) if report.when == "call"
             for name, value in report.user_properties if name == FIGURES]
    if lines:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(lines))


@pytest.hookimpl(trylast=True)
def pytest_runtest_call() -> None:
    """After the case itself: whatever it tried, there were never two writers, and no row was lost in silence."""
    for lab in _LABS:
        found = overlaps(lab)
        assert not found, "two writers:\n" + "\n".join(found[:20])
        # Programs of MMM 2.2 tell no positions: with them losses can't be known.
        wrong = "" if isinstance(lab, MixedLab) else imbalance(lab)
        assert not wrong, f"the books don't balance: {wrong}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Adds the case's figures, and to the report of a failure the lab's description, while the lab still stands."""
    case = getattr(item, "funcargs", {}).get("case")
    if case and call.when == "call":
        item.user_properties.append((FIGURES, ", ".join(case.figures) or "none"))
    outcome: Any = yield
    report = outcome.get_result()
    if report.failed and call.when != "teardown":
        for lab in _LABS:
            report.sections.append(("lab", lab.describe()))
            keep_logs(lab, item.name)


@pytest.fixture(scope="session")
def binary() -> Path:
    """The mmm under test."""
    path = Path(os.environ.get("MMM_BINARY") or REPOSITORY / "build" / "release" / "mmm").resolve()
    if not path.is_file():
        pytest.exit(f"{path} isn't there: build it (cmake --preset release && cmake --build --preset release), "
                    "or say in MMM_BINARY which mmm to test", returncode=2)
    return path


@contextlib.contextmanager
def lab_maker(binary: Path) -> Iterator[Callable[..., Lab]]:
    with contextlib.ExitStack() as labs:
        def make(**options: Any) -> Lab:
            lab = labs.enter_context(Lab("case", binary, **options))
            _LABS.append(lab)
            labs.callback(_LABS.remove, lab)
            return lab

        yield make


@pytest.fixture
def make_lab(binary: Path) -> Iterator[Callable[..., Lab]]:
    """A function that makes a lab; its arguments go to Lab. Nothing is started yet."""
    with lab_maker(binary) as make:
        yield make


@pytest.fixture(scope="module")
def make_module_lab(binary: Path) -> Iterator[Callable[..., Lab]]:
    """The same, for labs that stand until the module's cases are over."""
    with lab_maker(binary) as make:
        yield make


@pytest.fixture
def make_mixed(binary: Path) -> Iterator[Callable[..., MixedLab]]:
    """A function that makes a cluster of old and new programs, all ONLINE, or with start=False just its hosts and
    servers. Other arguments go to MixedLab."""
    with contextlib.ExitStack() as labs:
        def make(start: bool = True, **options: Any) -> MixedLab:
            if options.get("old") and (reason := servers.chosen().no_original):
                pytest.skip(reason)
            lab = labs.enter_context(MixedLab("mixed", binary, **options))
            _LABS.append(lab)
            labs.callback(_LABS.remove, lab)
            lab.start_hosts()
            lab.start_databases()
            if start:
                lab.start_mmm()
                lab.wait_online(30)
            return lab

        yield make


@pytest.fixture
def lab(make_lab: Callable[..., Lab]) -> Lab:
    """The five hosts at default settings, all ONLINE."""
    lab = make_lab()
    lab.start_cluster()
    return lab


@pytest.fixture(scope="module")
def standing(binary: Path) -> Iterator[Standing]:
    """The cluster that the cases of a module share."""
    with contextlib.ExitStack() as labs:
        yield Standing(lambda: labs.enter_context(Lab("standing", binary, monitor_settings=SETTINGS)))


@pytest.fixture
def case(standing: Standing, request: pytest.FixtureRequest) -> Iterator[Case]:
    """A whole cluster with its writer on db1 and a client that writes. What the case broke is mended after it; if that
    can't be done it's an error."""
    case = standing.case()
    _LABS.append(case.lab)
    try:
        yield case
        standing.mend(request.node.name)
    finally:
        _LABS.remove(case.lab)

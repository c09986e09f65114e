"""The demo: a cluster comes up, its writer dies and is replaced, comes back, and gets its role back as planned work.

Run by packaging/demo, which installs and builds first: python3 -m mmmlab.demo BINARY [--keep] | exec CMD... | down
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from . import registry
from .expect import wait_cluster
from .lab import Lab
from .namespace import start_ticks
from .probe import WritingProbe
from .screen import Screen
from .timeline import Moment, Step, writer_steps
from .topology import MONITOR, WRITER_IP

PREFIX = "demo"
_SENTENCES = {
    "detected": "{host}: {reason}",
    "released": "{host} has let go of {slot}",
    "granted": "{slot} goes to {host}",
    "writable": "{host} takes writes",
}


def sentence(step: Step) -> str:
    """What the event means, in words."""
    fields = {key: step.fields.get(key, "?") for key in ("host", "slot", "reason")}
    return _SENTENCES[step.event].format(**fields)


def count_rows(screen: Screen, probe: WritingProbe, writer: str, lab: Lab) -> None:
    """Fails the demo if an acknowledged row is missing."""
    lost = probe.lost_rows(lab.hosts[writer])
    if lost:
        raise AssertionError(f"{len(lost)} acknowledged rows are missing on {writer}: {[row.n for row in lost[:5]]}")
    screen.line(f"{len(probe.writes())} rows acknowledged so far, all of them on {writer}.")


def bring_up(screen: Screen, lab: Lab) -> None:
    screen.heading("Five hosts, each in network namespaces of its own")
    with screen.step("db1 to db5 and a client, on a switch", "up"):
        lab.start_hosts()
    with screen.step("MariaDB on db1 to db4", "db1 and db2 replicate from each other, db3 and db4 from db1"):
        lab.start_databases()
    with screen.step("an agent on db1 to db4, the monitor on db5", "all ONLINE"):
        lab.start_mmm()
        lab.wait_online(30)
        wait_cluster(lab, 10, writer="db1")
    show(screen, lab)


def show(screen: Screen, lab: Lab) -> None:
    screen.line()
    screen.line("$ mmm ctl show")
    for line in lab.ctl("show")[1].splitlines():
        screen.line(line)


def fail_over(screen: Screen, lab: Lab, probe: WritingProbe) -> None:
    screen.heading(f"A client writes a row every 10 ms to {WRITER_IP}. Now mysqld on db1 is killed")
    probe.wait_writing(10, host="db1")
    with probe.between_writes():  # a row that db2 hasn't got yet would keep db1 from coming back
        killed = Moment.of(lab.hosts["db1"].kill_mysqld())
    probe.wait_writing(20, after=killed.monotonic, host="db2")
    gap = probe.gap(killed.monotonic)
    assert lab.monitor
    rows = [("0 ms", "killed", "mysqld on db1, by SIGKILL")]
    rows += [(f"{step.since_ms:.0f} ms", step.event, sentence(step)) for step in writer_steps(lab.monitor, killed)]
    rows.append((f"{(gap.end - killed.monotonic) * 1000:.0f} ms", "writes resumed", f"on db2, through {WRITER_IP}"))
    screen.table(sorted(rows, key=lambda row: int(row[0].split()[0])))
    screen.line()
    screen.line(f"Gap between two acknowledged writes: {gap.seconds * 1000:.0f} ms.")
    wait_cluster(lab, 10, writer="db2", states={"db1": "HARD_OFFLINE"}, silent=["db1"])
    count_rows(screen, probe, "db2", lab)
    show(screen, lab)


def bring_back(screen: Screen, lab: Lab) -> None:
    screen.heading("mysqld on db1 is started again")
    with screen.step("db1 recovers and rejoins", "ONLINE, read-only, replicates from db2"):
        lab.hosts["db1"].start_mysqld()
        wait_cluster(lab, 30, writer="db2")


def move_home(screen: Screen, lab: Lab, probe: WritingProbe) -> None:
    screen.heading("Planned work: the writer moves home, while the client writes")
    probe.wait_writing(10, after=time.monotonic(), host="db2")
    screen.line("$ mmm ctl move_role writer db1")
    asked = time.monotonic()
    status, text = lab.ctl("move_role", "writer", "db1")
    screen.line(text.strip())
    if status != 0:
        raise AssertionError(f"mmm ctl move_role ended with {status}")
    probe.wait_writing(20, after=asked, host="db1")
    screen.line()
    screen.line(f"Gap between two acknowledged writes: {probe.gap(asked).seconds * 1000:.0f} ms.")
    wait_cluster(lab, 10, writer="db1")
    probe.stop()
    count_rows(screen, probe, "db1", lab)
    show(screen, lab)


@contextlib.contextmanager
def explained(screen: Screen, lab: Lab) -> Iterator[None]:
    """After a failure in the block, everything about the cluster is in a file, whose name is shown."""
    try:
        yield
    except Exception:
        with tempfile.NamedTemporaryFile("w", prefix="mmm-demo-", suffix=".log", delete=False) as file:
            file.write(lab.describe())
        screen.line(f"States, logs and addresses at this moment are in {file.name}")
        raise


def run(binary: Path, keep: bool) -> int:
    screen = Screen()
    if keep and registry.kept_labs(PREFIX):
        screen.failure("a demo is running already: play with it, or end it with `packaging/demo down`")
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Lab(PREFIX, binary) as lab, explained(screen, lab):
            bring_up(screen, lab)
            probe = lab.probe()
            fail_over(screen, lab, probe)
            bring_back(screen, lab)
            move_home(screen, lab, probe)
            if keep:
                lab.keep()
    except KeyboardInterrupt:
        screen.failure("interrupted; everything that was started has been ended")
        return 130
    except Exception as error:  # noqa: BLE001 - whatever went wrong, a person reads it
        screen.failure(f"{error}")
        return 1
    screen.success("All went well." + ("" if keep else " Everything that was started has been ended."))
    play_on(screen, keep)
    return 0


def play_on(screen: Screen, keep: bool) -> None:
    """How to go on from here."""
    if not keep:
        screen.line("Leave it running with `sudo packaging/demo --keep`, then play with it.")
        return
    screen.line("It stays up. Commands run on db5, say:")
    for command in ("exec mmm ctl show", "exec mmm ctl watch", "exec mmm ctl set_offline db3", "exec mmm ctl checks",
                    "exec ping -c1 db1", "down"):
        screen.line(f"  sudo packaging/demo {command}")


def execute(command: list[str]) -> int:
    """Becomes `command` on db5 of the demo that was kept."""
    for directory in registry.kept_labs(PREFIX):
        record = registry.read_record(directory) or {}
        pid, started = record["inits"][MONITOR]
        if start_ticks(pid) == started:
            path = f"{record['tools']}:{os.environ.get('PATH', '/usr/sbin:/usr/bin:/sbin:/bin')}"
            enter = ["nsenter", f"--target={pid}", "--net", "--uts", "--ipc", "--mount", "--pid", "--wdns=/", "--"]
            os.execvp("nsenter", [*enter, "env", f"PATH={path}", *command])
    print("No demo is running. Start one with: sudo packaging/demo --keep", file=sys.stderr)
    return 1


def down() -> int:
    """Ends the demos that were kept."""
    labs = registry.kept_labs(PREFIX)
    for directory in labs:
        registry.remove(directory)
    print("The demo is down." if labs else "No demo was running.")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="packaging/demo", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--keep", action="store_true", help="leave the cluster running at the end")
    parser.add_argument("--binary", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("word", nargs="?", choices=["exec", "down"], help="run a command on db5, or end the demo")
    parser.add_argument("command", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.word == "down":
        return down()
    if options.word == "exec":
        return execute(options.command) if options.command else parser.error("exec what? Try: exec mmm ctl show")
    return run(options.binary, options.keep)


if __name__ == "__main__":
    sys.exit(main())

"""Kernel namespaces as objects: made with a pid 1 of their own, entered to run commands, ended by killing pid 1."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .wait import wait_until

_libc = ctypes.CDLL(None, use_errno=True)
_INIT = Path(__file__).with_name("init.py")
PYTHON = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable

# The mount namespace comes last: entering it changes which /proc is seen.
ALL_KINDS = ("net", "uts", "ipc", "mnt")


def set_namespace(fd: int) -> None:
    """Moves the calling thread into the namespace behind `fd`."""
    if _libc.setns(fd, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"cannot enter namespace: {os.strerror(error)}")


@contextlib.contextmanager
def inside_network(pid: int) -> Iterator[None]:
    """The calling thread is in the network of `pid` within the block: sockets opened there belong to it."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        target = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
        try:
            set_namespace(target)
        finally:
            os.close(target)
        yield
    finally:
        set_namespace(home)
        os.close(home)


def start_ticks(pid: int) -> int:
    """When the process started, in clock ticks since boot; 0 when there is none. With the pid it names a process."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return 0


def _only_child(pid: int) -> int:
    return int((Path(f"/proc/{pid}/task/{pid}/children").read_text().split() or ["0"])[0])


class Namespace:
    """The namespaces of one host (network, process ids, mounts, name, ipc), as long as its pid 1 lives."""

    def __init__(self, name: str, upper: Path | None) -> None:
        """Starts pid 1 and returns at once: call `wait_ready` before anything else. `upper` holds what the host
        writes below /etc and /var; without it the host has the machine's file system."""
        self.name = name
        self._kinds = ALL_KINDS if upper else ("net",)
        self._parent = subprocess.Popen(
            ["unshare", "--net", "--pid", "--mount", "--uts", "--ipc", "--fork", "--kill-child=KILL", "--mount-proc",
             "--propagation=private", PYTHON, "-I", "-S", str(_INIT), name, str(upper or "")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            cwd="/")
        self.pid = 0
        self.started = 0
        self._children: list[subprocess.Popen] = []

    def wait_ready(self) -> None:
        assert self._parent.stdout and self._parent.stderr
        if self._parent.stdout.readline() != "ready\n":
            raise RuntimeError(f"the namespaces of {self.name} could not be made: {self._parent.stderr.read().strip()}")
        self.pid = wait_until(lambda: _only_child(self._parent.pid), 5, f"pid 1 of {self.name}", 0.002)
        self.started = start_ticks(self.pid)

    @property
    def alive(self) -> bool:
        return self._parent.poll() is None

    @property
    def root(self) -> Path:
        """The host's file system as seen from outside."""
        return Path(f"/proc/{self.pid}/root")

    def keep(self) -> None:
        """Lets the host live on when this process ends."""
        assert self._parent.stdin
        self._parent.stdin.write("keep\n")
        self._parent.stdin.flush()

    def popen(self, argv: Sequence[str], **options: Any) -> subprocess.Popen:
        """Starts `argv` inside. The process is our own child: its pid is real, signals reach it directly."""
        paths = [f"/proc/{self.pid}/ns/{kind}" for kind in self._kinds]
        home_pids = os.open("/proc/self/ns/pid", os.O_RDONLY)
        fds = [os.open(path, os.O_RDONLY) for path in paths]
        pids = os.open(f"/proc/{self.pid}/ns/pid", os.O_RDONLY) if "mnt" in self._kinds else None

        def enter() -> None:
            for fd in fds:
                set_namespace(fd)

        try:
            if pids is not None:
                set_namespace(pids)  # concerns children only
            child = subprocess.Popen(argv, preexec_fn=enter, **options)
        finally:
            set_namespace(home_pids)
            for fd in [*fds, home_pids, *([pids] if pids is not None else [])]:
                os.close(fd)
        self._children = [other for other in self._children if other.poll() is None] + [child]
        return child

    def run(self, argv: Sequence[str], *, stdin: str = "", timeout_s: float = 20,
            check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs `argv` inside to its end, output captured. A failure names the command and what it said."""
        child = self.popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                           cwd="/")
        try:
            out, err = child.communicate(stdin, timeout=timeout_s)
        except BaseException:
            child.kill()
            child.wait()
            raise
        if check and child.returncode != 0:
            raise RuntimeError(f"{self.name}: {' '.join(argv)} ended with {child.returncode}: {err or out}")
        return subprocess.CompletedProcess(argv, child.returncode, out, err)

    def kill(self) -> None:
        """A power cut: the kernel kills every process inside at once."""
        if self.pid and start_ticks(self.pid) == self.started:
            os.kill(self.pid, signal.SIGKILL)
        elif self.alive:
            self._parent.kill()
        while self.alive:  # pid 1 is gone only when all others are, and those we started wait to be reaped by us
            self._children = [child for child in self._children if child.poll() is None]
            time.sleep(0.002)
        for stream in (self._parent.stdin, self._parent.stdout, self._parent.stderr):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


def kill_processes(processes: Iterable[tuple[int, int]], deadline_s: float = 5) -> None:
    """Ends the processes that pid and start time name, if they still live; others that got a pid since are spared."""
    living = [(pid, started) for pid, started in processes if started and start_ticks(pid) == started]
    for pid, _started in living:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + deadline_s
    while any(start_ticks(pid) == started for pid, started in living) and time.monotonic() < end:
        time.sleep(0.01)

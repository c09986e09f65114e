"""The sampler's process. Run as: python3 -m mmmlab.sampler_loop

Looks from outside, so that no fault in the lab's network blinds it, at the addresses of each host (netlink sockets
opened in the hosts' networks; every 20 ms and whenever one comes or goes), every 20 ms at read_only (unix sockets),
and every 20 ms at whether a write through the writer's address succeeds there (sampler_writes.py). Reads `HOST PID
database` or `HOST PID none` from standard input: the host's pid 1, or 0 when it has no power. Prints only what changes,
one JSON object a line: the time (seconds of the monotonic clock), the host, and `addresses` or `read_only` (null: no
answer); `wrote_from`, when a first write was acknowledged, and `wrote_until`, when the last that was acknowledged was
sent; `overlap`, an address together with the two hosts that had it at one moment; and `blind`, for how many seconds
nothing was looked at when the machine was too busy.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sys
import threading
import time
from functools import partial

import pymysql

from . import netlink
from .mariadb import SOCKET
from .sampler_writes import LocalWrites

ADDRESS_PERIOD_S = 0.02
READ_ONLY_PERIOD_S = 0.02
BLIND_S = 0.1
ANSWER_TIMEOUT_S = 0.2
_print_lock = threading.Lock()


def report(**fields: object) -> None:
    with _print_lock:
        print(json.dumps({"t": round(time.monotonic(), 6), **fields}), flush=True)


def watch_read_only(name: str, pids: dict[str, int]) -> None:
    """For ever: asks the server of one host; a thread each, so that a frozen server delays no other."""
    connection = None
    seen: object = "nothing yet"
    while True:
        value: int | None = None
        try:
            if connection is None:
                connection = pymysql.connect(
                    unix_socket=f"/proc/{pids[name]}/root{SOCKET}", user="root", autocommit=True,
                    connect_timeout=ANSWER_TIMEOUT_S, read_timeout=ANSWER_TIMEOUT_S, write_timeout=ANSWER_TIMEOUT_S)
            with connection.cursor() as cursor:
                cursor.execute("SELECT @@GLOBAL.read_only")
                value = cursor.fetchone()[0]
        except (pymysql.Error, OSError):
            if connection is not None:
                connection._force_close()  # noqa: SLF001 - it may be frozen: no farewell
                connection = None
        if value != seen:
            seen = value
            report(host=name, read_only=value)
        time.sleep(READ_ONLY_PERIOD_S)


class Addresses:
    """The netlink sockets of the hosts, what each showed last, and which overlaps were reported."""

    def __init__(self) -> None:
        self._sockets: dict[str, socket.socket] = {}
        self.notices: dict[str, socket.socket] = {}
        self._seen: dict[str, frozenset[str]] = {}
        self._overlaps: set[tuple[str, str, str]] = set()

    def set_host(self, name: str, pid: int) -> None:
        for sockets in (self._sockets, self.notices):
            old = sockets.pop(name, None)
            if old:
                old.close()
        if pid:
            self._sockets[name] = netlink.open_socket(pid)
            self.notices[name] = netlink.open_socket(pid, notices=True)
        else:
            self._note(name, frozenset())

    def of(self, name: str) -> frozenset[str]:
        return self._seen.get(name, frozenset())

    def sample(self) -> None:
        for name in self._sockets:
            self._note(name, netlink.addresses(self._sockets[name]))
        names = sorted(self._sockets)
        now = {(a, b, ip) for i, a in enumerate(names) for b in names[i + 1:] for ip in self._seen[a] & self._seen[b]}
        # The two were read one after the other: only what the first still has was held by both at one moment.
        now = {(a, b, ip) for a, b, ip in now if all(ip in netlink.addresses(self._sockets[x]) for x in (a, b, a))}
        for a, b, ip in sorted(now - self._overlaps):
            report(overlap=ip, hosts=[a, b])
        self._overlaps = now

    def _note(self, name: str, addresses: frozenset[str]) -> None:
        if self._seen.get(name) != addresses:
            self._seen[name] = addresses
            report(host=name, addresses=sorted(addresses))


def main() -> None:
    addresses = Addresses()
    pids: dict[str, int] = {}
    writes: list[LocalWrites] = []
    pending = b""
    looked = time.monotonic()
    while True:
        ready = select.select([0, *addresses.notices.values()], [], [], ADDRESS_PERIOD_S)[0]
        for notices in ready:
            if notices != 0:
                netlink.discard(notices)
        if 0 in ready:
            data = os.read(0, 4096)
            if not data:
                return
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                name, pid, database = line.decode().split()
                known = name in pids
                pids[name] = int(pid)
                addresses.set_host(name, int(pid))
                if database == "database" and not known:
                    threading.Thread(target=watch_read_only, args=(name, pids), daemon=True).start()
                    writes.append(LocalWrites(name, pids, partial(addresses.of, name), report))
        addresses.sample()
        for host in writes:
            host.end_if_over()
        before, looked = looked, time.monotonic()
        if looked - before > BLIND_S:
            report(blind=round(looked - before, 3))


if __name__ == "__main__":
    sys.exit(main())

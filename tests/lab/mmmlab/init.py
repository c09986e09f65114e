"""Pid 1 of a lab host. Run as: init.py NAME UPPER_DIRECTORY (empty: no file system of its own).

It gives the host a private /etc and /var (overlays over the machine's) and an empty /run, says `ready`, and then does
nothing but reap. It ends, and the kernel ends the whole host with it, when its standard input closes: so no host
outlives the process that started the lab, however that ended. The word `keep` on standard input makes it stay.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys

PRIVATE = ("etc", "var")
# The services' user, as the package makes it, where the machine has none: started as root, they become that user.
USER_ID = 64321
USER = {"/etc/passwd": f"mmm:x:{USER_ID}:{USER_ID}::/var/lib/mmm:/usr/sbin/nologin\n", "/etc/group": f"mmm:x:{USER_ID}:\n"}


def mount(kind: str, target: str, options: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"lab", target.encode(), kind.encode(), 0, options.encode()) != 0:
        error = ctypes.get_errno()
        sys.exit(f"cannot mount {kind} on {target}: {os.strerror(error)}")


def private_file_system(upper: str) -> None:
    for name in PRIVATE:
        above, work = f"{upper}/{name}", f"{upper}/.{name}-work"
        os.makedirs(above, exist_ok=True)
        os.makedirs(work, exist_ok=True)
        mount("overlay", f"/{name}", f"lowerdir=/{name},upperdir={above},workdir={work}")
    mount("tmpfs", "/run", "mode=755,size=16m")
    os.makedirs("/run/mysqld", exist_ok=True)
    os.chmod("/run/mysqld", 0o777)
    for path, line in USER.items():
        with open(path, "r+") as file:
            if not any(each.startswith("mmm:") for each in file.read().splitlines()):
                file.write(line)


def main() -> None:
    name, upper = sys.argv[1], sys.argv[2]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_IGN)  # an ignored SIGCHLD also reaps orphans
    socket.sethostname(name)
    if upper:
        private_file_system(upper)
    print("ready", flush=True)
    if sys.stdin.readline().strip() == "keep":
        while True:
            signal.pause()


main()

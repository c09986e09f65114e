"""Makes an agent look like one of before there were leases. Run on its host: python3 -m mmmlab.older_agent IP PORT OWN_PORT

Listens where agents do and carries each connection to the agent, which listens on OWN_PORT. What the agent says of
leases is left out on the way, so the cluster speaks plain text.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from pathlib import Path

from . import config
from .host import Host
from .namespace import PYTHON
from .process import Daemon
from .topology import AGENT_PORT

OWN_PORT = 9995
_NEW_KEYS = (b"leases", b"held", b"released", b"by_contact", b"supported", b"silent_ms", b"voters")


def start(host: Host) -> Daemon:
    """To be called before the agent is started. `stop` ends it; then the agent needs the cluster's configuration."""
    host.write_file(config.PATH, config.cluster_toml(hosts={host.name: {"agent_port": str(OWN_PORT)}}, security=config.PLAIN), 0o600)
    library = Path(__file__).resolve().parent.parent
    environment = {**os.environ, "PYTHONPATH": str(library), "PYTHONDONTWRITEBYTECODE": "1"}
    return Daemon(f"older agent of {host.name}", host.namespace,
                  [PYTHON, "-m", "mmmlab.older_agent", host.node.ip, str(AGENT_PORT), str(OWN_PORT)],
                  host.logs / f"{host.name}-older-agent.log", environment)


def without_leases(line: bytes) -> bytes:
    text, end = line.rstrip(b"\n"), b"\n"
    return b"|".join(field for field in text.split(b"|") if field.partition(b"=")[0] not in _NEW_KEYS) + end


def _carry(source: socket.socket, target: socket.socket, older: bool) -> None:
    with contextlib.suppress(OSError), source.makefile("rb") as lines:
        for line in lines:
            target.sendall(without_leases(line) if older else line)
    for stream in (source, target):
        with contextlib.suppress(OSError):
            stream.shutdown(socket.SHUT_RDWR)


def main() -> None:
    ip, port, own_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with socket.create_server((ip, port)) as listener:
        while True:
            outside, _ = listener.accept()
            try:
                inside = socket.create_connection((ip, own_port), timeout=1)
            except OSError:
                outside.close()
                continue
            inside.settimeout(None)
            threading.Thread(target=_carry, args=(outside, inside, False), daemon=True).start()
            threading.Thread(target=_carry, args=(inside, outside, True), daemon=True).start()


if __name__ == "__main__":
    main()

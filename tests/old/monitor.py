"""A monitor of version 1. Run as: python3 -m old.monitor --config FILE. SIGTERM ends it and changes nothing.

A thread answers control clients, one after another; the main thread makes a round every 3 s or after a command. Both
wait for agents while they hold the cluster: one hung agent holds up everybody, as in the original.
"""

from __future__ import annotations

import argparse
import logging
import signal
import socket
import ssl
import sys
import threading
from pathlib import Path

from . import startup
from .checks import Board
from .cluster import Cluster
from .commands import Commands
from .config import Config
from .wire import Tls, listen

ROUND_S = 3
CLIENT_TIMEOUT_S = 10


class ControlPort:
    def __init__(self, cluster: Cluster, tls: Tls) -> None:
        self.lock = threading.Lock()
        self.commanded = threading.Event()
        self._commands = Commands(cluster)
        self._tls = tls
        self._listener = listen(cluster.monitor["ip"], int(cluster.monitor["port"]))

    def serve_for_ever(self) -> None:
        while True:
            stream = self._listener.accept()[0]
            stream.settimeout(CLIENT_TIMEOUT_S)
            try:
                self._serve(self._tls.as_server(stream))
            except (OSError, ssl.SSLError) as error:
                logging.warning("a control connection ended: %s", error)
                stream.close()

    def _serve(self, stream: socket.socket) -> None:
        """Until `quit` or the client's end: the answer to each line, and nothing after it."""
        with stream, stream.makefile("r", encoding="utf-8", errors="replace", newline="\n") as lines:
            for line in lines:
                if line.strip() == "quit":
                    return
                with self.lock:
                    answer = self._commands.answer(line)
                self.commanded.set()
                stream.sendall(answer.encode())


def main() -> None:
    parser = argparse.ArgumentParser(prog="old.monitor")
    parser.add_argument("--config", type=Path, required=True)
    config = Config(parser.parse_args().config)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    board = Board(config)
    cluster = Cluster(config, board)
    port = ControlPort(cluster, Tls(config))
    board.start()
    startup.start(cluster)
    threading.Thread(target=port.serve_for_ever, daemon=True).start()
    while True:
        port.commanded.wait(ROUND_S)
        port.commanded.clear()
        with port.lock:
            cluster.tick()


if __name__ == "__main__":
    main()

"""The original control client. Run as: python3 -m old.control --config FILE COMMAND [WORD...]

Sends the command and `quit`, prints what comes until the connection closes, and a newline. Exit status 1 without a
monitor, else 0: an ERROR: is an answer like any other.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .config import Config
from .wire import Tls, connect

TIMEOUT_S = 30


def main() -> int:
    parser = argparse.ArgumentParser(prog="old.control")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("words", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    config = Config(options.config)
    monitor = config.section("monitor")
    answer = b""
    try:
        with connect(monitor["ip"], int(monitor["port"]), Tls(config), TIMEOUT_S) as stream:
            stream.sendall(f"{' '.join(options.words)}\nquit\n".encode())
            while chunk := stream.recv(65536):
                answer += chunk
    except OSError as error:
        print(f"ERROR: Can't connect to monitor daemon: {error}", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(answer + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

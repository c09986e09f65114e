"""Clients that don't behave: connections from the client's network to any port of the cluster."""

from __future__ import annotations

import resource
import socket
from types import TracebackType

from .host import Host
from .namespace import inside_network


def talk(client: Host, ip: str, port: int, payload: bytes, hang_up: bool, patience_s: float = 10) -> bytes:
    """Sends `payload`, then waits for the other side to close, and returns all that it said.

    With `hang_up` our side says that nothing more will come. A connection that is still open after `patience_s` seconds
    is a failure (TimeoutError).
    """
    with inside_network(client.namespace.pid):
        stream = socket.create_connection((ip, port), timeout=patience_s)
    answer = b""
    with stream:
        try:
            stream.sendall(payload)
            if hang_up:
                stream.shutdown(socket.SHUT_WR)
            while chunk := stream.recv(65536):
                answer += chunk
        except (ConnectionResetError, BrokenPipeError):
            pass  # closed while we were still sending: that's an answer as well
    return answer


class IdleConnections:
    """Opens `count` connections and says nothing on any of them, until the block ends."""

    def __init__(self, client: Host, ip: str, port: int, count: int) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * count)), hard))
        self._streams: list[socket.socket] = []
        with inside_network(client.namespace.pid):
            for _ in range(count):
                self._streams.append(socket.create_connection((ip, port), timeout=5))

    def __enter__(self) -> IdleConnections:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        for stream in self._streams:
            stream.close()

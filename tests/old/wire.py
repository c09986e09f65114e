"""Lines over TCP, plain or inside TLS with certificates on both sides; and how version 1 writes roles."""

from __future__ import annotations

import re
import socket
import ssl

from .config import Config

AGENT_TIMEOUT_S = 10
_ROLE = re.compile(r"([^,()]+)\(([^,()]+)\)")
Slot = tuple[str, str]  # role, address


class Tls:
    """The certificates of `<socket>`; with `type plain` sockets stay as they are. Either side demands a certificate
    that the authority signed; names in it don't matter, as in the original."""

    def __init__(self, config: Config) -> None:
        self._socket = config.section("socket")
        self.used = self._socket["type"] == "ssl"

    def as_server(self, stream: socket.socket) -> socket.socket:
        return self._context(ssl.PROTOCOL_TLS_SERVER).wrap_socket(stream, server_side=True) if self.used else stream

    def as_client(self, stream: socket.socket) -> socket.socket:
        return self._context(ssl.PROTOCOL_TLS_CLIENT).wrap_socket(stream) if self.used else stream

    def _context(self, protocol: int) -> ssl.SSLContext:
        context = ssl.SSLContext(protocol)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(self._socket["cert_file"], self._socket["key_file"])
        context.load_verify_locations(self._socket["ca_file"])
        return context


def listen(ip: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((ip, port))
    listener.listen(16)
    return listener


def connect(ip: str, port: int, tls: Tls, timeout_s: float) -> socket.socket:
    stream = socket.create_connection((ip, port), timeout=timeout_s)
    try:
        return tls.as_client(stream)
    except (OSError, ssl.SSLError):
        stream.close()
        raise


def request(ip: str, port: int, tls: Tls, line: str, timeout_s: float = AGENT_TIMEOUT_S) -> str:
    """One command to an agent over a connection of its own; OSError when there is no whole line in answer."""
    with connect(ip, port, tls, timeout_s) as stream:
        stream.sendall(f"{line}\n".encode())
        with stream.makefile("r", encoding="utf-8", newline="\n") as lines:
            answer = lines.readline()
    if not answer.endswith("\n"):
        raise OSError(f"the agent closed the connection after {answer!r}")
    return answer.rstrip("\r\n")


def write_slots(slots: set[Slot]) -> str:
    return ",".join(f"{role}({ip})" for role, ip in sorted(slots))


def read_slots(text: str) -> set[Slot]:
    return set(_ROLE.findall(text))

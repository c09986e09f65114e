"""Reads a namespace's addresses over a netlink socket that was opened in it: some 50 us, no process started."""

from __future__ import annotations

import contextlib
import socket
import struct

from .namespace import inside_network

_RTM_NEWADDR, _RTM_GETADDR, _NLMSG_DONE, _NLMSG_ERROR = 20, 22, 3, 2
_REQUEST_DUMP = 0x1 | 0x300
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_RTMGRP_IPV4_IFADDR, _RTMGRP_IPV6_IFADDR = 0x10, 0x100
_SCOPE_UNIVERSE = 0
_HEADER = struct.Struct("=IHHII")
_IFADDRMSG = struct.Struct("=BBBBI")
_ATTRIBUTE = struct.Struct("=HH")
_FAMILIES = {socket.AF_INET, socket.AF_INET6}


def open_socket(pid: int, notices: bool = False) -> socket.socket:
    """A netlink socket of the network that `pid` lives in. It holds that network alive: close it with the host.

    With `notices` it becomes readable whenever an address comes or goes, and doesn't block.
    """
    with inside_network(pid):
        netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    if notices:
        netlink.bind((0, _RTMGRP_IPV4_IFADDR | _RTMGRP_IPV6_IFADDR))
        netlink.setblocking(False)
    else:
        netlink.settimeout(1)
    return netlink


def discard(notices: socket.socket) -> None:
    """Throws pending notices away: they only say that it's time to look."""
    with contextlib.suppress(OSError):  # nothing pending, or more than the socket could hold
        while notices.recv(65536):
            pass


def addresses(netlink: socket.socket) -> frozenset[str]:
    """All addresses of global scope on any interface of the socket's network."""
    netlink.send(_HEADER.pack(_HEADER.size + _IFADDRMSG.size, _RTM_GETADDR, _REQUEST_DUMP, 1, 0)
                 + _IFADDRMSG.pack(socket.AF_UNSPEC, 0, 0, 0, 0))
    found: set[str] = set()
    while True:
        data = netlink.recv(65536)
        offset = 0
        while offset + _HEADER.size <= len(data):
            length, kind, *_ = _HEADER.unpack_from(data, offset)
            if kind == _NLMSG_DONE:
                return frozenset(found)
            if kind == _NLMSG_ERROR:
                raise OSError("the kernel refused to list addresses")
            if kind == _RTM_NEWADDR:
                text = _address(data[offset + _HEADER.size:offset + length])
                if text:
                    found.add(text)
            offset += (length + 3) & ~3


def _address(message: bytes) -> str:
    family, _prefix, _flags, scope, _index = _IFADDRMSG.unpack_from(message)
    if scope != _SCOPE_UNIVERSE or family not in _FAMILIES:
        return ""
    values: dict[int, bytes] = {}
    offset = _IFADDRMSG.size
    while offset + _ATTRIBUTE.size <= len(message):
        length, kind = _ATTRIBUTE.unpack_from(message, offset)
        if length < _ATTRIBUTE.size:
            break
        values[kind] = message[offset + _ATTRIBUTE.size:offset + length]
        offset += (length + 3) & ~3
    raw = values.get(_IFA_LOCAL, values.get(_IFA_ADDRESS))
    return socket.inet_ntop(family, raw) if raw else ""

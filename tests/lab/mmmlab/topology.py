"""Who is who in the lab: the five hosts of the tutorial, their addresses, accounts and roles."""

from __future__ import annotations

from dataclasses import dataclass

PREFIX_LENGTH = 24
PREFIX_LENGTH_V6 = 64
INTERFACE = "eth0"
MONITOR = "db5"
CLIENT = "client"
WRITER_IP = "192.168.10.128"
READER_IPS = ("192.168.10.129", "192.168.10.130")
SLOT_IPS = (WRITER_IP, *READER_IPS)
MONITOR_PORT = 9988
AGENT_PORT = 9989
MYSQL_PORT = 3306


@dataclass(frozen=True)
class Node:
    """One machine of the lab. `server_id` is 0 where no database runs."""

    name: str
    ip: str
    ip_v6: str
    server_id: int = 0
    mode: str = ""
    peer: str = ""

    @property
    def has_database(self) -> bool:
        return self.server_id > 0


NODES = {
    node.name: node
    for node in (
        Node("db1", "192.168.10.131", "2001:db8:10::131", 1, "master", "db2"),
        Node("db2", "192.168.10.132", "2001:db8:10::132", 2, "master", "db1"),
        Node("db3", "192.168.10.133", "2001:db8:10::133", 3, "slave"),
        Node("db4", "192.168.10.134", "2001:db8:10::134", 4, "slave"),
        Node("db5", "192.168.10.135", "2001:db8:10::135"),
        Node("client", "192.168.10.10", "2001:db8:10::10"),
    )
}
DATABASES = tuple(name for name, node in NODES.items() if node.has_database)
MASTERS = tuple(name for name in DATABASES if NODES[name].mode == "master")
SLAVES = tuple(name for name in DATABASES if NODES[name].mode == "slave")

# The accounts of the tutorial, one for the application that writes, and the sampler's.
REPLICATION = ("replication", "replication")
AGENT = ("mmm_agent", "agent")
MONITOR_USER = ("mmm_monitor", "monitor")
APP = ("app", "app")
SAMPLER = ("sampler", "sampler")


def slot_name(ip: str) -> str:
    """How `show` writes a slot: role(ip)."""
    return f"{'writer' if ip == WRITER_IP else 'reader'}({ip})"

"""The configuration file of the lab's cluster: the tutorial's, the same on all hosts."""

from __future__ import annotations

from collections.abc import Mapping

from . import topology

PATH = "/etc/mmm/mmm.toml"
STATUS_PATH = "/var/lib/mmm/monitor.status"
KEY_PATH = "/etc/mmm/cluster.key"
BY_KEY = f'key_file = "{KEY_PATH}"'
PLAIN = "plain = true"


def cluster_toml(monitor: Mapping[str, str] | None = None, extra: str = "",
                 hosts: Mapping[str, Mapping[str, str]] | None = None, top: Mapping[str, str] | None = None,
                 security: str = BY_KEY) -> str:
    """`monitor` has keys of [monitor] to add or replace, as TOML text, `hosts` keys to add to a host's section, `top`
    those before any section; `extra` is appended, say check sections; `security` is what stands in [security]."""
    settings = {
        "ip": _quoted(topology.NODES[topology.MONITOR].ip),
        "ping_ips": _list(topology.NODES[name].ip for name in topology.DATABASES),
        "auto_set_online": '"1s"',
        "status_path": _quoted(STATUS_PATH),
        **(monitor or {}),
    }
    lines = ['active_master_role = "writer"', *(f"{key} = {value}" for key, value in (top or {}).items()), "",
             "[monitor]", *(f"{key} = {value}" for key, value in settings.items()), "",
             "[defaults.host]", f"cluster_interface = {_quoted(topology.INTERFACE)}"]
    accounts = {"agent": topology.AGENT, "monitor": topology.MONITOR_USER, "replication": topology.REPLICATION}
    for purpose, (user, password) in accounts.items():
        lines += [f"{purpose}_user = {_quoted(user)}", f"{purpose}_password = {_quoted(password)}"]
    for name in topology.DATABASES:
        node = topology.NODES[name]
        lines += ["", f"[host.{name}]", f"ip = {_quoted(node.ip)}", f"mode = {_quoted(node.mode)}"]
        lines += [f"peer = {_quoted(node.peer)}"] if node.peer else []
        lines += [f"{key} = {value}" for key, value in (hosts or {}).get(name, {}).items()]
    for role, mode, hosts, ips in (("writer", "exclusive", topology.MASTERS, (topology.WRITER_IP,)),
                                   ("reader", "balanced", topology.SLAVES, topology.READER_IPS)):
        lines += ["", f"[role.{role}]", f"mode = {_quoted(mode)}", f"hosts = {_list(hosts)}", f"ips = {_list(ips)}"]
    lines += ["", "[security]", security]
    return "\n".join(lines) + "\n" + (f"\n{extra.strip()}\n" if extra else "")


def _quoted(text: str) -> str:
    return f'"{text}"'


def _list(values: object) -> str:
    return "[" + ", ".join(map(_quoted, values)) + "]"  # type: ignore[call-overload]

"""The lab's cluster in the classic configuration format, as people have it in /etc/mysql-mmm."""

from __future__ import annotations

from collections.abc import Mapping

from . import topology

FOLDER = "/etc/mysql-mmm"
PATHS = {"agent": f"{FOLDER}/mmm_agent.conf", "monitor": f"{FOLDER}/mmm_mon.conf", "ctl": f"{FOLDER}/mmm_mon.conf"}
STATUS_PATH = "/var/lib/mysql-mmm/mmm_mond.status"
PID_FOLDER = "/run/mysql-mmm"
CERTIFICATE, KEY, AUTHORITY = (f"{FOLDER}/{name}.pem" for name in ("certificate", "key", "authority"))
MODE = 0o640
# What the measurements call fast; the defaults take a quarter of a minute for each failover.
FAST_CHECKS = {"check_period": "1", "trap_period": "1", "timeout": "1"}


def common_conf(tls: bool = False) -> str:
    text = f"active_master_role\twriter\nmax_kill_retries\t2\n\n{_socket() if tls else ''}"
    text += _section("host default", {
        "cluster_interface": topology.INTERFACE, "pid_path": f"{PID_FOLDER}/mmm_agentd.pid",
        "bin_path": "/usr/libexec/mysql-mmm/", **_account("replication", topology.REPLICATION),
        **_account("agent", topology.AGENT)})
    for name in topology.DATABASES:
        node = topology.NODES[name]
        peer = {"peer": node.peer} if node.peer else {}
        text += _section(f"host {name}", {"ip": node.ip, "mode": node.mode, **peer})
    text += _section("role writer", {"hosts": ", ".join(topology.MASTERS), "ips": topology.WRITER_IP,
                                     "mode": "exclusive"})
    return text + _section("role reader", {"hosts": ", ".join(topology.SLAVES), "ips": ", ".join(topology.READER_IPS),
                                           "mode": "balanced"})


def agent_conf(name: str) -> str:
    return f"include mmm_common.conf\nthis {name}\n"


def monitor_conf(settings: Mapping[str, str] | None = None) -> str:
    """`settings` has keys of <monitor> to add or replace."""
    monitor = {
        "ip": topology.NODES[topology.MONITOR].ip,
        "pid_path": f"{PID_FOLDER}/mmm_mond.pid",
        "bin_path": "/usr/libexec/mysql-mmm",
        "status_path": STATUS_PATH,
        "ping_ips": ", ".join(topology.NODES[name].ip for name in topology.DATABASES),
        "auto_set_online": "1",
        **(settings or {}),
    }
    return ("include mmm_common.conf\n\n" + _section("monitor", monitor)
            + _section("host default", _account("monitor", topology.MONITOR_USER))
            + _section("check default", FAST_CHECKS) + "debug 0\n")


def files(name: str, tls: bool, monitor_settings: Mapping[str, str] | None,
          security: Mapping[str, str] | None = None) -> dict[str, str]:
    """What belongs on the host `name`: paths and texts. `security` is what <security> has, for a program of ours."""
    secured = _section("security", security) if security else ""
    found = {f"{FOLDER}/mmm_common.conf": common_conf(tls) + secured}
    if name in topology.DATABASES:
        found[PATHS["agent"]] = agent_conf(name)
    if name == topology.MONITOR:
        found[PATHS["monitor"]] = monitor_conf(monitor_settings)
    return found


def _socket() -> str:
    return _section("socket", {"type": "ssl", "cert_file": CERTIFICATE, "key_file": KEY, "ca_file": AUTHORITY})


def _account(purpose: str, account: tuple[str, str]) -> dict[str, str]:
    return {f"{purpose}_user": account[0], f"{purpose}_password": account[1]}


def _section(head: str, values: Mapping[str, str]) -> str:
    lines = "".join(f"    {key:<22}{value}\n" for key, value in values.items())
    return f"<{head}>\n{lines}</{head.split()[0]}>\n\n"

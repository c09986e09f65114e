"""A cluster run as it always was: by the old names, with the files in /etc/mysql-mmm, in the background."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from mmmlab import classic
from mmmlab.expect import wait_cluster
from mmmlab.host import Host
from mmmlab.lab import TOOLS
from mmmlab.mixed import MixedLab
from mmmlab.topology import MONITOR
from mmmlab.wait import wait_until

CLUSTER = "lab"
TIME_LEFT = re.compile(r", [0-9.]+ s left$", re.MULTILINE)  # of the lease: it differs from one look to the next


def running_pid(host: Host, pid_file: str) -> str:
    """The process that the file names, if it lives; as the host counts processes."""
    if not host.path(pid_file).exists():
        return ""
    pid = host.path(pid_file).read_text().strip()
    return pid if host.exec(["kill", "-0", pid], check=False).returncode == 0 else ""


def started(host: Host, *command: str, pid_file: str) -> str:
    """Runs it as an init script would: it returns when the daemon is in the background."""
    done = host.exec([f"{TOOLS}/{command[0]}", *command[1:]], timeout_s=20)
    assert done.returncode == 0
    return wait_until(lambda: running_pid(host, pid_file), 5, f"{host.name} to have {pid_file}")


def test_cluster_started_by_the_old_names_serves_and_ends_by_its_pid_files(
        make_mixed: Callable[..., MixedLab]) -> None:
    lab = make_mixed(start=False)
    db5 = lab.hosts[MONITOR]
    agent_pid, monitor_pid = f"{classic.PID_FOLDER}/mmm_agentd.pid", f"{classic.PID_FOLDER}/mmm_mond.pid"
    db5.write_file(f"{classic.FOLDER}/mmm_mon_{CLUSTER}.conf", classic.monitor_conf(), classic.MODE)
    os.unlink(db5.path(classic.PATHS["monitor"]))
    daemons = []
    for host in [*lab.databases, db5]:
        host.exec(["mkdir", "-p", classic.PID_FOLDER])
        host.exec([f"{TOOLS}/mmm", "install-links", TOOLS])
        command = ["mmm_mond", f"@{CLUSTER}"] if host is db5 else ["mmm_agentd"]
        pid_file = monitor_pid if host is db5 else agent_pid
        daemons.append((host, pid_file, started(host, *command, pid_file=pid_file)))

    def control(*words: str) -> tuple[int, str]:
        done = db5.exec([f"{TOOLS}/mmm_control", f"@{CLUSTER}", *words], check=False)
        return done.returncode, done.stdout

    wait_until(lambda: control("show")[1].count("/ONLINE. Roles: ") == 4, 20, "mmm_control to show all hosts ONLINE")
    db5.write_file(classic.PATHS["ctl"], classic.monitor_conf(), classic.MODE)
    wait_cluster(lab, 10, writer="db1")
    for words in (["show"], ["mode"], ["set_online", "db9"]):
        ours, originals = control(*words), lab.old_control(*words)
        assert ours[0] == originals[0] and TIME_LEFT.sub("", ours[1]) == TIME_LEFT.sub("", originals[1]), words
    assert control("move_role", "writer", "db2")[0] == 0
    wait_cluster(lab, 10, writer="db2")

    for host, pid_file, pid in reversed(daemons):
        host.exec(["kill", "-TERM", pid])
        wait_until(lambda host=host, pid=pid: host.exec(["kill", "-0", pid], check=False).returncode != 0, 10,
                   f"the daemon of {host.name} to end")
        assert not host.path(pid_file).exists()
    assert control("show")[0] == 1

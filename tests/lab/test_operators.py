"""Operators on the monitor's host: who may command there, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Callable

from mmmlab import Lab
from mmmlab.commands import LOOKS, all_commands
from mmmlab.config import STATUS_PATH
from mmmlab.expect import wait_cluster
from mmmlab.topology import MONITOR
from mmmlab.wait import wait_until

NOBODY = 65534
SOCKET = "/run/mmm/monitor.sock"


def as_user(lab: Lab, user: int, groups: list[int], *words: str) -> tuple[int, str]:
    """`mmm ctl` as somebody who may read neither the configuration nor the key."""
    supplementary = ["--groups", ",".join(map(str, groups))] if groups else ["--clear-groups"]
    command = ["setpriv", "--reuid", str(user), "--regid", str(user), *supplementary, str(lab.binary), "ctl", *words]
    done = lab.hosts[MONITOR].exec(command, 15, check=False)
    return done.returncode, done.stdout + done.stderr


def test_on_the_monitors_host_root_and_the_group_command_and_others_look(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab()
    lab.start_cluster()
    monitor = lab.hosts[MONITOR]
    for name, line in all_commands(lab).items():
        status, text = as_user(lab, NOBODY, [], *line.split())
        if name in LOOKS:
            assert status == 0, f"{line}: {text}"
        else:
            assert status == 1 and "only root and the group mmm may" in text, f"{line}: {text}"
    group = monitor.service_user[1]
    status, text = as_user(lab, NOBODY, [group], "set_offline", "db4")
    assert status == 0, text
    wait_until(lambda: lab.states()["db4"] == "ADMIN_OFFLINE", 10, "db4 to be out of service")
    assert lab.ctl("set_online", "db4")[0] == 0
    wait_cluster(lab, 20, writer="db1")

    # A killed monitor leaves its socket behind; the next one takes its place.
    assert lab.monitor
    lab.monitor.kill()
    assert monitor.path(SOCKET).is_socket()
    status, text = lab.ctl("show")
    assert status == 3 and "no monitor" in text
    lab.start_monitor()
    wait_cluster(lab, 20, writer="db1")
    assert as_user(lab, NOBODY, [], "show")[0] == 0
    lab.monitor.stop()
    assert not monitor.path(SOCKET).exists()


def test_commands_that_change_something_are_recorded(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab()
    lab.start_cluster()
    assert lab.ctl("show")[0] == 0
    assert lab.ctl("set_offline", "db4")[0] == 0
    assert lab.ctl("set_offline", "db9")[0] == 1
    done = lab.hosts["db2"].exec([str(lab.binary), "ctl", "set_online", "db4"], 15, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = lab.hosts[MONITOR].path(f"{STATUS_PATH}.audit").read_text().splitlines()
    records = [json.loads(line.partition(" ")[2]) for line in lines]
    assert [(each["command"], each["exit"]) for each in records] == [
        ("set_offline db4", 0), ("set_offline db9", 1), ("set_online db4", 0)]
    assert records[0]["who"].startswith("user root (uid 0), process ")
    assert records[2]["who"] == "192.168.10.132, by key lab"
    assert "Unknown host 'db9'" in records[1]["answer"]
    assert all(each["when"].endswith("Z") for each in records)

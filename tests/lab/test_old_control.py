"""The original control client with our monitor, byte for byte; and `mmm ctl` with an original monitor."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from mmmlab import Lab
from mmmlab.expect import wait_cluster
from mmmlab.mixed import EVERYWHERE, MixedLab
from mmmlab.strangers import talk
from mmmlab.topology import DATABASES, MONITOR, MONITOR_PORT, NODES

COMMANDS = ("help", "ping", "show", "checks", "set_online", "set_offline", "mode", "set_active", "set_manual",
            "set_passive", "move_role", "set_ip")
TIME_LEFT = re.compile(r", [0-9.]+ s left$", re.MULTILINE)  # of the lease: it differs from one look to the next
CHECKS = ("ping", "mysql", "rep_backlog", "rep_threads")
CHECK_LINE = r"{host}  {check:<11}  \[last change: \d{{4}}/\d\d/\d\d \d\d:\d\d:\d\d\]  OK[^\n]*\n"
# Each is refused, by one line that has no end.
REFUSALS = ("set_online", "set_online db9", "set_offline db9", "set_offline", "move_role writer db3",
            "move_role nothing db1", "move_role writer db9", "move_role writer", "move_role --force reader db3",
            "checks db9", "checks db1 nothing", "set_ip 192.168.10.129 db3", "launch_rockets", "show me all of it",
            "mode x")


def raw(lab: Lab, sent: str) -> bytes:
    """What comes back until the monitor closes, to a configured host: plain text is for these."""
    return talk(lab.hosts["db1"], NODES[MONITOR].ip, MONITOR_PORT, sent.encode(), hang_up=False)


def answer(lab: Lab, command: str) -> str:
    return raw(lab, f"{command}\nquit\n").decode()


def expected_show(lab: Lab) -> str:
    return "".join(f"  {name}({NODES[name].ip}) {NODES[name].mode}/ONLINE. Roles: {', '.join(roles)}\n"
                   for name, roles in sorted(lab.roles().items()))


def shown(text: str) -> tuple[str, list[str]]:
    """The lines that an original monitor has too, as they are; and the comments."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if line[0] != "#"), [line for line in lines if line[0] == "#"]


def check_lines(hosts: tuple[str, ...] = DATABASES, checks: tuple[str, ...] = CHECKS) -> str:
    return "".join(CHECK_LINE.format(host=host, check=check) for host in hosts for check in checks)


def test_original_client_gets_every_answer_in_its_classic_form(make_mixed: Callable[..., MixedLab]) -> None:
    lab = make_mixed()
    hosts, notes = shown(answer(lab, "show"))
    assert hosts == expected_show(lab) and [note.split(" ")[1] for note in notes] == ["Warning:", "Lease"]
    assert answer(lab, "mode") == "ACTIVE"
    ping = answer(lab, "ping")
    assert re.fullmatch(r"OK: Pinged[^\n]*", ping)
    assert answer(lab, "mode\nping") == f"ACTIVE{ping}"
    assert answer(lab, "mode\r\nping\r") == f"ACTIVE{ping}"
    assert answer(lab, "") in ("", "ERROR: No command given. Try `help`.")
    assert answer(lab, "\nmode").endswith("ACTIVE")
    help_text = answer(lab, "help")
    assert help_text.endswith("\n") and all(re.search(rf"^ +{name}\b", help_text, re.M) for name in COMMANDS)
    assert re.fullmatch(check_lines(), answer(lab, "checks"))
    assert re.fullmatch(check_lines(), answer(lab, "checks all all"))
    assert re.fullmatch(check_lines(("db3",)), answer(lab, "checks db3"))
    assert re.fullmatch(check_lines(("db2",), ("ping",)), answer(lab, "checks db2 ping"))
    assert re.fullmatch(check_lines(checks=("mysql",)), answer(lab, "checks all mysql"))
    for command in REFUSALS:
        assert re.fullmatch(r"ERROR: [^\n]+", answer(lab, command)), command

    for command in ("show", "mode", "checks", "help", "set_online db9"):
        text = TIME_LEFT.sub("", answer(lab, command))
        status, told = lab.old_control(*command.split())
        assert status == 0 and TIME_LEFT.sub("", told) == f"{text}\n", command
    assert re.fullmatch(r"OK: [^\n]+", answer(lab, "set_passive"))
    assert answer(lab, "mode") == "PASSIVE"
    first, *lines = answer(lab, "show").splitlines(keepends=True)
    assert first.startswith("# ") and "".join(line for line in lines if line[0] != "#") == expected_show(lab)
    assert re.fullmatch(r"OK: [^\n]+", answer(lab, "set_ip 192.168.10.128 db1"))
    assert re.fullmatch(r"ERROR: [^\n]+", answer(lab, "move_role writer db2"))
    assert re.fullmatch(r"OK: [^\n]+", answer(lab, "set_manual"))
    assert answer(lab, "mode") == "MANUAL"
    assert re.fullmatch(r"OK: [^\n]+", answer(lab, "set_active"))
    assert re.fullmatch(r"OK: [^\n]+", answer(lab, "move_role writer db2"))
    wait_cluster(lab, 10, writer="db2")
    assert lab.old_control("set_offline", "db3")[1].startswith("OK: ")
    wait_cluster(lab, 10, writer="db2", readers=["db4"], states={"db3": "ADMIN_OFFLINE"}, detached=["db3"])
    assert lab.old_control("set_online", "db3")[1].startswith("OK: ")
    wait_cluster(lab, 10, writer="db2")
    assert lab.monitor
    lab.monitor.stop()
    assert lab.old_control("show")[0] == 1


def test_mmm_ctl_commands_an_original_monitor(make_mixed: Callable[..., MixedLab]) -> None:
    lab = make_mixed(old=EVERYWHERE)
    for command in ("show", "mode", "checks", "checks db1 ping", "help", "ping"):
        assert lab.ctl(*command.split()) == (0, lab.old_control(*command.split())[1].rstrip("\n") + "\n"), command
    shown = json.loads(lab.ctl("show", "--json")[1])
    assert shown["ok"] and shown["exit"] == 0 and "db1(192.168.10.131) master/ONLINE" in shown["text"]
    for command in ("set_online db9", "set_offline db9", "move_role writer db3", "checks db9",
                    "set_ip 192.168.10.129 db3"):
        status, text = lab.ctl(*command.split())
        assert status == 1 and text.startswith("ERROR: "), command
        refused = json.loads(lab.ctl(*command.split(), "--json")[1])
        assert not refused["ok"] and refused["exit"] == 1 and refused["text"].startswith("ERROR: ")
    for mode in ("passive", "manual", "active"):
        assert lab.ctl(f"set_{mode}")[0] == 0
        assert lab.ctl("mode") == (0, f"{mode.upper()}\n")
    assert lab.ctl("move_role", "writer", "db2")[0] == 0
    wait_cluster(lab, 10, writer="db2")
    assert lab.ctl("set-offline", "db3")[0] == 0
    wait_cluster(lab, 10, writer="db2", readers=["db4"], states={"db3": "ADMIN_OFFLINE"}, detached=["db3"])
    assert lab.ctl("set-online", "db3")[0] == 0
    wait_cluster(lab, 10, writer="db2")
    assert lab.monitor
    lab.monitor.stop()
    assert lab.ctl("show")[0] == 3

"""Who spoke version 2 to our monitor is spoken to by version 1 again only when the operator names it, also after a restart."""

from __future__ import annotations

from collections.abc import Callable

from mmmlab import classic
from mmmlab.expect import wait_cluster
from mmmlab.mixed import MixedLab
from mmmlab.topology import MONITOR
from mmmlab.wait import stays_true, wait_until

HOST = "db3"


def said(lab: MixedLab) -> str:
    return "\n".join(line for line in lab.ctl("show")[1].splitlines() if HOST in line)


def restart_monitor(lab: MixedLab) -> None:
    assert lab.monitor
    lab.monitor.stop()
    lab.start_monitor()
    wait_until(lambda: lab.ctl("show")[0] == 0, 10, "the monitor to answer")


def test_a_restarted_monitor_follows_an_agent_back_to_version_1_only_by_its_operators_word(
        make_mixed: Callable[..., MixedLab]) -> None:
    lab = make_mixed()
    wait_cluster(lab, 10, writer="db1")
    lab.swap(HOST, old=True)
    wait_until(lambda: "spoke version 2 before" in said(lab), 20, "show to say why db3 isn't spoken to")
    restart_monitor(lab)
    wait_until(lambda: "spoke version 2 before" in said(lab), 20, "the next monitor to know that")
    stays_true(lambda: "agent of version 1" not in said(lab), 3, "db3 isn't spoken to by version 1")
    assert lab.monitor
    assert "write it into version1_peers" in lab.monitor.output()

    for path, text in classic.files(MONITOR, False, None, {"version1_peers": HOST}).items():
        lab.hosts[MONITOR].write_file(path, text, classic.MODE)
    restart_monitor(lab)
    wait_until(lambda: "agent of version 1" in said(lab), 20, "db3 to be spoken to by version 1")
    wait_cluster(lab, 20, writer="db1")

    # With our agent again the name does no harm.
    lab.swap(HOST, old=False)
    wait_until(lambda: "agent of version 1" not in said(lab), 20, "db3 to be spoken to by version 2")
    wait_cluster(lab, 20, writer="db1")

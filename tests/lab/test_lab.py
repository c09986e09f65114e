"""The instruments themselves: what the other cases rely on must notice what it is there for."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mmmlab import Lab, gtid, registry, wait_until
from mmmlab.books import imbalance
from mmmlab.host import Host
from mmmlab.namespace import PYTHON
from mmmlab.probe import Write
from mmmlab.samples import Samples
from mmmlab.topology import DATABASES, NODES, WRITER_IP

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def bare() -> Iterator[Lab]:
    """Hosts and servers, without mmm."""
    with Lab("bare", Path("/bin/true")) as lab:
        lab.start_hosts()
        lab.start_databases()
        yield lab


@pytest.fixture
def writer(bare: Lab) -> Iterator[Lab]:
    """db1 has the writer's address and takes writes, by hand."""
    db1 = bare.hosts["db1"]
    db1.sql("SET GLOBAL read_only = 0")
    db1.add_address(WRITER_IP)
    bare.hosts["client"].exec(["ip", "neigh", "flush", "all"])
    yield bare
    for host in bare.databases:
        if WRITER_IP in host.slots():
            host.remove_address(WRITER_IP)
        host.sql("SET GLOBAL read_only = 1")


def test_servers_of_a_new_lab_replicate_and_are_read_only(bare: Lab) -> None:
    for host in bare.databases:
        assert host.read_only() and host.source_ip() == NODES[host.node.peer or "db1"].ip
        assert not host.slots() and not host.rows()


def test_probe_measures_an_outage_and_finds_all_rows(writer: Lab) -> None:
    probe = writer.probe()
    probe.wait_writing(5, host="db1")
    cut = time.monotonic()
    with probe.between_writes():
        writer.switch.cut("client", "db1")
        time.sleep(0.4)
    writer.switch.heal()
    probe.wait_writing(5, after=cut)
    assert 0.4 < probe.gap(cut).seconds < 2
    probe.stop()
    assert not probe.lost_rows(writer.hosts["db1"])


def test_probe_finds_a_lost_row(writer: Lab) -> None:
    probe = writer.probe()
    probe.wait_writing(5)
    probe.stop()
    victim = probe.writes()[3].n
    writer.hosts["db1"].sql(f"DELETE FROM app.writes WHERE n = {victim}")
    assert [write.n for write in probe.lost_rows(writer.hosts["db1"])] == [victim]


def test_sampler_sees_moves_in_order_and_two_holders_at_once(writer: Lab) -> None:
    began = time.monotonic()
    db1, db2 = writer.hosts["db1"], writer.hosts["db2"]
    db1.remove_address(WRITER_IP)
    db2.add_address(WRITER_IP)
    assert writer.sampler.left(WRITER_IP, "db1", began) < writer.sampler.came(WRITER_IP, "db2", began)
    assert not writer.sampler.violations()
    db1.add_address(WRITER_IP)
    wait_until(writer.sampler.violations, 2, "the sampler to see two holders", 0.02)
    db2.sql("SET GLOBAL read_only = 0")
    wait_until(lambda: writer.sampler.two_writable(began), 2, "the sampler to see two writable servers", 0.02)
    assert any("both take writes" in violation for violation in writer.sampler.violations())


def test_sampler_writes_through_the_address_on_each_side_of_a_cut(writer: Lab) -> None:
    db1, db2 = writer.hosts["db1"], writer.hosts["db2"]
    wait_until(lambda: "db1" in took_writes(writer), 10, "the sampler to write on db1", 0.02)
    before = db1.gtid_position()
    writer.switch.isolate("db1")
    db2.sql("SET GLOBAL read_only = 0")
    db2.add_address(WRITER_IP)
    wait_until(lambda: {"db1", "db2"} <= took_writes(writer), 10, "the sampler to write on both", 0.02)
    assert any("both took writes" in violation for violation in writer.sampler.violations())
    db1.sql("SET GLOBAL read_only = 1")
    wait_until(lambda: "db1" not in took_writes(writer), 2, "the sampler to be refused by db1", 0.02)
    assert "db2" in took_writes(writer)
    db2.remove_address(WRITER_IP)
    wait_until(lambda: not took_writes(writer), 2, "nobody to take writes", 0.02)
    writer.switch.heal()
    assert db1.gtid_position() == before, "the sampler's writes are in the binary log"


def test_end_of_a_hosts_writes_that_is_not_told_yet_makes_no_second_writer(tmp_path: Path) -> None:
    def tell(**event: object) -> None:
        with samples.log.open("a") as log:
            log.write(json.dumps({"t": 0, **event}) + "\n")

    samples = Samples(tmp_path / "sampler.log")
    tell(host="db2", wrote_from=5.0)
    tell(host="db1", wrote_from=7.0)
    late = threading.Timer(0.1, tell, kwargs={"host": "db2", "wrote_until": 6.9})
    late.start()
    assert not samples.violations()
    late.join()
    tell(host="db2", wrote_from=8.0)
    assert samples.violations() == [f"8.000: db1 and db2 both took writes through {WRITER_IP}"]


def test_acknowledged_rows_that_nobody_lists_are_found() -> None:
    cases: list[tuple[list[int], list[dict[str, Any]], str]] = [
        ([], [], ""),
        ([7, 8], [{"gtids": "0-1-7..8", "complete": True}], ""),
        ([7, 8], [{"gtids": "", "complete": True}, {"gtids": None, "complete": False}], ""),
        ([7, 8], [{"gtids": "0-1-8", "complete": True}], "2 acknowledged rows aren't on the writer, 1 transactions are listed"),
        ([7], [], "1 acknowledged rows aren't on the writer, 0 transactions are listed"),
    ]
    for missing, losses, told in cases:
        answer = json.dumps({"under_way": None, "records": [{"lost": loss} for loss in losses]})
        probe = SimpleNamespace(lost_rows=lambda _, rows=missing: [Write(n, 0, 0, "db1") for n in rows])
        lab: Any = SimpleNamespace(monitor=SimpleNamespace(running=True), writer=lambda: None, probes=[probe],
                                   ctl=lambda *_, text=answer, **__: (0, text))
        assert imbalance(lab).partition(":")[0] == told


def test_gtids_of_both_dialects_are_counted() -> None:
    uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
    assert [gtid.count(text) for text in ("", "0-1-17", "0-1-101..150,0-2-7", f"{uuid}:101-150:152")] == [0, 1, 51, 51]
    assert gtid.last_number("0-1-64,0-2-112", "0-2-") == 112
    assert gtid.last_number(f"{uuid[:-1]}3:1-9,\n{uuid}:1-64:66", f"{uuid}:") == 66
    assert gtid.last_number("0-11-64", "0-1-") == 0


def took_writes(lab: Lab) -> set[str]:
    """Who does now."""
    return {writing.host for writing in lab.sampler.took_writes() if writing.last == math.inf}


def _arrives(source: Host, target: Host) -> bool:
    """Does one datagram get there? It waits for no answer, so that each direction shows apart."""
    receive = ("import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('', 4000)); s.settimeout(1); "
               "print('bound', flush=True); s.recv(9)")
    receiver = target.namespace.popen([PYTHON, "-c", receive], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert receiver.stdout and receiver.stdout.readline() == b"bound\n"
    # A known neighbour needs no question that could be lost in the other direction.
    link = json.loads(target.exec(["ip", "-json", "link", "show", "eth0"]).stdout)[0]["address"]
    source.exec(["ip", "neigh", "replace", target.node.ip, "lladdr", link, "dev", "eth0"])
    source.exec(["bash", "-c", f"echo > /dev/udp/{target.node.ip}/4000"])
    receiver.stdout.close()
    return receiver.wait(5) == 0


def test_one_way_cut_is_one_way(bare: Lab) -> None:
    bare.switch.cut("db3", "db4", both=False)
    db2, db3, db4 = (bare.hosts[name] for name in ("db2", "db3", "db4"))
    assert not _arrives(db3, db4)
    assert _arrives(db4, db3) and _arrives(db3, db2)
    bare.switch.heal()
    assert _arrives(db3, db4)


def test_power_cut_ends_everything_and_the_disk_stays(bare: Lab) -> None:
    db4 = bare.hosts["db4"]
    db4.write_file("/var/lib/left-behind", "still here")
    assert db4.mysqld
    mysqld = db4.mysqld.pid
    bare.power_cut("db4")
    assert not Path(f"/proc/{mysqld}").exists()
    bare.power_on("db4")
    assert db4.path("/var/lib/left-behind").read_text() == "still here"
    assert not Path("/var/lib/left-behind").exists(), "a host wrote to the machine's own file system"
    db4.start_mysqld()
    db4.start_replication()
    wait_until(db4.source_ip, 10, "db4 to replicate again")


def test_lab_whose_owner_was_killed_leaves_nothing_behind() -> None:
    script = ("import sys, time; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from mmmlab import Lab\n"
              "lab = Lab('orphan', Path('/bin/true')); lab.start_hosts(); lab.hosts['db1'].install_mysqld()\n"
              "lab.hosts['db1'].start_mysqld(); print(lab.directory, lab.hosts['db1'].mysqld.pid, flush=True)\n"
              "time.sleep(60)")
    owner = subprocess.Popen([sys.executable, "-c", script, str(Path(__file__).parent)], stdout=subprocess.PIPE,
                             text=True)
    assert owner.stdout
    directory, mysqld = owner.stdout.readline().split()
    assert Path(f"/proc/{mysqld}").exists()
    owner.kill()
    owner.wait()
    wait_until(lambda: not Path(f"/proc/{mysqld}").exists(), 5, "the orphaned server to end")
    registry.sweep()
    # Another lab that begins at this moment may be removing it too, and be slower.
    wait_until(lambda: not Path(directory).exists(), 5, "the orphan's directory to go")


def test_every_database_has_a_sampler_thread_that_answers(bare: Lab) -> None:
    seen = {event["host"] for event in bare.sampler.events() if event.get("read_only") == 1}
    assert seen == set(DATABASES)

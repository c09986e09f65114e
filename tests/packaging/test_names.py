"""Called as mmm_mond, mmm_agentd or mmm_control the binary behaves as those programs of MMM 2.2; and several clusters
live on one host without sharing anything."""

import os
import signal
import subprocess
import sys

import pytest
from daemon_host import Host, alive, config, eventually

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")


@pytest.fixture
def host(binary, tmp_path):
    host = Host(tmp_path, binary)
    yield host
    host.close()


@pytest.fixture
def five(host):
    """The host with one cluster's configuration in its usual place."""
    host.write("/etc/mmm/mmm.toml", config())
    return host


def stop(pid):
    os.kill(pid, signal.SIGTERM)
    assert eventually(lambda: not alive(pid))


# ---- going to the background


@pytest.mark.parametrize("name", ["mmm_mond", "mmm_agentd"])
def test_a_daemon_goes_to_the_background_and_leaves_its_pid(five, name):
    pid = five.start(name)
    pid_file = five.path(f"/run/mmm/{name}.pid")
    assert pid_file.read_text() == f"{pid}\n"
    assert pid_file.stat().st_mode & 0o777 == 0o644
    assert os.getsid(pid) == pid
    assert os.readlink(f"/proc/{pid}/cwd") in ("/", str(five.path("/")))
    assert [os.readlink(f"/proc/{pid}/fd/{number}") for number in (0, 1, 2)] == ["/dev/null"] * 3
    stop(pid)
    assert not pid_file.exists()


def test_a_second_start_is_refused_and_says_who_runs(five):
    pid = five.start("mmm_mond")
    again = five.run("mmm_mond")
    assert again.returncode == 1
    assert again.stderr.startswith("mmm_mond: can't start: /run/mmm/mmm_mond.pid (key pid_path) belongs to a process that runs")
    assert f"pid {pid} (" in again.stderr and "cluster 'five', /etc/mmm/mmm.toml" in again.stderr
    assert alive(pid) and five.read("/run/mmm/mmm_mond.pid") == f"{pid}\n"


def test_a_pid_file_of_a_process_that_was_killed_is_replaced(five):
    first = five.start("mmm_mond")
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: not alive(first))
    assert five.read("/run/mmm/mmm_mond.pid") == f"{first}\n"
    assert five.start("mmm_mond") != first


def test_an_original_program_that_runs_keeps_its_pid_file(five):
    with subprocess.Popen(["perl", "-e", "$0 = 'mmm_mond'; print qq(up\\n); close STDOUT; sleep 60"], stdout=subprocess.PIPE) as original:
        original.stdout.readline()
        five.write("/run/mmm/mmm_mond.pid", f"{original.pid}\n")
        refused = five.run("mmm_mond")
        original.kill()
    assert refused.returncode == 1 and f"runs: pid {original.pid} (mmm_mond)" in refused.stderr
    assert five.read("/run/mmm/mmm_mond.pid") == f"{original.pid}\n"


def test_with_debug_it_stays_in_the_foreground_and_says_more(host):
    host.write("/etc/mmm/mmm.toml", config(debug=True))
    daemon = host.popen("mmm_mond")
    assert eventually(lambda: host.run("mmm_control", "ping").returncode == 0)
    assert host.read("/run/mmm/mmm_mond.pid") == f"{daemon.pid}\n"
    daemon.send_signal(signal.SIGTERM)
    _, log = daemon.communicate(timeout=20)
    assert daemon.returncode == 0
    assert "monitor started" in log and " DEBUG " in log
    assert not host.path("/run/mmm/mmm_mond.pid").exists()


def test_why_a_start_fails_reaches_who_asked_for_it(five):
    five.write("/etc/mmm/faulty.toml", config().replace('peer = "db2"', 'peer = "db9"'))
    faulty = five.run("mmm_mond", "@faulty")
    assert faulty.returncode == 1 and "db9" in faulty.stderr
    # Known only in the background: the port is taken.
    five.start("mmm_mond")
    five.write("/etc/mmm/late.toml", config("late"))
    late = five.run("mmm_mond", "@late")
    assert late.returncode == 1
    assert late.stderr.startswith("mmm_mond: can't start: cannot listen on 192.168.10.135:9988: the port is in use")
    assert not five.path("/run/mmm/mmm_mond_late.pid").exists()


# ---- the files that people have


COMMON = """
active_master_role writer
<host default>
    cluster_interface lo
    pid_path /run/mysql-mmm/mmm_agentd.pid
    bin_path /usr/lib/mysql-mmm/
    replication_user replication
    replication_password r
    agent_user mmm_agent
    agent_password a
    mysql_port 1
</host>
<host db1>
    ip 192.168.10.131
    mode master
    peer db2
</host>
<host db2>
    ip 192.168.10.132
    mode master
    peer db1
</host>
<role writer>
    hosts db1, db2
    ips 192.168.10.128
    mode exclusive
</role>
"""

MONITOR = """
include mmm_common.conf
<monitor>
    ip 192.168.10.135
    pid_path /run/mysql-mmm/mmm_mond.pid
    bin_path /usr/lib/mysql-mmm
    status_path /var/lib/misc/mmm_mond.status
    ping_ips 192.168.10.131
</monitor>
<host default>
    monitor_user mmm_monitor
    monitor_password m
</host>
debug 0
"""


def test_the_programs_start_with_the_files_of_the_original_ones(host):
    host.write("/etc/mysql-mmm/mmm_common.conf", COMMON)
    host.write("/etc/mysql-mmm/mmm_mon.conf", MONITOR)
    host.write("/etc/mysql-mmm/mmm_agent.conf", "include mmm_common.conf\nthis db1\n")
    for name in ("mmm_agentd", "mmm_mond"):
        host.check(name)
        pid = int(host.read(f"/run/mysql-mmm/{name}.pid"))
        assert alive(pid)
    assert host.run("mmm_control", "mode").stdout == "ACTIVE\n"
    assert " db1(192.168.10.131) master/" in host.run("mmm_control", "show").stdout
    assert host.path("/var/lib/misc/mmm_mond.status.lock").exists()


def test_at_cluster_reads_the_classic_file_of_that_cluster(host):
    host.write("/etc/mysql-mmm/mmm_common.conf", COMMON)
    host.write("/etc/mysql-mmm/mmm_mon_shop.conf", MONITOR)
    for name in ("mmm_mond", "mmm_control"):
        assert "/etc/mysql-mmm/mmm_mon.conf" in host.run(name).stderr
    host.check("mmm_mond", "@shop")
    assert host.run("mmm_control", "@shop", "mode").stdout == "ACTIVE\n"
    assert host.run("mmm", "ctl", "@shop", "mode").stdout == "ACTIVE\n"
    assert host.run("mmm", "ctl", "--config", "mmm_mon_shop", "mode").stdout == "ACTIVE\n"


def test_a_pid_file_that_can_not_be_written_keeps_only_the_original_names_from_starting(host):
    host.write("/etc/mmm/mmm.toml", config(pid_path="/dev/null/mmm.pid"))
    refused = host.run("mmm_mond")
    assert refused.returncode == 1 and "can't write the process id to /dev/null/mmm.pid" in refused.stderr
    monitor = host.popen("mmm", "monitor")
    assert eventually(lambda: host.run("mmm", "ctl", "ping").returncode == 0)
    monitor.send_signal(signal.SIGTERM)
    assert "no pid file" in monitor.communicate(timeout=20)[1]


# ---- the log


def test_without_a_system_log_a_daemon_writes_a_file(five):
    five.write("/etc/mysql-mmm/mmm_mon.conf", "")
    pid = five.start("mmm_mond")
    log = five.path("/var/log/mysql-mmm/mmm_mond.log")
    assert eventually(lambda: "monitor started" in log.read_text())
    assert log.stat().st_mode & 0o777 == 0o640
    assert "/etc/mysql-mmm/mmm_mon.conf exists too and is not read" in log.read_text()
    stop(pid)
    five.start("mmm_mond")
    assert eventually(lambda: log.read_text().count("monitor started") == 2)


RECEIVER = """
import socket
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/dev/log")
print("up", flush=True)
while True:
    print(log.recv(8192).decode(), flush=True)
"""


def test_a_system_log_gets_what_a_daemon_says(five):
    command = ["nsenter", "--mount", "-t", str(five.holder.pid), sys.executable, "-c", RECEIVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as receiver:
        try:
            assert receiver.stdout.readline() == "up\n"
            pid = five.start("mmm_mond")
            stop(pid)
        finally:
            receiver.kill()
        lines = receiver.stdout.read()
    assert f" mmm_mond[{pid}]: monitor started " in lines
    assert f" mmm_mond[{pid}]: ending; agents keep what they hold " in lines
    assert not five.path("/var/log/mysql-mmm").exists()


# ---- mmm_control


def say(host, command):
    """What the monitor answers, byte for byte."""
    code = f"import socket; s = socket.create_connection(('192.168.10.135', 9988), 5); s.sendall({command!r}); print(s.makefile().read(), end='')"
    return subprocess.run(
        ["nsenter", "--net", "-t", str(host.holder.pid), sys.executable, "-c", code],
        capture_output=True, text=True, timeout=20, check=True,
    ).stdout  # fmt: skip


def test_mmm_control_prints_the_answer_and_a_line_end(five):
    five.start("mmm_mond")
    for command in ("show", "ping", "mode", "help", "no_such_command x"):
        def matches(command=command):
            result = five.run("mmm_control", *command.split())
            assert (result.returncode, result.stderr) == (0, "")
            return result.stdout == say(five, f"{command}\nquit\n".encode()) + "\n"

        assert eventually(matches), command  # states change between two looks
    assert five.run("mmm_control").stdout == five.run("mmm_control", "help").stdout


def test_mmm_control_ends_with_0_for_a_refusal_and_with_1_without_a_monitor(five):
    pid = five.start("mmm_mond")
    refused = five.run("mmm_control", "set_online", "db9")
    assert refused.stdout.startswith("ERROR:") and refused.returncode == 0
    assert five.run("mmm", "ctl", "set_online", "db9").returncode == 1
    stop(pid)
    away = five.run("mmm_control", "show")
    assert away.returncode == 1 and away.stdout == "" and "no monitor at 192.168.10.135:9988" in away.stderr
    nowhere = five.run("mmm_control", "@nowhere", "show")
    assert nowhere.returncode == 1 and "/etc/mysql-mmm/mmm_mon_nowhere.conf" in nowhere.stderr


# ---- several clusters


def test_each_cluster_has_a_monitor_of_its_own(host):
    for number, cluster in enumerate(("shop", "news")):
        host.write(f"/etc/mmm/{cluster}.toml", config(cluster, port=9988 + 10 * number))
        host.start("mmm_mond", f"@{cluster}", name=f"mmm_mond_{cluster}")
    for cluster in ("shop", "news"):
        assert host.run("mmm", "ctl", f"@{cluster}", "mode").stdout == "ACTIVE\n"
        assert f'"cluster":"{cluster}"' in host.run("mmm", "ctl", f"@{cluster}", "--json", "show").stdout.replace(" ", "")
        assert host.run("mmm_control", f"@{cluster}", "mode").stdout == "ACTIVE\n"


@pytest.mark.parametrize(
    "shared, message",
    [
        ({"port": 9988}, "cannot listen on 192.168.10.135:9988"),
        ({"status_path": "/var/lib/mmm/shop.status"}, "/var/lib/mmm/shop.status.lock is held by"),
        ({"pid_path": "/run/mmm/both.pid"}, "/run/mmm/both.pid (key pid_path) belongs to a process that runs"),
    ],
)
def test_a_monitor_that_would_share_something_with_another_cluster_is_refused(host, shared, message):
    host.write("/etc/mmm/shop.toml", config("shop", pid_path="/run/mmm/both.pid"))
    host.write("/etc/mmm/news.toml", config("news", **{"port": 9998, **shared}))
    host.check("mmm_mond", "@shop")
    pid = int(host.read("/run/mmm/both.pid"))
    for refused in (host.run("mmm", "monitor", "@news"), host.run("mmm_mond", "@news")):
        assert refused.returncode == 1
        assert message in refused.stderr
        assert f"pid {pid} (" in refused.stderr and "cluster 'shop', /etc/mmm/shop.toml" in refused.stderr
    assert alive(pid) and host.run("mmm", "ctl", "@shop", "mode").stdout == "ACTIVE\n"


def test_agents_of_two_clusters_live_on_one_host_with_two_ports(host):
    host.write("/etc/mmm/shop.toml", config("shop"))
    host.write("/etc/mmm/news.toml", config("news", agent_port=9999))
    first = host.start("mmm_agentd", "@shop", name="mmm_agentd_shop")
    host.start("mmm_agentd", "@news", name="mmm_agentd_news")
    host.write("/etc/mmm/late.toml", config("late"))
    refused = host.run("mmm_agentd", "@late")
    assert refused.returncode == 1
    assert "192.168.10.131:9989" in refused.stderr and f"pid {first} (" in refused.stderr and "@shop)" in refused.stderr


# ---- the links


def test_the_links_are_made_again_without_harm(host):
    first = sorted(os.readlink(path) for path in host.links.iterdir())
    assert first == [os.path.realpath(host.binary)] * 3
    assert host.check("mmm", "install-links", str(host.links)).count("(was there)") == 3
    assert host.check("mmm_mond", "--version") == host.check("mmm", "--version")


def test_a_program_that_is_in_the_way_stays(host):
    (host.links / "mmm_control").unlink()
    (host.links / "mmm_mond").unlink()
    (host.links / "mmm_control").write_text("#!/usr/bin/perl\n")
    refused = host.run("mmm", "install-links", str(host.links))
    assert refused.returncode == 1
    assert f"{host.links}/mmm_control is there and isn't a link" in refused.stderr
    assert (host.links / "mmm_control").read_text() == "#!/usr/bin/perl\n"
    assert not (host.links / "mmm_mond").exists()


@pytest.mark.parametrize("arguments", [[], ["--nonsense"], ["/a", "/b"]])
def test_install_links_says_how_it_is_used(host, arguments):
    wrong = host.run("mmm", "install-links", *arguments)
    assert wrong.returncode == 2 and "Usage: mmm install-links DIR" in wrong.stderr

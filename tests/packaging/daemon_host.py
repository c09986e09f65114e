"""A host for daemons: this machine with a network, /etc, /run, /var and /dev of its own, all gone afterwards."""

import os
import pathlib
import signal
import subprocess
import time


USER = 64321
ADDRESSES = ("192.168.10.131", "192.168.10.135")  # this host is db1 and the monitor's host at once

# $1: a folder for the layers. Over /etc and /var so that what the machine has stays readable.
MOUNTS = """
    set -e
    mount -t tmpfs tmpfs "$1"
    for top in etc var; do
        mkdir -p "$1/$top" "$1/$top.work"
        mount -t overlay overlay -o "lowerdir=/$top,upperdir=$1/$top,workdir=$1/$top.work" "/$top"
    done
    mount -t tmpfs -o mode=755 tmpfs /run
    mkdir "$1/dev"
    for device in null zero urandom; do touch "$1/dev/$device"; mount --bind "/dev/$device" "$1/dev/$device"; done
    mount --rbind "$1/dev" /dev
    rm -rf /etc/mmm /etc/mysql-mmm /etc/mmm_*.conf /var/log/mysql-mmm /var/lib/mmm
    ip link set lo up
    for address in {addresses}; do ip address add "$address/32" dev lo; done
    echo ready
    exec sleep 600
""".replace("{addresses}", " ".join(ADDRESSES))

CONFIG = """
cluster = "{cluster}"
debug = {debug}
[monitor]
ip = "192.168.10.135"
port = {port}
ping_ips = ["192.168.10.131"]
status_path = "{status_path}"
{pid_line}
[defaults.host]
agent_port = {agent_port}
mysql_port = 1
agent_user = "mmm_agent"
agent_password = "a"
monitor_user = "mmm_monitor"
monitor_password = "m"
replication_user = "replication"
replication_password = "r"
[host.db1]
ip = "192.168.10.131"
mode = "master"
peer = "db2"
[host.db2]
ip = "192.168.10.132"
mode = "master"
peer = "db1"
[role.writer]
hosts = ["db1", "db2"]
ips = ["192.168.10.128"]
[security]
{security}
"""


def config(cluster="five", debug=False, port=9988, agent_port=9989, status_path=None, pid_path=None, security="plain = true"):
    """A configuration whose daemons share nothing with those of another cluster's default ports."""
    return CONFIG.format(
        cluster=cluster,
        debug="true" if debug else "false",
        port=port,
        agent_port=agent_port,
        status_path=status_path or f"/var/lib/mmm/{cluster}.status",
        security=security,
        pid_line=f'pid_path = "{pid_path}"' if pid_path else "",
    )


def eventually(condition, seconds=10):
    """Waits until the condition holds; False when it doesn't in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def alive(pid):
    """Runs, and isn't merely a zombie that nobody has waited for. Threads may outlive the first one, with its files."""
    try:
        stats = [each.read_text() for each in pathlib.Path(f"/proc/{pid}/task").glob("*/stat")]
    except OSError:
        return pathlib.Path(f"/proc/{pid}").exists()  # one of them ended while it was looked at
    return any(stat.rsplit(")", 1)[1].split()[0] != "Z" for stat in stats)


class Host:
    """Commands run in it; `links` is a folder with the three names."""

    def __init__(self, folder, binary):
        layers = folder / "layers"
        layers.mkdir()
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--net", "--propagation", "private", "sh", "-c", MOUNTS, "sh", str(layers)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        first = self.holder.stdout.readline().strip()
        assert first == "ready", first + self.holder.stdout.read()
        self.links = folder / "links"
        self.links.mkdir()
        self.binary = binary
        self.check("mmm", "install-links", str(self.links))
        self.remove_user()  # whatever this machine has

    def enter(self, program, *arguments):
        path = str(self.binary) if program == "mmm" else str(self.links / program)
        return ["nsenter", "--mount", "--net", "-t", str(self.holder.pid), "--wd=/", path, *arguments]

    def run(self, program, *arguments):
        """Status and output. Returns only when nobody holds the output's pipes any more."""
        return subprocess.run(self.enter(program, *arguments), capture_output=True, text=True, timeout=60, check=False)

    def check(self, program, *arguments):
        result = self.run(program, *arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def popen(self, program, *arguments):
        return subprocess.Popen(
            self.enter(program, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def start(self, program, *arguments, name=None):
        """Starts a daemon that goes to the background; returns its process id, from its pid file."""
        self.check(program, *arguments)
        return int(self.read(f"/run/mmm/{name or program}.pid"))

    def path(self, path):
        return pathlib.Path(f"/proc/{self.holder.pid}/root{path}")

    def read(self, path):
        return self.path(path).read_text()

    def write(self, path, text, mode=0o600):
        file = self.path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        return path

    def add_user(self):
        """The services' user, as the package makes it."""
        for name, line in (("passwd", f"mmm:x:{USER}:{USER}::/var/lib/mmm:/usr/sbin/nologin\n"), ("group", f"mmm:x:{USER}:\n")):
            lines = [each for each in self.read(f"/etc/{name}").splitlines(True) if not each.startswith("mmm:")]
            self.path(f"/etc/{name}").write_text("".join(lines) + line)

    def remove_user(self):
        for name in ("passwd", "group"):
            lines = [each for each in self.read(f"/etc/{name}").splitlines(True) if not each.startswith("mmm:")]
            self.path(f"/etc/{name}").write_text("".join(lines))

    def processes(self):
        """All that run in this host, also those whose start a failed test didn't see through."""
        network = os.readlink(f"/proc/{self.holder.pid}/ns/net")
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(folder / "ns/net") == network:
                    yield int(folder.name)
            except OSError:
                continue  # it ended meanwhile

    def close(self):
        for pid in self.processes():
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        self.holder.wait()



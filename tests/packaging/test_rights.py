"""Daemons that root starts give its rights up, keep what they need, and can still do their work; and what secrets there
are is seen nowhere."""

import os
import pathlib
import re
import signal
import subprocess

import pytest
from daemon_host import USER, Host, alive, config, eventually

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="namespaces and another user need root")

NET_ADMIN, NET_RAW = 1 << 12, 1 << 13
NAMES = ["mmm_mond", "mmm_agentd"]
PASSWORD = "Tr0ub4dor-and-3"


@pytest.fixture
def host(binary, tmp_path):
    host = Host(tmp_path, binary)
    host.add_user()
    host.write("/etc/mmm/mmm.toml", config())
    yield host
    host.close()


def rights(pid):
    """User, capabilities, bounding set and no_new_privs of a process."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    field = {name: value.split() for name, value in re.findall(r"^(\w+):\t(.*)$", status, re.MULTILINE)}
    for name in ("CapInh", "CapBnd", "CapAmb"):
        assert int(field[name][0], 16) == 0, name
    assert field["CapPrm"] == field["CapEff"] and field["NoNewPrivs"] == ["1"]
    assert set(field["Uid"]) == set(field["Gid"]), status
    return int(field["Uid"][0]), int(field["CapEff"][0], 16)


def let_ping(host, group_range):
    command = ["nsenter", "--net", "-t", str(host.holder.pid), "sh", "-c", 'echo "$1" >/proc/sys/net/ipv4/ping_group_range']
    subprocess.run([*command, "sh", group_range], check=True)


def log_of(host, name):
    return host.read(f"/var/log/mysql-mmm/{name}.log")


def stop(pid):
    os.kill(pid, signal.SIGTERM)
    assert eventually(lambda: not alive(pid))


@pytest.mark.parametrize("group_range, of_monitor", [("1 0", NET_RAW), (f"{USER} {USER}", 0)])
def test_daemons_become_the_services_user_with_what_they_need(host, group_range, of_monitor):
    let_ping(host, group_range)
    monitor, agent = (host.start(name) for name in NAMES)
    assert rights(monitor) == (USER, of_monitor)
    assert rights(agent) == (USER, NET_ADMIN | NET_RAW)
    # Each pings, speaks with the other, and writes its files.
    assert eventually(lambda: '"name":"db1"' in host.run("mmm", "ctl", "show", "--json").stdout.replace(" ", ""))
    assert eventually(lambda: re.search(r"db1 +ping +\[last change: .*\] +OK", host.run("mmm", "ctl", "checks", "db1").stdout))
    assert eventually(lambda: host.path("/var/lib/mmm/five.status").exists())
    for path in ("/var/lib/mmm/five.status", "/var/lib/mmm", "/run/mmm"):
        assert host.path(path).stat().st_uid == USER, path
    for pid, name in zip((monitor, agent), NAMES):
        assert host.path(f"/run/mmm/{name}.pid").exists()
        stop(pid)
        assert not host.path(f"/run/mmm/{name}.pid").exists()


def test_files_of_an_earlier_run_as_root_are_taken_over(host):
    host.remove_user()
    pids = [host.start(name) for name in NAMES]
    for pid, name in zip(pids, NAMES):
        assert rights(pid)[0] == 0
        assert "useradd --system" in log_of(host, name)
    assert eventually(lambda: host.path("/var/lib/mmm/five.status").exists())
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda pid=pid: not alive(pid))
    host.write("/var/lib/mmm/of-somebody-else", "")
    host.add_user()
    assert [rights(host.start(name))[0] for name in NAMES] == [USER, USER]
    owners = {path.name: path.stat().st_uid for path in host.path("/var/lib/mmm").iterdir()}
    assert owners.pop("of-somebody-else") == 0
    assert len(owners) > 3 and set(owners.values()) == {USER}


def test_a_folder_that_the_user_can_not_write_to_is_refused_but_to_the_original_names(host):
    host.write("/etc/mmm/mmm.toml", config(status_path="/var/lib/misc/mmm_mond.status", pid_path="/run/mmm_mond.pid"))
    refused = host.run("mmm", "monitor")
    assert refused.returncode == 1
    assert "user mmm can't write to /var/lib/misc" in refused.stderr and "chown mmm /var/lib/misc" in refused.stderr
    host.check("mmm_mond")
    pid = int(host.read("/run/mmm_mond.pid"))
    assert rights(pid) == (0, NET_RAW)
    assert "it stays root" in log_of(host, "mmm_mond") and "chown mmm /var/lib/misc" in log_of(host, "mmm_mond")
    assert eventually(lambda: host.path("/var/lib/misc/mmm_mond.status").exists())
    stop(pid)


def test_a_pid_file_in_a_folder_of_roots_names_no_process_after_the_end(host):
    host.write("/etc/mmm/mmm.toml", config(pid_path="/run/mmm_mond.pid"))
    host.check("mmm_mond")
    pid = int(host.read("/run/mmm_mond.pid"))
    assert rights(pid)[0] == USER
    stop(pid)
    assert host.read("/run/mmm_mond.pid") == ""
    host.check("mmm_mond")
    assert alive(int(host.read("/run/mmm_mond.pid")))


def test_root_stays_root_only_where_that_is_asked_for(host):
    for wanted, message in (("nobody-here", "there is no user nobody-here; run: useradd"), ("daemon", "user daemon can't write to /var/lib/mmm")):
        host.path("/var/lib/mmm").mkdir(exist_ok=True)
        os.chown(host.path("/var/lib/mmm"), 12345, 12345)
        refused = host.run("mmm", "monitor", "--user", wanted)
        assert refused.returncode == 1 and message in refused.stderr
    os.chown(host.path("/var/lib/mmm"), USER, USER)
    os.chown(host.path("/run/mmm"), 0, 0)  # the user that was refused has it already
    monitor = host.popen("mmm", "monitor", "--user", "root")
    assert eventually(lambda: host.run("mmm", "ctl", "ping").returncode == 0)
    assert rights(monitor.pid) == (0, NET_RAW)
    monitor.send_signal(signal.SIGTERM)
    assert monitor.wait(20) == 0


@pytest.mark.parametrize("options, warned", [([], True), (["--user", "root"], False)])
def test_root_that_may_not_become_another_stays_root(host, options, warned):
    host.write("/etc/mmm/mmm.toml", config())
    enter = host.enter("mmm", "monitor", *options)
    at = enter.index("--wd=/") + 1
    with subprocess.Popen([*enter[:at], "setpriv", "--bounding-set=-all,+net_raw", *enter[at:]], stderr=subprocess.PIPE, text=True) as monitor:
        assert eventually(lambda: host.run("mmm", "ctl", "ping").returncode == 0)
        status = pathlib.Path(f"/proc/{monitor.pid}/status").read_text()
        monitor.send_signal(signal.SIGTERM)
        log = monitor.communicate(timeout=20)[1]
    assert re.search(r"^Uid:\t0\t0\t0\t0$", status, re.MULTILINE) and f"CapEff:\t{NET_RAW:016x}" in status, log
    assert "NoNewPrivs:\t1" in status and ("can become nobody else" in log) == warned, log


def test_who_is_not_root_stays_who_it_is(host):
    host.write("/etc/mmm/mmm.toml", config(), 0o640)
    for path in ("/etc/mmm/mmm.toml", "/etc/mmm"):
        os.chown(host.path(path), 0, USER)
    for path in ("/var/lib/mmm", "/run/mmm"):
        host.path(path).mkdir()
        os.chown(host.path(path), USER, USER)
    keep = "--inh-caps=+net_admin,+net_raw,+sys_ptrace", "--ambient-caps=+net_admin,+net_raw,+sys_ptrace"
    enter = host.enter("mmm", "agent")
    at = enter.index("--wd=/") + 1
    command = [*enter[:at], "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *keep, *enter[at:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as agent:
        status = pathlib.Path(f"/proc/{agent.pid}/status")
        assert eventually(lambda: "NoNewPrivs:\t1" in status.read_text()), agent.stderr.read()
        fields = dict(re.findall(r"^(Cap\w+|Uid):\s+(\w+)", status.read_text(), re.MULTILINE))
        assert (int(fields["Uid"]), int(fields["CapEff"], 16), int(fields["CapAmb"], 16)) == (USER, NET_ADMIN | NET_RAW, 0)
        other = [*command, "--user", "daemon"]
        refused = subprocess.run(other, capture_output=True, text=True, timeout=20, check=False)
        assert refused.returncode == 1 and "only root may become user daemon" in refused.stderr
        agent.send_signal(signal.SIGTERM)
        agent.communicate(timeout=20)


def test_a_key_that_only_root_can_read_is_used_and_warned_of(host):
    key = host.check("mmm", "keygen")
    host.write("/etc/mmm/cluster.key", key)
    host.path("/etc/mmm").chmod(0o750)
    host.write("/etc/mmm/mmm.toml", config(security='key_file = "/etc/mmm/cluster.key"'))
    pid = host.start("mmm_agentd")
    log = log_of(host, "mmm_agentd")
    assert "chgrp mmm /etc/mmm && chmod g+x /etc/mmm" in log and rights(pid)[0] == USER
    stop(pid)
    os.chown(host.path("/etc/mmm"), 0, USER)
    pid = host.start("mmm_agentd")
    assert "chgrp mmm /etc/mmm/cluster.key && chmod 640 /etc/mmm/cluster.key" in log_of(host, "mmm_agentd")
    os.kill(pid, signal.SIGHUP)
    assert eventually(lambda: "those read before stay in force" in log_of(host, "mmm_agentd"))
    os.chown(host.path("/etc/mmm/cluster.key"), 0, USER)
    host.path("/etc/mmm/cluster.key").chmod(0o640)
    before = log_of(host, "mmm_agentd")
    os.kill(pid, signal.SIGHUP)
    stop(pid)
    host.start("mmm_agentd")
    assert "chgrp" not in log_of(host, "mmm_agentd")[len(before):] and "stay in force" not in log_of(host, "mmm_agentd")[len(before):]


def test_no_secret_is_seen_anywhere_and_no_core_is_dumped(host):
    key = host.check("mmm", "keygen", "--name", "first").strip()
    secret = key.split(":")[2]
    assert len(secret) > 20
    text = re.sub(r'password = "\w"', f'password = "{PASSWORD}"', config())
    host.write("/etc/mmm/cluster.key", key + "\n")
    host.write("/etc/mmm/mmm.toml", text.replace("plain = true", 'key_file = "/etc/mmm/cluster.key"'))
    seen = {"check-config": "", "print": ""}
    for name, options in (("check-config", []), ("print", ["--print"]), ("json", ["--json"])):
        result = host.run("mmm", "check-config", *options)
        assert result.returncode == 0, result.stdout + result.stderr
        seen[name] = result.stdout + result.stderr
    # Faulty in the very lines that hold a secret.
    for number, (old, new) in enumerate(((f'"{PASSWORD}"', f'"{PASSWORD}'), ("agent_password", "agent_pasword"),
                                         (f'"{PASSWORD}"', f'"{PASSWORD}" "x"'), ('password = "', "password = '"))):  # fmt: skip
        host.write("/etc/mmm/faulty.toml", text.replace(old, new, 1))
        for program, *more in (("mmm", "check-config"), ("mmm", "monitor"), ("mmm_agentd",)):
            result = host.run(program, *more, "@faulty")
            assert result.returncode == 1
            seen[f"fault {number} {program}"] = result.stdout + result.stderr
    for number, wrong in enumerate((key[:-3], key.replace("first", "fir st"), key[:-1] + "!", key + key)):
        host.write("/etc/mmm/wrong.key", wrong + "\n")
        host.write("/etc/mmm/faulty.toml", text.replace("plain = true", 'key_file = "/etc/mmm/wrong.key"'))
        result = host.run("mmm", "agent", "@faulty")
        assert result.returncode == 1
        seen[f"key {number}"] = result.stdout + result.stderr
    pids = [host.start(name) for name in NAMES]
    assert eventually(lambda: host.path("/var/lib/mmm/five.status").exists())
    for command in ("show", "checks", "history", "explain"):
        seen[command] = host.run("mmm", "ctl", command).stdout
    for pid, name in zip(pids, NAMES):
        assert os.stat(f"/proc/{pid}/mem").st_uid == 0, "it can be dumped"
        assert re.search(r"^Max core file size +0 +0 ", pathlib.Path(f"/proc/{pid}/limits").read_text(), re.MULTILINE)
        for what in ("cmdline", "environ", "comm"):
            seen[f"{what} of {name}"] = pathlib.Path(f"/proc/{pid}/{what}").read_text(errors="replace")
        os.kill(pid, signal.SIGHUP if name == "mmm_agentd" else signal.SIGTERM)
        os.kill(pid, signal.SIGABRT)
        assert eventually(lambda pid=pid: not alive(pid))
    for top in ("var/lib/mmm", "var/log/mysql-mmm", "run/mmm"):
        for path in host.path("/" + top).rglob("*"):
            if path.is_file() and not path.is_symlink() and path.stat().st_size < 1 << 22:
                seen[str(path)] = path.read_text(errors="replace")
    for where, content in seen.items():
        assert PASSWORD not in content and PASSWORD[:8] not in content, where
        assert secret not in content and secret[:20] not in content, where
    assert len(seen) > 20

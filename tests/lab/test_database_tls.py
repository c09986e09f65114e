"""mysql_tls verify on all hosts: everything works inside TLS, and whatever is wrong with TLS is an alarm, no takeover."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import pymysql
import pytest

from mmmlab import Lab, servers, topology, wait_until
from mmmlab.certificates import Authority
from mmmlab.expect import assert_rows, wait_cluster
from mmmlab.failovers import failover, more_failovers
from mmmlab.host import Host
from mmmlab.standing import SETTINGS
from mmmlab.topology import DATABASES, NODES
from mmmlab.wait import stays_true

pytestmark = pytest.mark.database

MakeLab = Callable[..., Lab]
AUTHORITY = "/etc/mmm/databases.pem"
CERTIFICATE, KEY = "/etc/mysql/server.pem", "/etc/mysql/server.key"
TLS = f"ssl_cert = {CERTIFICATE}\nssl_key = {KEY}\n"
QUIET_S = 8.0  # longer than any check needs to give a host up


def install(host: Host, authority: Authority, ip: str, days: str = "2") -> None:
    certificate, key = authority.issue(host.name, ip, days)
    host.write_file(CERTIFICATE, certificate)
    host.write_file(KEY, key)


def start(make_lab: MakeLab) -> tuple[Lab, Authority]:
    """All servers have certificates, and let nobody of ours in without TLS."""
    keys = {"mysql_tls": '"verify"', "mysql_ca": f'"{AUTHORITY}"'}
    lab = make_lab(host_settings=dict.fromkeys(DATABASES, keys), monitor_settings=SETTINGS)
    authority = Authority(lab.directory / "authority")
    lab.start_hosts()
    for host in lab.hosts.values():
        host.write_file(AUTHORITY, authority.certificate)
    for host in lab.databases:
        install(host, authority, host.node.ip)
        host.more_settings = TLS
    lab.start_databases()
    for host in lab.databases:
        with host.root_may_write(), host.session() as session:
            session.query("SET sql_log_bin = 0")
            for user, _ in (topology.AGENT, topology.MONITOR_USER):
                session.query(f"ALTER USER '{user}'@'192.168.10.%' REQUIRE SSL")
    lab.start_mmm()
    lab.wait_online()
    return lab, authority


def end_our_sessions(host: Host) -> None:
    """Whoever comes back sees the certificate of now."""
    users = [user for user, _ in (topology.AGENT, topology.MONITOR_USER, topology.REPLICATION)]
    for row in host.sql("SHOW PROCESSLIST"):
        if row["User"] in users:
            with contextlib.suppress(pymysql.Error):  # it may have ended meanwhile
                host.sql(f"KILL {row['Id']}")


def warned(lab: Lab, text: str) -> bool:
    return text in lab.ctl("checks")[1] + lab.ctl("show")[1]


def test_failover_and_replication_inside_verified_tls(
        make_lab: MakeLab, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
    lab, _ = start(make_lab)
    # Newer servers set up TLS by themselves, without a look at the certificate.
    wait_until(lambda: warned(lab, "db3 replicates from db1 without "), 70,
               "the replication that was set up by hand to be named")
    # The remedy that the warning names.
    for word in ("set_offline", "set_online"):
        assert lab.ctl(word, "db3")[0] == 0
    wait_until(lambda: lab.hosts["db3"].replication()["Master_SSL_Verify_Server_Cert"] == "Yes", 15, "db3 to use TLS")
    wait_cluster(lab, 15, writer="db1")
    probe, gap = failover(lab, "db1", "db2")
    with lab.hosts["db2"].root_may_write(), lab.hosts["db2"].session() as session:
        session.query("SET sql_log_bin = 0")
        session.query(f"ALTER USER '{topology.REPLICATION[0]}'@'192.168.10.%' REQUIRE SSL")
    end_our_sessions(lab.hosts["db2"])
    lab.hosts["db1"].start_mysqld()
    wait_cluster(lab, 20, writer="db2")
    for name in ("db1", "db3", "db4"):
        wait_until(lambda name=name: lab.hosts[name].replication()["Slave_IO_Running"] == "Yes", 15,
                   f"{name} to replicate inside TLS")
        status = lab.hosts[name].replication()
        assert status["Master_Host"] == NODES["db2"].ip
        assert status["Master_SSL_Allowed"] == "Yes" and status["Master_SSL_CA_File"] == AUTHORITY
        assert status["Master_SSL_Verify_Server_Cert"] == "Yes"
    assert_rows(lab, probe, "db2")
    record_property("figures", more_failovers(lab, request.config.getoption("--failover-runs"), gap))


def test_writers_certificate_that_is_not_valid_is_an_alarm_and_no_takeover(make_lab: MakeLab) -> None:
    if not servers.chosen().reload_tls:
        pytest.skip("this server takes no certificate that isn't valid while it runs")
    lab, authority = start(make_lab)
    db1 = lab.hosts["db1"]
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    for days, ip, words in (("-1", db1.node.ip, "its certificate has expired"),
                            ("2", "192.0.2.1", "its certificate is for somebody else")):
        began = time.monotonic()
        install(db1, authority, ip, days)
        db1.sql(lab.server.reload_tls)
        end_our_sessions(db1)
        wait_until(lambda words=words: warned(lab, words), 10, f"the monitor to say: {words}")
        stays_true(lambda began=began: not lab.sampler.moves_since(began), QUIET_S, "no address came or left")
        install(db1, authority, db1.node.ip)
        db1.sql(lab.server.reload_tls)
        wait_until(lambda words=words: not warned(lab, words), 10, "the alarm to go")
        wait_cluster(lab, 15, writer="db1")
        assert not lab.sampler.moves_since(began)
    assert_rows(lab, probe, "db1")


def test_server_that_lost_its_tls_is_an_alarm_and_no_takeover(make_lab: MakeLab) -> None:
    lab, _ = start(make_lab)
    db2 = lab.hosts["db2"]
    probe = lab.probe()
    probe.wait_writing(5, host="db1")
    began = time.monotonic()
    db2.stop_mysqld()
    db2.set_more_settings(lab.server.no_tls)
    db2.start_mysqld()
    wait_until(lambda: warned(lab, "the server offers no TLS, and mysql_tls is verify"), 10, "the monitor to say so")
    stays_true(lambda: topology.WRITER_IP not in db2.addresses(), QUIET_S, "the writer's address stays where it is")
    probe.wait_writing(5, after=began, host="db1")
    db2.stop_mysqld()
    db2.set_more_settings(TLS)
    db2.start_mysqld()
    wait_cluster(lab, 30, writer="db1")
    assert_rows(lab, probe, "db1")

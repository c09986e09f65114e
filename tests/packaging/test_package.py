"""The Debian package: installs, upgrades, removes and purges on a machine without a running service manager."""

from conftest import control_field, run


def test_the_package_depends_on_nothing(package):
    assert control_field(package, "Package") == "mmm"
    assert control_field(package, "Depends") == ""


def test_the_package_holds_files_of_root_only(package):
    for line in run("dpkg-deb", "--contents", package).splitlines():
        assert " root/root " in line, line


def test_installing_makes_the_user_and_the_folders(machine, package):
    machine.run("dpkg", "-i", f"/packages/{package.name}")
    assert machine.run("mmm", "--version").startswith("mmm 0.")
    assert machine.run("stat", "-c", "%U:%G %a", "/etc/mmm", "/var/lib/mmm") == "root:mmm 750\nmmm:mmm 750\n"
    assert machine.run("dpkg", "--verify", "mmm") == ""
    assert machine.run("getent", "passwd", "mmm").strip().endswith(("/usr/sbin/nologin", "/bin/false"))


def test_installing_works_without_systemd(machine, package):
    machine.run("rm", "-f", "/bin/systemctl", "/bin/systemd-sysusers", "/bin/systemd-tmpfiles")
    machine.run("dpkg", "-i", f"/packages/{package.name}")
    assert machine.run("stat", "-c", "%U:%G %a", "/etc/mmm", "/var/lib/mmm") == "root:mmm 750\nmmm:mmm 750\n"
    machine.run("dpkg", "--purge", "mmm")


def test_an_upgrade_keeps_configuration_and_state(machine, package):
    machine.run("dpkg", "-i", f"/packages/{package.name}")
    machine.run("sh", "-c", "echo 'cluster = \"shop\"' >/etc/mmm/mmm.toml; echo state >/var/lib/mmm/monitor.status")
    machine.run("dpkg", "-i", f"/packages/{package.name}")
    assert machine.has("/etc/mmm/mmm.toml") and machine.has("/var/lib/mmm/monitor.status")


def test_removing_leaves_state_and_purging_leaves_only_what_people_wrote(machine, package):
    machine.run("dpkg", "-i", f"/packages/{package.name}")
    machine.run("sh", "-c", "echo 'cluster = \"shop\"' >/etc/mmm/mmm.toml; echo state >/var/lib/mmm/monitor.status")
    machine.run("dpkg", "--remove", "mmm")
    assert not machine.has("/usr/bin/mmm") and not machine.has("/usr/lib/systemd/system/mmm-agent.service")
    assert machine.has("/var/lib/mmm/monitor.status")
    machine.run("dpkg", "--purge", "mmm")
    assert not machine.has("/var/lib/mmm") and not machine.has("/usr/share/doc/mmm")
    assert machine.has("/etc/mmm/mmm.toml")

"""Where `cmake --install` puts things, and what systemd thinks of the units."""

import re

import pytest
from conftest import run

UNITS = ["mmm-agent.service", "mmm-monitor.service", "mmm-monitor@.service"]


@pytest.mark.parametrize(
    "path",
    [
        "usr/bin/mmm",
        *(f"usr/lib/systemd/system/{unit}" for unit in UNITS),
        "usr/lib/sysusers.d/mmm.conf",
        "usr/lib/tmpfiles.d/mmm.conf",
        "usr/share/doc/mmm/README.md",
        "usr/share/doc/mmm/copyright",
        "usr/share/doc/mmm/examples/mmm.toml",
    ],
)
def test_it_is_installed(installed, path):
    assert (installed / path).is_file()


def test_nothing_is_installed_outside_of_usr(installed):
    assert [path.name for path in installed.iterdir()] == ["usr"]


@pytest.mark.parametrize("unit", [*UNITS, "mmm-monitor@shop.service"])
def test_systemd_finds_no_fault_in_the_unit(installed, tmp_path, unit):
    text = (installed / "usr/lib/systemd/system" / unit.replace("@shop", "@")).read_text()
    copy = tmp_path / unit
    copy.write_text(text.replace("/usr/bin/mmm", str(installed / "usr/bin/mmm")).replace("file:///usr", f"file://{installed}/usr"))
    assert run("systemd-analyze", "verify", copy).strip() == ""


@pytest.mark.parametrize("unit, tenths", zip(UNITS, (30, 20, 20)))
def test_the_unit_is_hardened(installed, unit, tenths):
    run("systemd-analyze", "security", "--offline=true", f"--threshold={tenths}", installed / "usr/lib/systemd/system" / unit)


@pytest.mark.parametrize("unit", UNITS)
def test_the_unit_dumps_no_core_and_its_folders_are_the_services_users(installed, unit):
    text = (installed / "usr/lib/systemd/system" / unit).read_text()
    for line in ("LimitCORE=0", "Group=mmm", "StateDirectory=mmm", "RuntimeDirectory=mmm", "RuntimeDirectoryPreserve=yes"):
        assert f"\n{line}\n" in text, line


@pytest.mark.parametrize("unit", UNITS)
def test_the_unit_is_restarted_for_ever_and_watched(installed, unit):
    text = (installed / "usr/lib/systemd/system" / unit).read_text()
    for line in ("Type=notify", "Restart=always", "StartLimitIntervalSec=0", "User=mmm"):
        assert re.search(f"^{line}$", text, re.MULTILINE), line
    assert re.search(r"^WatchdogSec=\d+s$", text, re.MULTILINE)


@pytest.mark.parametrize(
    "unit, command", [*zip(UNITS[:2], ("agent", "monitor")), ("mmm-monitor@.service", "monitor @%i")]
)
def test_the_unit_leaves_finding_the_configuration_to_the_program(installed, unit, command):
    text = (installed / "usr/lib/systemd/system" / unit).read_text()
    assert f"\nExecStart=/usr/bin/mmm {command}\n" in text


def test_an_agent_is_back_before_its_addresses_go(installed):
    text = (installed / "usr/lib/systemd/system/mmm-agent.service").read_text()
    milliseconds = int(re.search(r"^RestartSec=(\d+)ms$", text, re.MULTILINE).group(1))
    assert milliseconds <= 500


def test_only_the_agent_may_change_addresses(installed):
    for unit in UNITS:
        text = (installed / "usr/lib/systemd/system" / unit).read_text()
        wanted = "CAP_NET_ADMIN CAP_NET_RAW" if unit == "mmm-agent.service" else "CAP_NET_RAW"
        assert f"\nCapabilityBoundingSet={wanted}\n" in text
        assert f"\nAmbientCapabilities={wanted}\n" in text

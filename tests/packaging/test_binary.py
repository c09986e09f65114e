"""The release binary needs nothing of the machine it is copied to."""

import os
import shutil
import subprocess

import pytest
from conftest import TOP, run

MIB = 1024 * 1024


def test_it_is_one_static_stripped_file(binary):
    kind = run("file", "-b", binary)
    assert "statically linked" in kind and "stripped" in kind and "not stripped" not in kind


def test_it_is_smaller_than_15_mib(binary):
    assert binary.stat().st_size <= 15 * MIB


def test_its_version_names_the_commit_and_the_libraries(binary):
    text = run(binary, "--version")
    for name in ("mmm 0.", "MariaDB Connector/C", "OpenSSL", "zlib", "Asio", "fmt", "toml++", "CLI11", "JSON"):
        assert name in text


@pytest.mark.parametrize(
    "plugin", ["mysql_native_password", "caching_sha2_password", "sha256_password", "client_ed25519", "parsec"]
)
def test_an_authentication_plugin_is_linked_in(binary, plugin):
    assert plugin.encode() in binary.read_bytes()


@pytest.mark.skipif(os.geteuid() != 0, reason="chroot needs root")
def test_it_checks_a_configuration_in_an_otherwise_empty_root(binary, tmp_path):
    shutil.copy(binary, tmp_path / "mmm")
    shutil.copy(TOP / "packaging/examples/minimal.toml", tmp_path / "mmm.toml")
    command = ["chroot", str(tmp_path), "/mmm", "check-config", "--config", "/mmm.toml"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert result.returncode in (0, 1), result.stdout + result.stderr
    assert "mmm.toml" in result.stdout + result.stderr

"""What the packaging tests share: the release build, its installation into a folder, its Debian package, and a
throw-away copy of this machine's file system to install the package in."""

import os
import pathlib
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("MMM_BINARY", TOP / "build/release/mmm"))


def run(*command, timeout=120, **options):
    """Output of a command that must succeed; what it printed is the message when it doesn't."""
    result = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout, check=False, **options,
    )  # fmt: skip
    assert result.returncode == 0, f"{' '.join(map(str, command))} ended with {result.returncode}:\n{result.stdout}"
    return result.stdout


@pytest.fixture(scope="session")
def binary():
    assert BINARY.exists(), f"{BINARY} isn't built; run tests/run packaging"
    return BINARY


@pytest.fixture(scope="session")
def installed(binary, tmp_path_factory):
    """The folder into which `cmake --install` put everything."""
    root = tmp_path_factory.mktemp("installed")
    run("cmake", "--install", binary.parent, env={**os.environ, "DESTDIR": str(root)})
    return root


@pytest.fixture(scope="session")
def package(binary, tmp_path_factory):
    """The Debian package."""
    folder = tmp_path_factory.mktemp("package")
    run("cpack", "-G", "DEB", "-B", folder, "--config", binary.parent / "CPackConfig.cmake")
    (deb,) = folder.glob("*.deb")
    return deb


class Machine:
    """This machine's files under an overlay in a mount namespace: what is installed inside is gone afterwards. It has no
    /run of its own, so no service manager runs in it."""

    MOUNTS = """
        mount -t tmpfs tmpfs "$1" && mkdir "$1"/upper "$1"/work "$1"/root &&
        mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1"/root &&
        mount -t proc proc "$1"/root/proc && mount --bind /dev "$1"/root/dev && mount -t tmpfs tmpfs "$1"/root/run &&
        mkdir -p "$1"/root/packages && mount --bind "$2" "$1"/root/packages && echo ready && exec sleep 600
    """

    def __init__(self, folder, packages):
        self.root = folder / "root"
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", self.MOUNTS, "sh", folder, packages],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        first = self.holder.stdout.readline().strip()
        if first != "ready":
            self.close()
            pytest.skip(f"no overlay of this machine's files: {first}")

    def run(self, *command):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        return run("nsenter", "--mount", "-t", self.holder.pid, "chroot", self.root, *command, env=environment)

    def has(self, path):
        command = ["nsenter", "--mount", "-t", str(self.holder.pid), "chroot", str(self.root), "test", "-e", path]
        return subprocess.run(command, check=False, timeout=20).returncode == 0

    def close(self):
        self.holder.kill()
        self.holder.wait()


@pytest.fixture
def machine(package, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("installing a package needs root")
    machine = Machine(tmp_path, package.parent)
    yield machine
    machine.close()


def control_field(package, name):
    return re.sub(r"\s+$", "", run("dpkg-deb", "--field", package, name))

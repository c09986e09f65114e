"""Compiles the explorer and the simulator with the cores of any tree: for tests/sim/worlds and tests/sim/mutants/run."""

import pathlib
import shutil
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ["core/lease/*.cpp", "core/model/address.cpp", "tests/sim/explorer/*.cpp"]
SIM_SOURCES = ["core/model/*.cpp", "core/proto/*.cpp", "core/lease/*.cpp", "core/monitor/*.cpp", "core/agent/*.cpp",
               "core/config/config.cpp", "tests/sim/*.cpp"]
FLAGS = ["-std=c++20", "-O2", "-I.", "-Wall", "-Wextra", "-Wno-unused", "-D_GLIBCXX_ASSERTIONS"]


class BuildError(Exception):
    """The compiler's words."""


def compiler():
    return (["ccache"] if shutil.which("ccache") else []) + ["g++"]


def compile_objects(top, patterns, folder, flags=()):
    """Compiles what the patterns name in the tree `top` into `folder`; returns the objects."""
    objects = []
    for pattern in patterns:
        for source in sorted(top.glob(pattern)):
            name = source.relative_to(top).as_posix()
            target = folder / (name.replace("/", "-") + ".o")
            call([*compiler(), *FLAGS, *flags, "-c", name, "-o", str(target)], top)
            objects.append(str(target))
    return objects


def call(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(done.stderr or done.stdout)  # patch complains on its output


def build_worlds(top, folder):
    """The explorer over the tree `top`; returns the executable, which is in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "worlds"
    call(["g++", *compile_objects(top, SOURCES, folder), "-o", str(program)], top)
    return program


def build_tables(top, folder):
    """The unit tables of core/lease over the tree `top`."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "tables"
    objects = compile_objects(top, ["core/lease/*.cpp", "core/model/address.cpp"], folder)
    objects += compile_objects(top, ["tests/unit/lease/*.cpp"], folder, ["-O0"])
    call(["g++", *objects, "-lCatch2WithMain", "-o", str(program)], top)
    return program


def build_sim(tree, changed, base):
    """The simulator over `tree`, of which only the sources `changed` differ from ours; ours are compiled once, in `base`."""
    base.mkdir(parents=True, exist_ok=True)
    objects = sorted(base.glob("*.o")) or compile_objects(TOP, SIM_SOURCES, base)
    folder = tree / "objects"
    folder.mkdir()
    own = compile_objects(tree, changed, folder)
    names = {pathlib.Path(each).name for each in own}
    program = folder / "sim"
    kept = [str(each) for each in map(pathlib.Path, objects) if each.name not in names]
    call(["g++", *kept, *own, "-lfmt", "-o", str(program)], tree)
    return program

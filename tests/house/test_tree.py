"""The house rules, applied to the whole tree."""

import pathlib

import rules

TOP = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["cmd", "core", "net", "tests", "packaging"]
CODE = {".cpp", ".hpp", ".py", ".cmake", ".sh", ""}


def files(suffixes, folders=FOLDERS):
    for folder in folders:
        for path in sorted((TOP / folder).rglob("*")):
            # The inputs of fuzz targets are any bytes.
            skipped = {"__pycache__", "corpus"} & set(path.parts)
            if path.is_file() and path.suffix in suffixes and not skipped:
                yield path.relative_to(TOP).as_posix(), path.read_text(encoding="utf-8")


def report(findings):
    assert not findings, "\n" + "\n".join(findings)


def declared_rooms():
    return rules.declared_rooms((TOP / "CMakeLists.txt").read_text())


def test_there_is_a_tree_to_check():
    assert len(list(files({".cpp", ".hpp"}))) > 10
    assert "core/base" in declared_rooms()["core/monitor"]


def test_rooms_depend_on_lower_floors_only():
    report(rules.wrong_dependencies(declared_rooms()))


def test_files_include_only_what_their_room_depends_on():
    rooms = declared_rooms()
    report([finding for file in files({".cpp", ".hpp"}) for finding in rules.wrong_includes(*file, rooms)])


def test_the_core_names_no_clock_io_thread_or_randomness():
    report([finding for file in files({".cpp", ".hpp"}) for finding in rules.impure_core(*file)])


def test_no_source_grows_past_one_sitting():
    report([finding for file in files(CODE) for finding in rules.too_long(*file)])


def test_nothing_is_left_behind_without_an_issue():
    report([finding for file in files(CODE) if "tests/house/" not in file[0] for finding in rules.left_behind(*file)])

"""Each house rule finds a planted violation, and leaves alone what only looks like one."""

import pytest
import rules

CMAKE = """\
mmm_room(core/base)
mmm_room(core/model DEPENDS core/base LIBRARIES mmm_fmt)
mmm_room(core/config DEPENDS core/model LIBRARIES mmm_toml)
mmm_room(core/monitor DEPENDS core/config)
mmm_room(core/agent DEPENDS core/config)
mmm_room(net/host DEPENDS core/config LIBRARIES mmm_asio)
mmm_room(cmd DEPENDS core/monitor core/agent net/host LIBRARIES mmm_cli EXCEPT main.cpp)
"""
ROOMS = rules.declared_rooms(CMAKE)


def test_rooms_reach_what_their_dependencies_reach():
    assert ROOMS["core/base"] == set()
    assert ROOMS["core/monitor"] == {"core/config", "core/model", "core/base"}
    assert ROOMS["cmd"] == set(ROOMS) - {"cmd"}


@pytest.mark.parametrize(
    "declaration",
    [
        "mmm_room(core/model DEPENDS net/host)",
        "mmm_room(core/monitor DEPENDS core/agent)",
        "mmm_room(core/agent DEPENDS core/monitor LIBRARIES mmm_fmt)",
        "mmm_room(net/host DEPENDS core/monitor)",
        "mmm_room(net/link DEPENDS cmd)",
        "mmm_room(core/attic DEPENDS core/base)",
    ],
)
def test_a_dependency_against_the_floors_is_found(declaration):
    assert rules.wrong_dependencies(rules.declared_rooms(declaration))
    assert not rules.wrong_dependencies(ROOMS)


@pytest.mark.parametrize(
    "path, include",
    [
        ("core/base/time.hpp", "core/model/host.hpp"),
        ("core/monitor/step.cpp", "core/agent/step.hpp"),
        ("core/agent/step.cpp", "core/monitor/step.hpp"),
        ("core/config/toml.cpp", "net/host/file.hpp"),
        ("net/host/log.cpp", "core/monitor/event.hpp"),
        ("net/host/log.cpp", "cmd/monitor.hpp"),
        ("cmd/monitor.cpp", "tests/unit/support.hpp"),
        ("core/attic/old.cpp", "core/base/time.hpp"),
    ],
)
def test_an_include_upwards_is_found(path, include):
    assert rules.wrong_includes(path, f'#include <string>\n  # include "{include}"\n', ROOMS)


@pytest.mark.parametrize(
    "path, include",
    [
        ("core/monitor/step.cpp", "core/monitor/state.hpp"),
        ("core/monitor/step.cpp", "core/base/time.hpp"),
        ("net/host/log.cpp", "core/config/config.hpp"),
        ("cmd/monitor.cpp", "core/monitor/step.hpp"),
        ("tests/unit/base/time.cpp", "core/base/time.hpp"),
    ],
)
def test_an_include_downwards_is_fine(path, include):
    assert not rules.wrong_includes(path, f'#include "{include}"\n', ROOMS)


@pytest.mark.parametrize(
    "line",
    [
        "#include <mysql.h>",
        "#include <asio.hpp>",
        "#include <thread>",
        "#include <unordered_map>",
        "#include <sys/socket.h>",
        "#include <filesystem>",
        "auto t = std::chrono::steady_clock::now();",
        'const char* home = getenv("HOME");',
        'system("reboot");',
        "std::unordered_set<int> seen;",
        "std::mutex lock;",
    ],
)
def test_an_impure_core_is_found(line):
    assert rules.impure_core("core/model/host.cpp", f"// first\n{line}\n")[0].startswith("core/model/host.cpp:2:")
    assert not rules.impure_core("net/host/process.cpp", line)


@pytest.mark.parametrize(
    "line",
    [
        "// has no now() on purpose",
        "/* std::mutex */",
        "Result<State> step(const State& state, Now now);",
        'return fail(Code::invalid, "call now() elsewhere");',
        "#include <arpa/inet.h>",
        "file_system(1);",
    ],
)
def test_a_pure_core_is_left_alone(line):
    assert not rules.impure_core("core/model/host.cpp", line)


def test_a_file_of_too_many_lines_is_found():
    assert not rules.too_long("core/a.cpp", "\n" * 400)
    assert rules.too_long("core/a.cpp", "\n" * 401)


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "HACK"])
def test_a_note_to_self_needs_an_issue(word):
    assert rules.left_behind("cmd/a.cpp", f"int a;  // {word}: later")
    assert not rules.left_behind("cmd/a.cpp", f"int a;  // {word}(#12): later")
    assert not rules.left_behind("cmd/a.cpp", f"int a;  // {word}LIST")

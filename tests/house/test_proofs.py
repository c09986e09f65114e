"""Everything that MMM 2.2 does has a row in docs/mmm-2.2.md, and each row a proof that exists. And: what is missing is found."""

import pathlib

import proofs
import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
REFERENCE = TOP.parent / "shared" / "mmm-2.2-behaviour.md"


def source(*patterns):
    return "\n".join(path.read_text(encoding="utf-8") for each in patterns for path in sorted(TOP.glob(each)))


def read(path):
    file = TOP / "tests" / path
    return file.read_text(encoding="utf-8") if file.is_file() else None


PAGE = proofs.tables((TOP / "docs" / "mmm-2.2.md").read_text(encoding="utf-8"))


def report(findings):
    assert not findings, "\n" + "\n".join(findings)


def test_every_key_has_a_row():
    known = proofs.keys(source("core/config/keys*.cpp"))
    assert len(known) == 8 and sum(len(names) for names in known.values()) > 50
    report([finding for heading, names in known.items() for finding in proofs.missing(PAGE, heading, names, "key")])
    ignored = proofs.ignored_keys(source("core/config/classic_ignored.cpp"))
    assert len(ignored) > 10
    report(proofs.missing(PAGE, "Keys that are read and ignored", ignored, "key"))


def test_every_change_of_state_has_a_row():
    changes = proofs.state_changes(source("core/monitor/host_states.cpp"))
    assert len(changes) == 18
    report(proofs.missing_changes(PAGE, changes))


def test_every_command_and_mode_has_a_row():
    commands = proofs.commands(source("core/monitor/admin.cpp"))
    assert len(commands) > 11
    report(proofs.missing(PAGE, "Commands", commands, "command"))
    report(proofs.missing(PAGE, "Modes", proofs.modes(source("core/config/config.hpp")), "mode"))


def test_every_message_has_a_row():
    old = proofs.old_messages(source("core/proto/version1.hpp"))
    new = proofs.new_messages(source("core/proto/*.hpp"))
    assert len(old) == 5 and len(new) == 15
    report(proofs.missing(PAGE, "Messages of version 1", old, "message"))
    report(proofs.missing(PAGE, "Messages of version 2", new, "message"))


def test_every_row_has_a_proof_that_exists():
    report(proofs.rows_without_proof(PAGE))
    report(proofs.proofs_that_do_not_exist(PAGE, read))


@pytest.mark.skipif(not REFERENCE.exists(), reason=f"{REFERENCE} isn't here: what MMM 2.2 has is known by our sources only")
def test_every_key_command_and_message_of_the_reference_has_a_row():
    text = REFERENCE.read_text(encoding="utf-8")
    everything = {name for rows in PAGE.values() for _, cells in rows for cell in cells for name in proofs.CODE.findall(cell)}
    wanted = proofs.reference_names(text)
    assert len(wanted) > 60
    report([f"'{name}' of the reference has no row" for name in sorted(wanted) if not proofs.named(name, everything)])


# The rules themselves: each finds what was planted.

PLANTED = """\
## Keys of `role`

| key | | how | proof |
|---|---|---|---|
| `prefer` | same | | `golden/monitor/a.txt` |

## Host states

| from | to | when | | proof |
|---|---|---|---|---|
| `ONLINE` | `HARD_OFFLINE` | | same | |
| `REPLICATION_*` | `ONLINE` | | same | `unit/a.cpp: "what isn't so"`, `lab/a.py::test_it` |
"""
TREE = {
    "golden/monitor/a.txt": "start\n",
    "unit/a.cpp": 'TEST_CASE("what is \\"so\\"") {}\nTEST_CASE(\n    "two "\n    "parts", "[a]") {}\n',
    "lab/a.py": "def test_it(lab):\n    pass\n",
}
STATE_TABLE = """\
std::optional<Transition> from_online(const HostView& view) {
    if (!view.ping) return Transition{HostState::hard_offline, "gone"};
    return Transition{HostState::replication_fail, "stopped"};
}

std::optional<Transition> from_replication_trouble(const HostView& view) {
    if (!view.peer) return Transition{HostState::online, "no source"};
    if (view.state == HostState::replication_fail) return Transition{HostState::replication_delay, "late"};
}
"""


def test_a_table_is_read_without_its_header():
    found = proofs.tables(PLANTED)
    assert [number for number, _ in found["Host states"]] == [11, 12]
    assert proofs.names(found["Keys of `role`"]) == {"prefer"}


def test_a_missing_row_is_found():
    found = proofs.tables(PLANTED)
    wanted = proofs.keys('Key<Role>{"prefer", "x"},\nKey<Role>{\n  "hosts", "y"},')
    assert wanted == {"Keys of `role`": {"prefer", "hosts"}}
    assert len(proofs.missing(found, "Keys of `role`", wanted["Keys of `role`"], "key")) == 1
    assert proofs.missing(found, "Commands", {"show"}, "command")
    assert not proofs.missing(found, "Keys of `role`", {"prefer"}, "key")


def test_a_missing_change_of_state_is_found():
    changes = proofs.state_changes(STATE_TABLE)
    assert changes == {
        ("ONLINE", "HARD_OFFLINE"),
        ("ONLINE", "REPLICATION_FAIL"),
        ("REPLICATION_FAIL", "ONLINE"),
        ("REPLICATION_DELAY", "ONLINE"),
        ("REPLICATION_FAIL", "REPLICATION_DELAY"),
    }
    findings = "\n".join(proofs.missing_changes(proofs.tables(PLANTED), changes))
    assert findings.count("\n") == 1
    assert "from ONLINE to REPLICATION_FAIL" in findings
    assert "from REPLICATION_FAIL to REPLICATION_DELAY" in findings


def test_the_sources_are_read():
    assert proofs.commands('{"help", {0, 0, "", "x", help}},\n{"ping",\n {0, 0, "", "y", p}},') == {"help", "ping"}
    assert proofs.modes("enum class MonitorMode { active, manual };") == {"ACTIVE", "MANUAL"}
    assert proofs.old_messages("enum class Command { ping, set_status };") == {"PING", "SET_STATUS"}
    assert proofs.new_messages('inline constexpr std::string_view kHello = "HELLO";\nk = "no";') == {"HELLO"}
    assert proofs.ignored_keys('kKeys{{{"ssh_*", "host", kTools},\n {"clone_dirs", "", kTools}}};') == {"ssh_*", "clone_dirs"}


def test_a_row_without_a_proof_is_found():
    assert [finding.split(":")[1] for finding in proofs.rows_without_proof(proofs.tables(PLANTED))] == ["11"]


def test_a_proof_that_does_not_exist_is_found():
    findings = proofs.proofs_that_do_not_exist(proofs.tables(PLANTED), TREE.get)
    assert len(findings) == 1 and "what isn't so" in findings[0]


@pytest.mark.parametrize(
    "proof, there",
    [
        ("golden/monitor/a.txt", True),
        ("golden/monitor/b.txt", False),
        ('unit/a.cpp: "what is "so""', True),
        ('unit/a.cpp: "two parts"', True),
        ('unit/a.cpp: "two"', False),
        ('unit/b.cpp: "two parts"', False),
        ("unit/a.cpp", False),
        ("lab/a.py::test_it", True),
        ("lab/a.py::test_i", False),
        ("lab/b.py::test_it", False),
        ("prose about a test", False),
    ],
)
def test_a_proof_is_a_dialogue_a_sentence_or_a_case(proof, there):
    assert proofs.exists(proof, TREE.get) == there


def test_the_reference_is_read():
    text = (
        "| where | key | default | note |\n|---|---|---|---|\n| monitor | `ip`, `port` | 9988 | listens |\n"
        "| host NAME | `agent_user/_password`, `ssh_*` | | |\n\n## Control protocol\n`help`, `checks [HOST]`. OK: `x`\n\n"
        "## Agent protocol\n| command | params | reply |\n|---|---|---|\n| SET_STATUS | state | |\n"
    )
    assert proofs.reference_names(text) == {"ip", "port", "agent_user", "agent_password", "ssh_*", "help", "checks", "SET_STATUS"}
    assert proofs.named("checks", {"checks"}) and not proofs.named("checks", {"check"})

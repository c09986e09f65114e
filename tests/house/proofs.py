"""docs/mmm-2.2.md names, for every key, rule, command and message of MMM 2.2, the test that proves it. This reads that page
and the sources, and finds what has no row, rows that have no proof, and proofs that don't exist. All from text."""

import re

# A row's key is in its first cell (two cells for changes of state), its proofs are in its last one.
HEADING = re.compile(r"^## (.+)$")
ROW = re.compile(r"^\|(.+)\|$")
CODE = re.compile(r"`([^`]+)`")
KEY = re.compile(r"Key<(\w+)>\{\s*\"(\w+)\"")
STATES = {"REPLICATION_*": ["REPLICATION_FAIL", "REPLICATION_DELAY"]}
SECTIONS = {
    "Config": "Keys at the top",
    "Monitor": "Keys of `monitor`",
    "Host": "Keys of `host`",
    "Role": "Keys of `role`",
    "Check": "Keys of `check`",
    "Quorum": "Keys of `quorum`",
    "Socket": "Keys of `socket`",
    "Security": "Keys of `security`",
}


def tables(page):
    """Each heading's rows, as (line number, cells). Headers and the lines below them are left out."""
    found, heading, lines = {}, None, page.splitlines()
    for number, line in enumerate(lines, 1):
        if match := HEADING.match(line):
            heading = match.group(1)
        match = ROW.match(line)
        rule = number < len(lines) and re.fullmatch(r"\|(?:-+\|)+", lines[number])
        if match and heading and not rule and not re.fullmatch(r"\|(?:-+\|)+", line):
            found.setdefault(heading, []).append((number, [cell.strip() for cell in match.group(1).split("|")]))
    return found


def names(rows):
    """What the first cells name: `prefer` -> prefer."""
    return {name for _, cells in rows for name in CODE.findall(cells[0])}


def missing(found, heading, wanted, what):
    """Names of the sources without a row below `heading`."""
    lacking = sorted(set(wanted) - names(found.get(heading, [])))
    return [f"docs/mmm-2.2.md: {what} '{name}' has no row below '{heading}'" for name in lacking]


# What the sources have.


def keys(source):
    """Keys of the tables in core/config/keys*.cpp: {heading: names}."""
    by_heading = {}
    for section, name in KEY.findall(source):
        by_heading.setdefault(SECTIONS[section], set()).add(name)
    return by_heading


def ignored_keys(source):
    table = re.search(r"kKeys\{\{(.*?)\}\};", source, re.DOTALL)
    return set(re.findall(r"\{\"([\w*]+)\", \"", table.group(1)))


def commands(source):
    """The table of core/monitor/admin.cpp."""
    return set(re.findall(r"\{\"(\w+)\",\s*\{\d+, \d+,", source))


def modes(source):
    return {word.strip().upper() for word in re.search(r"enum class MonitorMode \{([^}]*)\}", source).group(1).split(",")}


def old_messages(source):
    """The enum of core/proto/version1.hpp."""
    return {word.strip().upper() for word in re.search(r"enum class Command \{([^}]*)\}", source).group(1).split(",")}


def new_messages(source):
    """The constants of core/proto/*.hpp that name a message."""
    return set(re.findall(r"string_view k\w+ = \"([A-Z_]+)\"", source))


def state_changes(source):
    """The changes that core/monitor/host_states.cpp makes: {(from, to)}."""
    changes = set()
    for name, body in re.findall(r"> from_(\w+)\((?:[^{]*)\{(.*?)\n\}", source, re.DOTALL):
        for target in re.findall(r"Transition\{HostState::(\w+)", body):
            if name != "replication_trouble":
                changes.add((name.upper(), target.upper()))
                continue
            for state in STATES["REPLICATION_*"]:
                if state != target.upper() and (not target.startswith("replication") or state in body.upper()):
                    changes.add((state, target.upper()))
    return changes


def missing_changes(found, wanted):
    have = set()
    for _, cells in found.get("Host states", []):
        pair = [CODE.findall(cell) for cell in cells[:2]]
        if not all(pair):
            continue
        have |= {(one, other) for one in STATES.get(pair[0][0], pair[0]) for other in pair[1]}
    return [f"docs/mmm-2.2.md: the change from {one} to {other} has no row" for one, other in sorted(wanted - have)]


# Proofs.


def proofs(cells):
    return CODE.findall(cells[-1])


def rows_without_proof(found):
    return [
        f"docs/mmm-2.2.md:{number}: no proof; name a test below tests/"
        for rows in found.values()
        for number, cells in rows
        if not proofs(cells)
    ]


def test_sentences(source):
    """The names of Catch2 test cases, literals joined as the compiler does."""
    found = set()
    for literals in re.findall(r"TEST_CASE\(\s*((?:\"(?:\\.|[^\"\\])*\"\s*)+)", source):
        joined = "".join(re.findall(r"\"((?:\\.|[^\"\\])*)\"", literals))
        found.add(re.sub(r"\\(.)", r"\1", joined))
    return found


def exists(proof, read):
    """`read` gives the text of a path below tests/, or None."""
    if match := re.fullmatch(r"([\w/.-]+\.cpp): \"(.+)\"", proof):
        source = read(match.group(1))
        return source is not None and match.group(2) in test_sentences(source)
    if match := re.fullmatch(r"([\w/.-]+\.py)::(\w+)", proof):
        source = read(match.group(1))
        return source is not None and re.search(rf"^def {match.group(2)}\(", source, re.MULTILINE) is not None
    if re.fullmatch(r"golden/[\w/-]+\.txt", proof):
        return read(proof) is not None
    return False


def proofs_that_do_not_exist(found, read):
    return [
        f"docs/mmm-2.2.md:{number}: there is no {proof}"
        for rows in found.values()
        for number, cells in rows
        for proof in proofs(cells)
        if not exists(proof, read)
    ]


# The description of MMM 2.2 itself, where it is at hand.


def reference_names(text):
    """Keys, commands and messages of the description: its table of keys, the list of commands, the table of messages."""
    found = set()
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.match(r"\| (?:top|monitor|host|role|check|socket|copy_method)\b.*\|.*\|", line) and len(cells) > 1:
            for name in CODE.findall(cells[1]):
                one, *rest = name.split("/")
                found.add(one)
                # `agent_user/_password`: the second shares what is before the first's last word.
                found |= {one[: one.rindex("_")] + other for other in rest}
        if match := re.match(r"\| ([A-Z_]{4,}) \|", line):
            found.add(match.group(1))
    for listed in re.findall(r"^`help`.*?\.", text, re.MULTILINE | re.DOTALL):
        found |= {name.split()[0] for name in CODE.findall(listed)}
    return found


def named(name, everything):
    return name in everything

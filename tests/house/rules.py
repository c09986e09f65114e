"""The rules of the house that a machine can check. Each takes a file's path (relative to the root, as text) and its
content, and returns findings: "path:line: what is wrong and what to do"."""

import re

MAX_LINES = 400

# What no decision core may name: anything by which the outside gets in other than through an argument.
CORE_HEADERS = re.compile(
    r"#\s*include\s*[<\"](asio|mysql|mariadb|openssl|thread|mutex|shared_mutex|condition_variable|future|stop_token|"
    r"semaphore|random|unordered_|sys/|unistd|netinet|net/|linux/|netdb|signal|csignal|ctime|time\.h|fstream|filesystem)"
)
CORE_WORDS = re.compile(
    r"\bnow\s*\(|\bsystem\s*\(|\bgetenv\s*\(|\bunordered_(?:map|set|multimap|multiset)\b|\bthread_local\b|"
    r"\bstd::(?:jthread|thread|mutex|async|random_device|mt19937)\b|\brand\s*\("
)
PROJECT_INCLUDE = re.compile(r'#\s*include\s*"((?:core|net|cmd|tests)/[^"]*)"')
ROOM_DECLARATION = re.compile(r"^mmm_room\((\S+?)(?:\s+DEPENDS\s+(.*?))?(?:\s+(?:LIBRARIES|EXCEPT)\b.*?)?\)$", re.MULTILINE)
LEFT_BEHIND = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d+)")

# Floors, lowest first. A room may depend on lower floors, and on its own floor except between the decision cores.
FLOORS = [
    ["core/base", "core/model"],
    ["core/config", "core/proto", "core/lease"],
    ["core/monitor", "core/agent"],
    ["net/host", "net/link", "net/mysql"],
    ["cmd"],
]
NEVER = {
    "core/monitor": ["core/agent"],
    "core/agent": ["core/monitor"],
    "net": ["core/monitor", "core/agent"],
}


def without_comments(text):
    """C++ with comments and string literals blanked, line numbers kept."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
    return re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.DOTALL)


def room_of(path):
    """core/model/host.hpp -> core/model; cmd/main.cpp -> cmd; None outside of the rooms."""
    parts = path.split("/")
    if parts[0] in ("core", "net") and len(parts) > 2:
        return "/".join(parts[:2])
    return "cmd" if parts[0] == "cmd" else None


def declared_rooms(cmake_text):
    """Each room of CMakeLists.txt with all rooms that it reaches through DEPENDS."""
    direct = {room: (below or "").split() for room, below in ROOM_DECLARATION.findall(cmake_text)}

    def reach(room):
        found = set()
        for below in direct.get(room, []):
            found |= {below} | reach(below)
        return found

    return {room: reach(room) for room in direct}


def floor_of(room):
    return next((number for number, rooms in enumerate(FLOORS) if room in rooms), None)


def wrong_dependencies(rooms):
    """Rooms whose declared dependencies break the floors."""
    findings = []
    for room, below in rooms.items():
        if floor_of(room) is None:
            findings.append(f"CMakeLists.txt: {room} is on no floor; give it one in tests/house/rules.py")
            continue
        forbidden = NEVER.get(room, []) + NEVER.get(room.split("/")[0], [])
        for other in sorted(below):
            if other in forbidden or (floor_of(other) or 0) > floor_of(room):
                findings.append(f"CMakeLists.txt: {room} must not depend on {other}")
    return findings


def wrong_includes(path, text, rooms):
    """Includes of rooms that the file's room doesn't depend on."""
    room = room_of(path)
    if room is None:
        return []
    if room not in rooms:
        return [f"{path}:1: {room} is no room of CMakeLists.txt; add it there with mmm_room()"]
    findings = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := PROJECT_INCLUDE.match(line.strip()):
            other = room_of(match.group(1))
            if other != room and other not in rooms[room]:
                findings.append(f"{path}:{number}: {room} must not include {match.group(1)}")
    return findings


def impure_core(path, text):
    """Clocks, I/O, threads, randomness, unordered containers in the core."""
    if not path.startswith("core/"):
        return []
    findings = []
    code = without_comments(text).splitlines()
    for number, line in enumerate(text.splitlines(), 1):
        if match := CORE_HEADERS.match(line.strip()) or CORE_WORDS.search(code[number - 1]):
            findings.append(f"{path}:{number}: the core must not name '{match.group().strip()}'; pass it in as an argument")
    return findings


def too_long(path, text):
    lines = text.count("\n")
    if lines <= MAX_LINES:
        return []
    return [f"{path}:{MAX_LINES}: {lines} lines, at most {MAX_LINES}; is there a second purpose inside?"]


def left_behind(path, text):
    return [
        f"{path}:{number}: '{match.group(1)}' without the number of an issue (#12)"
        for number, line in enumerate(text.splitlines(), 1)
        if (match := LEFT_BEHIND.search(line))
    ]

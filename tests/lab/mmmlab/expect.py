"""What the cluster must look like, checked from outside: states, addresses, read_only, replication and rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .lab import Lab
from .probe import WritingProbe
from .topology import DATABASES, NODES, READER_IPS, SLAVES, WRITER_IP, slot_name
from .wait import wait_until


def wait_cluster(lab: Lab, deadline_s: float, *, writer: str, readers: Collection[str] = SLAVES,
                 states: Mapping[str, str] | None = None, silent: Collection[str] = (),
                 detached: Collection[str] = ()) -> None:
    """Until everything is as said, and no address was ever on two hosts.

    `states` names the hosts that aren't ONLINE. The server of a `silent` host can't be asked; a `detached` one is asked
    for read_only, but needn't replicate.
    """
    expected = {**dict.fromkeys(DATABASES, "ONLINE"), **(states or {})}

    def as_expected() -> bool:
        faults = [*state_faults(lab, expected), *address_faults(lab, writer, readers),
                  *server_faults(lab, writer, silent, detached)]
        if faults:
            raise AssertionError("; ".join(faults))
        return True

    wait_until(as_expected, deadline_s, f"the cluster to have its writer on {writer or 'no host'}", 0.1)
    assert_one_holder(lab)


def assert_one_holder(lab: Lab) -> None:
    violations = lab.sampler.violations()
    assert not violations, "two hosts at once:\n" + "\n".join(violations)


def state_faults(lab: Lab, expected: Mapping[str, str]) -> list[str]:
    """Where `show` differs from `expected`, and from what is on the hosts."""
    faults = []
    for host in lab.show()["hosts"]:
        name = host["name"]
        if host["state"] != expected[name]:
            faults.append(f"{name} is {host['state']} ({host.get('reason', '')}), not {expected[name]}")
        on_host = sorted(map(slot_name, lab.hosts[name].slots()))
        if sorted(host["roles"]) != on_host:
            faults.append(f"show says that {name} has {host['roles']}, on the host are {on_host}")
    return faults


def address_faults(lab: Lab, writer: str, readers: Collection[str]) -> list[str]:
    """The writer's address is on `writer` alone, the readers' are spread evenly over `readers`."""
    faults = []
    slots = {name: lab.hosts[name].slots() for name in DATABASES}
    holders = [name for name in DATABASES if WRITER_IP in slots[name]]
    if holders != ([writer] if writer else []):
        faults.append(f"{WRITER_IP} is on {holders}, not on {writer or 'no host'}")
    counts = {name: sum(ip in READER_IPS for ip in slots[name]) for name in DATABASES}
    for name, count in counts.items():
        share = len(READER_IPS) // len(readers) if name in readers else 0
        if count != share:
            faults.append(f"{name} has {count} reader addresses, not {share}")
    return faults


def server_faults(lab: Lab, writer: str, silent: Collection[str], detached: Collection[str]) -> list[str]:
    """Only the writer's server is writable, and all others replicate from it."""
    faults = []
    for name in DATABASES:
        if name in silent:
            continue
        host = lab.hosts[name]
        if host.read_only() == (name == writer):
            faults.append(f"read_only of {name} is {int(host.read_only())}")
        if writer and name != writer and name not in detached and host.source_ip() != NODES[writer].ip:
            faults.append(f"{name} replicates from {host.source_ip() or 'nobody'}, not from {writer}")
    return faults


def assert_rows(lab: Lab, probe: WritingProbe, writer: str, hosts: Collection[str] = DATABASES) -> None:
    """Ends the probe. Every acknowledged row is on the writer, and `hosts` come to have the same rows as it."""
    probe.stop()
    lost = probe.lost_rows(lab.hosts[writer])
    assert not lost, f"{len(lost)} acknowledged rows are not on {writer}: {lost[:5]}"
    rows = lab.hosts[writer].rows()

    def the_same() -> bool:
        different = {name: len(lab.hosts[name].rows() ^ rows) for name in hosts if lab.hosts[name].rows() != rows}
        if different:
            raise AssertionError(f"rows that differ from those of {writer}: {different}")
        return True

    wait_until(the_same, 10, f"all hosts to have the {len(rows)} rows of {writer}", 0.1)

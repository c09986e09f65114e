"""The old ends: small programs that speak and act as MySQL-MMM 2.2 does, for tests of our programs among them.

Written from the description of the wire and of the rules alone, with Python's standard library and the tools that a
lab host has (ip, ping, the mariadb client). They are stand-ins, not substitutes: simple, blocking, with the original's
weaknesses where a neighbour can feel them; what they report is what they did or what they see.

    python3 -m old.agent --config /etc/mysql-mmm/mmm_agent.conf
    python3 -m old.monitor --config /etc/mysql-mmm/mmm_mon.conf
    python3 -m old.control --config /etc/mysql-mmm/mmm_mon.conf show
"""

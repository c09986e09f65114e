"""What an agent does to its database server when roles come and go, in the original's order."""

from __future__ import annotations

import logging
import time

from .config import Config
from .database import Database, DatabaseError

SYNC_TIMEOUT_S = 30
RELAY_TIMEOUT_S = 5
_POLL_S = 0.1
_CLIENTS = ("SELECT ID AS id, COMMAND AS command FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() "
            "AND USER NOT IN ('system user', 'event_scheduler') AND COMMAND NOT IN ('Binlog Dump', 'Daemon')")


class ServerRoles:
    def __init__(self, config: Config, this: str) -> None:
        self._config = config
        self._host = config.section("host", this)
        self._database = Database(self._host, "agent")

    def writable(self) -> bool:
        return self._database.value("@@GLOBAL.read_only") == "0"

    def source_ip(self) -> str:
        return self._database.slave_status().get("Master_Host", "")

    def allow_write(self) -> None:
        self._database.run("SET GLOBAL read_only = 0")

    def deny_write(self) -> None:
        self._database.run("SET GLOBAL read_only = 1")

    def replicate(self, on: bool) -> None:
        self._database.run("START SLAVE" if on else "STOP SLAVE")

    def end_clients(self) -> None:
        """Idle ones at once, busy ones after max_kill_retries tries, a second apart. Replication is spared."""
        for tries_left in range(int(self._config.top["max_kill_retries"]), -1, -1):
            clients = self._database.run(_CLIENTS)
            for client in clients:
                if client["command"] == "Sleep" or tries_left == 0:
                    self._end(client["id"])
            if all(client["command"] == "Sleep" for client in clients):
                return
            time.sleep(1)

    def catch_up(self, old_master: str) -> None:
        """Until all that the old master has is applied here; if it can't be asked, all that the relay log holds."""
        try:
            target = Database(self._config.section("host", old_master), "agent", 3).position() if old_master else None
        except DatabaseError as error:
            logging.warning("%s can't be asked for its position: %s", old_master, error)
            target = None
        end = time.monotonic() + (RELAY_TIMEOUT_S if target is None else SYNC_TIMEOUT_S)
        while not (self._relay_log_applied() if target is None else self._has(target)):
            if time.monotonic() > end:
                logging.error("gave up catching up with %s", old_master or "nobody")
                return
            time.sleep(_POLL_S)

    def follow(self, new_master: str, old_master: str) -> None:
        """A slave goes over to the new master, unless it is there already."""
        master = self._config.section("host", new_master)
        if self.source_ip() == master["ip"]:
            return
        if old_master:
            self.catch_up(old_master)
        self._database.run(
            f"STOP SLAVE; CHANGE MASTER TO MASTER_HOST = '{master['ip']}', MASTER_PORT = {master['mysql_port']}, "
            f"MASTER_USER = '{master['replication_user']}', MASTER_PASSWORD = '{master['replication_password']}', "
            "MASTER_USE_GTID = slave_pos; START SLAVE")
        logging.info("replicates from %s now", new_master)

    def _has(self, target: dict[str, int]) -> bool:
        own = self._database.position()
        return all(own.get(domain, 0) >= sequence for domain, sequence in target.items())

    def _relay_log_applied(self) -> bool:
        status = self._database.slave_status()
        return not status or ((status["Master_Log_File"], status["Read_Master_Log_Pos"])
                              == (status["Relay_Master_Log_File"], status["Exec_Master_Log_Pos"]))

    def _end(self, connection: str) -> None:
        try:
            self._database.run(f"KILL {connection}")
        except DatabaseError as error:
            logging.info("connection %s: %s", connection, error)  # mostly: it has ended meanwhile

"""An authority of the lab's own, and the certificates that it signs."""

from __future__ import annotations

import subprocess
from pathlib import Path

_VALID_DAYS = "2"


class Authority:
    """Keeps its key in `directory`, which it makes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(mode=0o700)
        self._run("req", "-x509", *self._request("authority", "CA:TRUE"), "-days", _VALID_DAYS, "-out", "authority.pem")
        self.certificate = (directory / "authority.pem").read_text()

    def issue(self, name: str, ip: str = "", days: str = _VALID_DAYS) -> tuple[str, str]:
        """A new certificate for `name`, and for `ip` if there is one, and its private key, as PEM texts. With days "-1" it
        ended yesterday."""
        alternative = ["-addext", f"subjectAltName=IP:{ip}"] if ip else []
        self._run("req", *self._request(name, "CA:FALSE"), *alternative, "-out", "request.pem")
        self._run("x509", "-req", "-in", "request.pem", "-copy_extensions", "copy", "-days", days, "-CA", "authority.pem",
                  "-CAkey", "authority.key", "-CAcreateserial", "-out", f"{name}.pem")
        return (self._directory / f"{name}.pem").read_text(), (self._directory / f"{name}.key").read_text()

    @staticmethod
    def _request(name: str, constraint: str) -> list[str]:
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-addext",
                f"basicConstraints=critical,{constraint}", "-keyout", f"{name}.key"]

    def _run(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self._directory, check=True, capture_output=True)

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
        self.certificate = self._make("authority", [])[0]

    def issue(self, name: str, ip: str = "", days: str = _VALID_DAYS) -> tuple[str, str]:
        """A new certificate for `name`, and for `ip` if there is one, and its private key, as PEM texts. With "-1" days it
        has expired."""
        alternative = ["-addext", f"subjectAltName=IP:{ip}"] if ip else []
        return self._make(name, ["-CA", str(self._directory / "authority.pem"),
                                 "-CAkey", str(self._directory / "authority.key"), *alternative], days)

    def _make(self, name: str, signer: list[str], days: str = _VALID_DAYS) -> tuple[str, str]:
        certificate, key = self._directory / f"{name}.pem", self._directory / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", days, "-subj", f"/CN={name}", "-addext",
                        f"basicConstraints=critical,CA:{'FALSE' if signer else 'TRUE'}", *signer,
                        "-out", str(certificate), "-keyout", str(key)], check=True, capture_output=True)
        return certificate.read_text(), key.read_text()

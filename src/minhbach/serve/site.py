"""The processes of a site: started in order, told where everything is, ended in the opposite order.

Promises that a part that cannot start is named with its last words, and that `Site` as a `with` block leaves no process
behind however it ends.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self

from minhbach.engines import children, nats, ports, postgres
from minhbach.engines.ports import HOST

READY_S = 120
GOODBYE_S = 15
HEALTH = "/khoe"
DATABASE = "minhbach"
APPLICATION = "minhbach_app"
"""The role of pages and worker in the database; what owns the tables is another one, which only `init` is told."""
NATS_LOG = "fabric/nats.log"
LEAST_FREE_BYTES = 256 * 1024 * 1024
LOG_BYTES = 16 * 1024 * 1024
"""A log longer than this begins anew; the one before is kept."""
INNER = ("nats", "stream")
"""Parts whose port nobody types: chosen free, the same again where possible."""


class SiteFailed(Exception):
    """The site cannot run. ``vi`` and ``en`` say why; ``words`` are the last ones of the part concerned."""

    def __init__(self, vi: str, en: str, words: str = "") -> None:
        super().__init__("\n".join(part for part in (vi, en, words) if part))


@dataclass(frozen=True, slots=True)
class Part:
    """One process: its name (and log file), its command, the port on which it says that it is well, and what it alone
    is told. Parts of one rank end together, those of a higher one before those of a lower one.
    """

    name: str
    command: tuple[str, ...]
    port: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    rank: int = 0


class Site:
    """Use as a ``with`` block: inside, all parts are ready. ``folder`` keeps everything."""

    def __init__(self, folder: Path, port: int, *, demo: bool = False, extra: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = port
        self.environment: dict[str, str] = dict(extra or {})
        self.ports: dict[str, int] = {}
        self._demo = demo
        self._stack = ExitStack()
        self._watched: dict[str, children.Child] = {}
        self._ranks: dict[int, list[children.Child]] = {}

    @property
    def url(self) -> str:
        """Where browsers find the pages."""
        return f"http://{HOST}:{self.port}"

    @property
    def nats_address(self) -> str:
        """Where recorders on this machine find the fabric."""
        return f"tls://{HOST}:{self.ports['nats']}"

    def __enter__(self) -> Self:
        try:
            self.open()
            self.run()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all parts, rank by rank, the engines last."""
        for rank in sorted(self._ranks, reverse=True):
            children.end_all(self._ranks.pop(rank), GOODBYE_S)
        self._stack.close()

    def open(self) -> None:
        """Start the engines and make the site ready; nobody can reach it yet. Raises SiteFailed."""
        if not ports.is_free(self.port):
            raise SiteFailed(
                f"Cổng {self.port} đang được dùng; hãy chọn cổng khác bằng --port.",
                f"Port {self.port} is in use; choose another with --port.",
            )
        (self.folder / "log").mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.folder).free
        if free < LEAST_FREE_BYTES:
            raise SiteFailed(
                f"Đĩa của {self.folder} chỉ còn {free >> 20} MB; cần ít nhất {LEAST_FREE_BYTES >> 20} MB.",
                "The disk is nearly full; make room first.",
            )
        # From here on for all parts: what they write is nobody else's. PostgreSQL's own user still has to pass.
        self._stack.callback(os.umask, os.umask(0o077))
        os.chmod(self.folder, 0o711)  # nosec B103 # may be passed, not listed
        self.ports = ports.choose(self.folder / "ports.json", INNER)
        try:
            database = postgres.start(self.folder / "postgres")
        except postgres.PostgresFailed as failure:
            raise SiteFailed(str(failure), "") from None
        self._stack.callback(database.stop)
        self._watched["postgres"] = database.server
        self.environment |= self._settings(database)
        # No secret stands in it, only where secrets are: for `minhbach centre --data`.
        lines = [f"{name}={value}" for name, value in sorted(self.environment.items())]
        (self.folder / "site.env").write_text("\n".join(lines) + "\n", "utf-8")
        self.call("init", ["-m", "minhbach", "centre", "init"], self._owner_settings(database))
        try:
            fabric = nats.start(self.folder / "fabric", HOST, self.ports["nats"])
        except nats.NatsFailed as failure:
            raise SiteFailed(str(failure), "") from None
        self._stack.callback(fabric.stop)
        self._watched["nats"] = fabric.server

    def run(self) -> None:
        """Start the processes and wait until each is ready. Raises SiteFailed."""
        parts = self._all_parts()
        for part in parts:
            self.start(part)
        deadline = time.monotonic() + READY_S
        for part in parts:
            self._await(part, deadline)

    def start(self, part: Part) -> None:
        """Start one more part."""
        extra = {**self.environment, **part.extra}
        child = children.start([sys.executable, *part.command], log=self.log(part.name), extra=extra)
        self._watched[part.name] = child
        self._ranks.setdefault(part.rank, []).append(child)

    def call(self, name: str, words: Sequence[str], extra: Mapping[str, str] | None = None) -> None:
        """Run a step to its end with the site's environment. Raises SiteFailed."""
        child = children.start(
            [sys.executable, *words], log=self.log(name), extra={**self.environment, **(extra or {})}
        )
        try:
            status = child.wait()
        finally:
            children.end(child, GOODBYE_S)
        if status:
            raise self._failure(name)

    def look(self) -> str | None:
        """The name of a part that ended by itself, if any did; to be asked now and then, as it keeps the logs short."""
        for file in (*(self.folder / "log").glob("*.log"), self.folder / "postgres" / "log", self.folder / NATS_LOG):
            _keep_short(file)
        return next((name for name, child in self._watched.items() if child.poll() is not None), None)

    def last_words(self, name: str) -> str:
        """The end of a part's log."""
        try:
            return "\n".join(self.log(name).read_text("utf-8", errors="replace").splitlines()[-12:])
        except OSError:
            return ""

    def _settings(self, database: postgres.Postgres) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "minhbach.centre.settings",
            "MINHBACH_DATA": str(self.folder),
            "MINHBACH_DATABASE": database.url(DATABASE, APPLICATION),
            "MINHBACH_DATABASE_PASSWORD_FILE": str(self._secret("database.password")),
            "MINHBACH_SECRET_KEY_FILE": str(self._secret("session.key")),
            "MINHBACH_NATS": self.nats_address,
            "MINHBACH_NATS_PASSWORD_FILE": str(self.folder / "fabric" / "centre.password"),
            "MINHBACH_LISTEN": f"{HOST}:{self.port}",
            "MINHBACH_STREAM_PORT": str(self.ports["stream"]),
            "MINHBACH_STREAM_URL": f"ws://{HOST}:{self.ports['stream']}/footage",
            "MINHBACH_ORIGINS": f"{self.url},http://localhost:{self.port}",
            "MINHBACH_DEMO": "1" if self._demo else "0",
        }

    def _owner_settings(self, database: postgres.Postgres) -> dict[str, str]:
        return {
            "MINHBACH_OWNER": database.url(DATABASE),
            "MINHBACH_OWNER_PASSWORD_FILE": str(database.password_file),
        }

    def _secret(self, name: str) -> Path:
        file = self.folder / name
        if not file.exists():
            draft = file.with_suffix(".new")
            draft.touch(0o600)
            draft.write_text(secrets.token_urlsafe(48), "ascii")
            draft.rename(file)
        return file

    def _stream_settings(self) -> dict[str, str]:
        """The stream has a password of its own, which lets it do less."""
        return {"MINHBACH_NATS_PASSWORD_FILE": str(self.folder / "fabric" / "stream.password")}

    def _all_parts(self) -> tuple[Part, ...]:
        return (
            Part("stream", ("-m", "minhbach.centre.stream"), self.ports["stream"], self._stream_settings()),
            Part("worker", ("-m", "minhbach.centre.worker")),
            Part("pages", ("-m", "minhbach", "centre", "pages"), self.port),
        )

    def _await(self, part: Part, deadline: float) -> None:
        child = self._watched[part.name]
        while part.port is not None and not _is_well(part.port):
            if child.poll() is not None or time.monotonic() > deadline:
                raise self._failure(part.name)
            time.sleep(0.05)

    def _failure(self, name: str) -> SiteFailed:
        return SiteFailed(
            f"Phần «{name}» không chạy được; xem {self.log(name)}.",
            f"The part «{name}» does not run; see the log.",
            self.last_words(name),
        )

    def log(self, name: str) -> Path:
        """Where a part says what it has to say."""
        return self.folder / "log" / f"{name}.log"


def _keep_short(log: Path) -> None:
    """Put a long log aside as ``….1``. Who writes it opened it to append, and so goes on at its new end."""
    with contextlib.suppress(OSError):
        if log.stat().st_size > LOG_BYTES:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)


def _is_well(port: int) -> bool:
    line = HTTPConnection(HOST, port, timeout=5)
    try:
        line.request("GET", HEALTH, headers={"Connection": "close"})
        return line.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        line.close()

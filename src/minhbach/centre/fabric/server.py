"""Who may say what on the fabric: the users and permissions of ``nats-server``.

Owns the folder ``fabric`` of the centre's data: ``users.json`` (mode 0600: the passwords, random and long),
``nats.conf`` written from it, and one ``*.password`` file for each process of the centre; with ``certificate`` that not
a byte is said before both ends know whom they talk to. A recorder may publish
``up.<itself>.>`` and ``live.<itself>.>``, hear ``dn.<itself>.>`` and its own inbox, and answer what it was asked;
nothing of another recorder, not even that it exists. ``stream`` may ask recorders for footage and hear it; ``centre``
(pages and worker) may do all. ``watch`` belongs to the server's own account and asks it who is connected: nothing of
what is said reaches it. After a change the server is told by SIGHUP. Leaves starting the server, where it listens
and its pid file to ``engines``.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from minhbach.centre.fabric import certificate
from minhbach.durable import Files
from minhbach.protocol import subjects

USERS_FILE = "users.json"
CONF_FILE = "nats.conf"
PID_FILE = "nats.pid"
CENTRE = "centre"
STREAM = "stream"
WATCH = "watch"
"""Of the server's own account: who is connected, and nothing else."""

_ANSWERS = {"max": 1_000_000, "expires": "10m"}
"""How many messages, for how long, a recorder may send to the inbox of whoever asked it: a playback is many answers."""


class Users:
    """The folder. Changing it is for one process at a time."""

    def __init__(self, folder: Path, files: Files | None = None) -> None:
        self.folder = folder
        self._files = files or Files()

    def ensure(self) -> None:
        """Make the centre's own users if they are missing, and write their files and the configuration; durable."""
        self._files.make_folder(self.folder)
        os.chmod(self.folder, 0o700)
        certificate.ensure(self.folder, self._files)
        users = self._read()
        for name in (CENTRE, STREAM, WATCH):
            users.setdefault(name, _password())
            self._files.replace(self.folder / f"{name}.password", users[name].encode(), mode=0o600)
        self._write(users)

    def password(self, user: str) -> str:
        """The password of a user that is there. Raises KeyError."""
        return self._read()[user]

    def knows(self, user: str) -> bool:
        """Whether the user may come in."""
        return user in self._read()

    def add_recorder(self, recorder: str) -> str:
        """A recorder's password; a new one each time, so that an enrolment that was carried away ends. Then ``reload``.

        Raises subjects.BadSubject.
        """
        subjects.all_down(recorder)
        password = _password()
        self._write({**self._read(), recorder: password})
        return password

    def remove_recorder(self, recorder: str) -> None:
        """Let a recorder in no more. Then ``reload``."""
        self._write({name: word for name, word in self._read().items() if name != recorder})

    def reload(self) -> None:
        """Tell the running server; without one there is nobody to tell."""
        with suppress(OSError, ValueError):
            os.kill(int((self.folder / PID_FILE).read_text("ascii")), signal.SIGHUP)

    def _read(self) -> dict[str, str]:
        path = self.folder / USERS_FILE
        return dict(json.loads(path.read_bytes())) if path.exists() else {}

    def _write(self, users: dict[str, str]) -> None:
        self._files.replace(self.folder / USERS_FILE, json.dumps(users, indent=1).encode(), mode=0o600)
        text = json.dumps(configuration(users, self.folder), indent=1)
        self._files.replace(self.folder / CONF_FILE, text.encode() + b"\n", mode=0o600)


def configuration(users: dict[str, str], folder: Path) -> dict[str, Any]:
    """The server's configuration but for where it listens; JSON is a subset of its language."""
    return {
        "tls": {
            "cert_file": str(folder.absolute() / certificate.SERVER),
            "key_file": str(folder.absolute() / certificate.SERVER_KEY),
            # Not a word in clear, so nobody between can talk a client out of TLS.
            "handshake_first": True,
            "timeout": 5,
        },
        "max_payload": 2 << 20,
        "write_deadline": "5s",
        "ping_interval": "10s",
        "ping_max": 2,
        "authorization": {"users": [_user(name, word) for name, word in sorted(users.items()) if name != WATCH]},
        "accounts": {"$SYS": {"users": [_watch(word) for name, word in users.items() if name == WATCH]}},
    }


def _user(name: str, password: str) -> dict[str, Any]:
    if name == CENTRE:
        rights: dict[str, Any] = {"publish": ">", "subscribe": ">"}
    elif name == STREAM:
        asks = [f"dn.*.{verb}" for verb in (subjects.PLAY, subjects.STILL, subjects.LIVE)]
        rights = {"publish": [*asks, subjects.SERVED], "subscribe": ["live.>", f"{subjects.inbox(STREAM)}.>"]}
    else:
        rights = {
            "publish": [f"up.{name}.>", f"live.{name}.>"],
            "subscribe": [subjects.all_down(name), f"{subjects.inbox(name)}.>"],
            "allow_responses": _ANSWERS,
        }
    return {"user": name, "password": password, "permissions": rights}


def _watch(password: str) -> dict[str, Any]:
    rights = {"publish": [subjects.CONNECTIONS], "subscribe": [f"{subjects.inbox(WATCH)}.>"]}
    return {"user": WATCH, "password": password, "permissions": rights}


def _password() -> str:
    return secrets.token_urlsafe(32)

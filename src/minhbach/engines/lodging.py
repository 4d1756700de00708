"""Where an engine lives that refuses to run as root: as which user, and by which paths it sees its folders.

Root starts PostgreSQL as an unprivileged user. A checkout below a private folder (`/root`, say) is out of that user's
reach, and opening the folder to everybody is no way. So the engine gets a mount namespace of its own in which its
folders stand at a public place too; nobody else sees them there, and nothing is left when it ends. Where the kernel
refuses that, a private copy in `/var/tmp` takes their place.
"""

import ctypes
import hashlib
import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from minhbach.engines import children

#: The first of these that exists on this machine; `nobody` does everywhere.
USERS = ("postgres", "nobody")
#: A public folder that the engine needs nothing from; in its own namespace its folders are mounted over it.
STAGES = ("/mnt", "/media", "/srv", "/opt")
COPIES = Path("/var/tmp")  # nosec B108 # whose owner is looked at, see _copied

_LIBC = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNS = 0x20000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000


@dataclass(frozen=True, slots=True)
class User:
    """An unprivileged user of this machine."""

    uid: int
    gid: int

    def owns(self, *paths: Path) -> None:
        """Give these to the user."""
        for path in paths:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether the user may pass all folders on the way to `path`."""
        return all(self._passes(os.stat(folder)) for folder in path.resolve().parents)

    def _passes(self, folder: os.stat_result) -> bool:
        if folder.st_uid == self.uid:
            return bool(folder.st_mode & stat.S_IXUSR)
        return bool(folder.st_mode & (stat.S_IXGRP if folder.st_gid == self.gid else stat.S_IXOTH))


@dataclass(frozen=True, slots=True)
class Lodging:
    """As whom to run, and where the folders asked for stand for that process. `mounts`: (real place, place there)."""

    user: User | None
    programs: Path
    data: Path
    mounts: tuple[tuple[Path, Path], ...] = ()

    def enter(self) -> None:
        """For the child before it becomes the engine: take the place, give up root. Raises OSError."""
        if self.mounts:
            _bind(self.mounts)
        if self.user is not None:
            os.setgroups([])
            os.setgid(self.user.gid)
            os.setuid(self.user.uid)


def find(programs: Path, parts: Sequence[str], data: Path) -> Lodging:
    """A lodging for an engine that is installed in the folders `parts` of `programs` and whose files lie in `data`."""
    if os.geteuid() != 0:
        return Lodging(None, programs, data)
    user = _user(data)
    if user.reaches(programs / parts[0]) and user.reaches(data):
        return Lodging(user, programs, data)
    for stage in (Path(place) for place in STAGES):
        if stage.is_dir() and user.reaches(stage / "x"):
            mounts = tuple((programs / part, stage / part) for part in parts)
            mounted = Lodging(user, stage, stage / "data", (*mounts, (data, stage / "data")))
            if _works(mounted):
                return mounted
    return _copied(user, programs, parts, data)


def _user(data: Path) -> User:
    """The owner of what is there already; a user that appears on the machine later must not change it."""
    owner = os.stat(data)
    if owner.st_uid:
        return User(owner.st_uid, owner.st_gid)
    for name in USERS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(found.pw_uid, found.pw_gid)
    return User(65534, 65534)


def _bind(mounts: tuple[tuple[Path, Path], ...]) -> None:
    """Let the mounts appear to this process and its children alone. Raises OSError."""
    _demand(_LIBC.unshare(_CLONE_NEWNS))
    _demand(_LIBC.mount(b"none", b"/", None, ctypes.c_ulong(_MS_REC | _MS_PRIVATE), None))
    stage = mounts[0][1].parent
    _demand(_LIBC.mount(b"tmpfs", os.fsencode(stage), b"tmpfs", ctypes.c_ulong(0), b"mode=0755,size=64k"))
    for real, seen in mounts:
        os.mkdir(seen, 0o755)
        _demand(_LIBC.mount(os.fsencode(real), os.fsencode(seen), None, ctypes.c_ulong(_MS_BIND | _MS_REC), None))


def _demand(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _works(lodging: Lodging) -> bool:
    """Try it with a child that ends at once."""
    try:
        child = children.start(["/bin/true"], folder=Path("/"), become=lodging.enter)
    except Exception:  # What a child fails of before it runs arrives as one nameless error.
        return False
    return child.wait(10) == 0


def _copied(user: User, programs: Path, parts: Sequence[str], data: Path) -> Lodging:
    """A copy of the programs, and the data itself, in a folder that only root can have made."""
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    place = COPIES / f"minhbach-{name}"
    place.mkdir(mode=0o711, exist_ok=True)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise PermissionError(f"{place} belongs to somebody else.")
    shutil.rmtree(place / "programs", ignore_errors=True)
    for part in parts:
        shutil.copytree(programs / part, place / "programs" / part, symlinks=True)
    (place / "data").mkdir(mode=0o700, exist_ok=True)
    user.owns(place / "data")
    return Lodging(user, place / "programs", place / "data")

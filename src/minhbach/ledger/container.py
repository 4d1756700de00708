"""Reading a package from a stranger: a folder or a zip, nothing of it trusted and nothing extracted.

Owns: which names a package may hold, and bounded reading of them. Promises: no path leaves the package, no link is
followed, no byte beyond what the caller allows is read or unpacked, and all that can go wrong is PackageUnreadable.
Leaves to others: what the files mean (`verify`).
"""

import hashlib
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Self, cast

from minhbach.ledger.errors import LedgerError
from minhbach.ledger.zipped import ZipMisleads, demand_one_list, demand_tight

MOST_FILES = 200_000
CHUNK_BYTES = 1 << 20
_LOCAL_HEADER = struct.Struct("<26xHH")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)  # names Windows keeps
_ZIP_PROBLEMS = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    struct.error,
)


class PackageUnreadable(LedgerError):
    """The folder or zip is damaged or built to mislead; the sentence says how."""


class NotAPackage(PackageUnreadable):
    """What lies there is neither a folder nor a zip."""


class Container:
    """The files of a package by name. Use as a context manager. `packed` are those that have to be unpacked."""

    def __init__(
        self,
        sizes: dict[str, int],
        opener: Callable[[str], BinaryIO],
        close: Callable[[], None],
        packed: frozenset[str] = frozenset(),
    ) -> None:
        self.sizes = sizes
        self.packed = packed
        self._opener = opener
        self._close = close

    def __enter__(self) -> "Container":
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def read(self, name: str, limit_bytes: int) -> bytes:
        """The whole file; PackageUnreadable when it is missing, damaged or longer than the limit."""
        if self.sizes.get(name, limit_bytes + 1) > limit_bytes:
            raise PackageUnreadable(f"The file {name} is missing or too large.")
        return b"".join(self._chunks(name, limit_bytes))

    def digest(self, name: str) -> tuple[int, str]:
        """(bytes, hex SHA-256) of a file in one pass, never more than the size it declares."""
        digest, count = hashlib.sha256(), 0
        for chunk in self._chunks(name, self.sizes[name]):
            digest.update(chunk)
            count += len(chunk)
        return count, digest.hexdigest()

    def _chunks(self, name: str, limit_bytes: int) -> Iterator[bytes]:
        left = limit_bytes
        try:
            with self._opener(name) as source:
                while left >= 0 and (chunk := source.read(min(CHUNK_BYTES, left + 1))):
                    left -= len(chunk)
                    if left < 0:
                        raise PackageUnreadable(f"The file {name} is longer than it says.")
                    yield chunk
        except _ZIP_PROBLEMS as error:
            raise PackageUnreadable(f"The file {name} cannot be read: {type(error).__name__}.") from error


def open_package(path: Path) -> Container:
    """The package at `path`. FileNotFoundError when nothing is there, else PackageUnreadable."""
    if path.is_dir():
        sizes = dict(_folder(path, ""))
        _demand_distinct(sizes)
        return Container(sizes, lambda name: _open_plain(path / name), lambda: None)
    path.stat()
    if not zipfile.is_zipfile(path):
        raise NotAPackage("The package is neither a folder nor a zip that can be read.")
    try:
        list_at = demand_one_list(path)
        archive = zipfile.ZipFile(path)
    except ZipMisleads as problem:
        raise PackageUnreadable(str(problem)) from problem
    except _ZIP_PROBLEMS as error:
        raise NotAPackage("The package is neither a folder nor a zip that can be read.") from error
    try:
        members = _members(archive)
        demand_tight(path, members.values(), list_at)
    except ZipMisleads as problem:
        archive.close()
        raise PackageUnreadable(str(problem)) from problem
    except _ZIP_PROBLEMS as error:
        archive.close()
        raise PackageUnreadable("The zip's headers cannot be read.") from error
    except PackageUnreadable:
        archive.close()
        raise
    sizes = {name: info.file_size for name, info in members.items()}
    packed = frozenset(name for name, info in members.items() if info.compress_type != zipfile.ZIP_STORED)
    return Container(sizes, lambda name: _open_member(path, archive, members[name]), archive.close, packed)


def is_safe_name(name: str) -> bool:
    """A relative path with plain parts, which no file system reads as another place."""
    parts = name.split("/")
    return (
        0 < len(name) <= 255
        and all(part not in ("", ".", "..") and part == part.strip(" .") for part in parts)
        and not any(letter in name for letter in '\\:*?"<>|')
        and name.isprintable()
        and not any(_DEVICE.fullmatch(part) for part in parts)
    )


def _demand_distinct(names: Iterable[str]) -> None:
    """That no disk takes two of them for one, whatever it does with letters: capitals, accents in two pieces."""
    seen: set[str] = set()
    folders: set[str] = set()
    for name in names:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
        if folded in seen:
            raise PackageUnreadable(f"The package holds two files that some disks take for one: {name!r:.80}.")
        seen.add(folded)
        folders |= {folded[:at] for at, letter in enumerate(folded) if letter == "/"}
    if seen & folders:
        raise PackageUnreadable("The package holds a file and a folder of one name.")


def _folder(path: Path, prefix: str) -> Iterator[tuple[str, int]]:
    try:
        with os.scandir(path) as found:
            items = sorted(found, key=lambda each: each.name)
    except OSError as error:
        raise PackageUnreadable(f"A folder of the package cannot be read: {error.strerror}.") from error
    for item in items:
        name = prefix + item.name
        if not is_safe_name(name) or item.is_symlink() or len(prefix) > 200:
            raise PackageUnreadable(f"The package holds a link or a misleading name: {name!r:.80}.")
        if item.is_dir(follow_symlinks=False):
            yield from _folder(path / item.name, name + "/")
        elif item.is_file(follow_symlinks=False):
            yield name, item.stat(follow_symlinks=False).st_size
        else:
            raise PackageUnreadable(f"The package holds something that is no file: {name!r:.80}.")


def _open_plain(path: Path) -> BinaryIO:
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    return os.fdopen(handle, "rb", buffering=0)


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise PackageUnreadable(f"The zip lists more than {MOST_FILES} files.")
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        mode = info.external_attr >> 16
        odd = stat.S_IFMT(mode) not in (0, stat.S_IFREG) or info.flag_bits & 0x1 or info.is_dir()
        # A name that was cut at a NUL or holds a link reads differently elsewhere.
        if odd or not is_safe_name(info.filename) or info.orig_filename != info.filename:
            raise PackageUnreadable(f"The zip holds a link, a secret or a misleading name: {info.filename!r:.80}.")
        if info.filename in members:
            raise PackageUnreadable(f"The zip holds {info.filename!r:.80} twice.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise PackageUnreadable("The zip is packed by a method that is not used here.")
        members[info.filename] = info
    _demand_distinct(members)
    return members


def _open_member(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    member = archive.open(info)  # compares the name with the one in the file's own header
    if info.compress_type != zipfile.ZIP_STORED:
        return cast(BinaryIO, member)
    member.close()
    return cast(BinaryIO, _Stored(path, info))


class _Stored:
    """An unpacked member read straight from the file: SHA-256 makes the zip's own slow CRC needless."""

    def __init__(self, path: Path, info: zipfile.ZipInfo) -> None:
        if info.compress_size != info.file_size:
            raise zipfile.BadZipFile("an unpacked member with two sizes")
        self._file = _open_plain(path)
        self._left = info.file_size
        try:
            self._file.seek(info.header_offset)
            name_bytes, extra_bytes = _LOCAL_HEADER.unpack(self._file.read(_LOCAL_HEADER.size))
            self._file.seek(name_bytes + extra_bytes, os.SEEK_CUR)
        except BaseException:
            self._file.close()
            raise

    def read(self, count: int) -> bytes:
        data = self._file.read(min(count, self._left))
        self._left -= len(data)
        return data

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

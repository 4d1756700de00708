"""The one form of a zip in a package: files one behind the other, unpacked, then the list, and nothing else.

Owns writing it with the bytes moved inside the kernel, and refusing a zip that other programs may read differently:
one that holds bytes of nobody, files that lie in one another, two lists, or headers that contradict the list. Promises
that what it writes it accepts, and that the same files give the same bytes. Leaves to others: which names are allowed
(`container`), what the files are.
"""

import os
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from minhbach.ledger.errors import LedgerError

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_EXTRA64 = struct.Struct("<2H2Q")
_VERSION, _UTF8, _DESCRIBED, _ENCRYPTED = 45, 0x800, 0x8, 0x1
_UNIX = 3 << 8
_DAY = 0x21  # the first of January 1980: a package does not tell when a file was copied
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_PATH_EXTRA = 0x7075  # another name for the same file
_DESCRIPTORS = (12, 16, 20, 24)
_LONGEST_LIST_BYTES = 96 << 20


class ZipMisleads(LedgerError):
    """Another program may read another package out of this zip; the sentence says why."""


class Writer:
    """Members one behind the other: `begin`, write `file` behind it, `end`; at last `finish`."""

    def __init__(self, path: Path) -> None:
        self.file: BinaryIO = path.open("x+b", buffering=0)
        self._list: list[bytes] = []
        self._open: tuple[bytes, int] | None = None

    def begin(self, name: str) -> int:
        """Leaves room for the header; the offset behind it is where the bytes go."""
        raw, at = name.encode(), self.file.seek(0, os.SEEK_END)
        self._open = raw, at
        self.file.write(bytes(_LOCAL.size + len(raw) + _EXTRA64.size))
        return self.file.tell()

    def end(self, crc: int) -> None:
        """The bytes are all there; `crc` is their CRC-32."""
        assert self._open is not None
        raw, at = self._open
        end = self.file.seek(0, os.SEEK_END)
        size = end - at - _LOCAL.size - len(raw) - _EXTRA64.size
        flags = 0 if raw.isascii() else _UTF8
        extra = _EXTRA64.pack(1, 16, size, size)
        shape = (_VERSION, flags, 0, 0, _DAY, crc)
        self.file.seek(at)
        self.file.write(_LOCAL.pack(b"PK\x03\x04", *shape, _FULL32, _FULL32, len(raw), len(extra)) + raw + extra)
        self.file.seek(end)
        extra += struct.pack("<Q", at)
        extra = extra[:2] + struct.pack("<H", 24) + extra[4:]
        row = _CENTRAL.pack(
            b"PK\x01\x02",
            _UNIX | _VERSION,
            *shape,
            _FULL32,
            _FULL32,
            len(raw),
            len(extra),
            0,
            0,
            0,
            0o600 << 16,
            _FULL32,
        )
        self._list.append(row + raw + extra)

    def finish(self) -> None:
        """Writes the list and closes."""
        at, count = self.file.seek(0, os.SEEK_END), len(self._list)
        rows = b"".join(self._list)
        where = at + len(rows)
        self.file.write(rows)
        end64 = (b"PK\x06\x06", _END64.size - 12, _VERSION, _VERSION, 0, 0, count, count, len(rows), at)
        self.file.write(_END64.pack(*end64) + _LOCATOR.pack(b"PK\x06\x07", 0, where, 1))
        self.file.write(_END.pack(b"PK\x05\x06", 0, 0, _FULL16, _FULL16, _FULL32, _FULL32, 0))
        self.close()

    def close(self) -> None:
        """Leaves it as it is."""
        self.file.close()


# --- reading --------------------------------------------------------------------------------------------


def demand_one_list(path: Path) -> int:
    """The offset of the one list, which ends the file but for its own end. Raises ZipMisleads, OSError.

    To be asked before anything reads the list: it also bounds its length.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        _demand(size >= _END.size, "it is too short")
        end_at = size - _END.size
        sign, disk, list_disk, here, count, length, at, comment = _END.unpack(_read(file, end_at, _END.size))
        _demand(sign == b"PK\x05\x06" and comment == 0, "something stands behind its list")
        _demand(disk == list_disk == 0 and here == count, "it is one of several")
        found = _locator(file, end_at)
        if found is not None:
            whole = found
            pairs = zip((count, length, at), whole[:3], (_FULL16, _FULL32, _FULL32), strict=True)
            _demand(all(short in (long, full) for short, long, full in pairs), "it has two lists")
            count, length, at, end_at = whole
        _demand(at + length == end_at, "something stands behind its list")
        _demand(length <= _LONGEST_LIST_BYTES, "its list is too long")
        return int(at)


def _locator(file: BinaryIO, end_at: int) -> tuple[int, int, int, int] | None:
    """(files, bytes of the list, its offset, where the list must end) of a large zip."""
    at = end_at - _LOCATOR.size
    if at < _END64.size:
        return None
    sign, disk, where, disks = _LOCATOR.unpack(_read(file, at, _LOCATOR.size))
    if sign != b"PK\x06\x07":
        return None
    _demand(disk == 0 and disks == 1 and where == at - _END64.size, "it has two lists")
    values = _END64.unpack(_read(file, where, _END64.size))
    sign, length, _, _, disk, list_disk, here, count, list_bytes, list_at = values
    _demand(sign == b"PK\x06\x06" and length == _END64.size - 12, "its end is none")
    _demand(disk == list_disk == 0 and here == count, "it is one of several")
    return count, list_bytes, list_at, where


def demand_tight(path: Path, infos: Iterable[zipfile.ZipInfo], list_at: int) -> None:
    """That the listed members fill the file up to the list, and say of themselves what the list says of them.

    Raises ZipMisleads, OSError.
    """
    ends: tuple[int, ...] = (0,)
    with path.open("rb") as file:
        for info in sorted(infos, key=lambda each: each.header_offset):
            _demand(info.header_offset in ends, "its files do not lie one behind the other")
            end = info.header_offset + _header_bytes(file, info) + info.compress_size
            described = info.flag_bits & _DESCRIBED
            ends = (end, *(end + each for each in _DESCRIPTORS)) if described else (end,)
    _demand(list_at in ends, "its files do not lie one behind the other")


def _header_bytes(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    """The length of a member's own header, which says what the list says."""
    sign, _, flags, method, _, _, crc, packed, size, name_bytes, extra_bytes = _LOCAL.unpack(
        _read(file, info.header_offset, _LOCAL.size)
    )
    raw = _read(file, info.header_offset + _LOCAL.size, name_bytes)
    extra = _read(file, info.header_offset + _LOCAL.size + name_bytes, extra_bytes)
    _demand(sign == b"PK\x03\x04" and flags == info.flag_bits and method == info.compress_type, "two headers differ")
    _demand(raw == info.orig_filename.encode("utf-8" if flags & _UTF8 else "cp437"), "a file has two names")
    for block in (extra, info.extra):
        _demand(_PATH_EXTRA not in _blocks(block), "a file has two names")
    if not flags & _DESCRIBED:
        wide = _blocks(extra).get(1, b"")
        if (size, packed) == (_FULL32, _FULL32) and len(wide) >= 16:
            size, packed = struct.unpack("<2Q", wide[:16])
        said = info.CRC, info.compress_size, info.file_size
        _demand((crc, packed, size) == said, "two headers differ")
    return int(_LOCAL.size + name_bytes + extra_bytes)


def _blocks(extra: bytes) -> dict[int, bytes]:
    """The extra fields of a header by their number."""
    found: dict[int, bytes] = {}
    while len(extra) >= 4:
        number, length = struct.unpack("<2H", extra[:4])
        found[number], extra = extra[4 : 4 + length], extra[4 + length :]
    return found


def _read(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    data = file.read(count)
    _demand(len(data) == count, "it is cut off")
    return data


def _demand(holds: bool, why: str) -> None:
    if not holds:
        raise ZipMisleads(f"The zip can be read in two ways: {why}.")

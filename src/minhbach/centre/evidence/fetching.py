"""Sealed files from recorders, byte for byte, for a package that is being built.

Owns asking for a file part by part, several at a time so that a long line is used, and keeping what came. Promises that
a file is there only if it is what its log entry sealed, and that a fetch which broke goes on where it was. The recorder
verifies the lease itself. Leaves leases to `access`, which files to `building`.

Errors: FetchFailed: the recorder is away, refuses, or has other bytes; `words` say what to do.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from minhbach.centre.fabric.client import Client, FabricError
from minhbach.centre.words import Words
from minhbach.ledger.entry import Entry
from minhbach.protocol import codec, subjects
from minhbach.protocol.codec import Malformed
from minhbach.protocol.footage import CHUNK_BYTES, Answer, BadFootage, Extract, read_part

AT_ONCE = 6
PATIENCE_S = 20.0
OTHER = Words(
    "Tệp {path} trên đầu ghi không còn đúng như đã niêm phong; hãy chạy kiểm tra kho lưu trữ của đầu ghi này.",
    "The file {path} at the recorder is not what was sealed any more; check the archive of this recorder.",
)
NONSENSE = Words(
    "Đầu ghi trả lời sai định dạng; hãy kiểm tra phiên bản phần mềm của đầu ghi.",
    "The recorder's answer is malformed; check the version of its software.",
)

Token = Callable[[], Awaitable[str]]
"""A lease that is alive now."""


class FetchFailed(Exception):
    """The file is not here."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


async def fetch(client: Client, recorder: str, entry: Entry, token: Token, target: Path) -> None:
    """Bring the sealed file of a segment's entry to `target`, if it is not there yet. Raises FetchFailed, OSError."""
    if await asyncio.to_thread(_is_sealed, target, entry):
        return
    size = int(entry["bytes"])
    part = target.with_name(target.name + ".part")
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(file: int, offset: int) -> None:
        async with turns:
            asked = Extract(await token(), entry["camera"], entry["stream"], entry["number"], offset)
            data = await _ask(client, recorder, asked)
            if len(data) != min(CHUNK_BYTES, size - offset):
                raise FetchFailed(OTHER.fill(path=entry["path"]))
            os.pwrite(file, data, offset)

    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        async with asyncio.TaskGroup() as group:
            for offset in range(0, size, CHUNK_BYTES):
                group.create_task(one(file, offset))
    except ExceptionGroup as errors:
        raise _first(errors) from None
    finally:
        os.close(file)
    if not await asyncio.to_thread(_is_sealed, part, entry):
        raise FetchFailed(OTHER.fill(path=entry["path"]))
    os.replace(part, target)


async def _ask(client: Client, recorder: str, asked: Extract) -> bytes:
    try:
        data = await client.ask_bytes(recorder, subjects.EXTRACT, codec.encode(asked), PATIENCE_S)
        found = read_part(data)
        refused = codec.decode(Answer, data) if found is None else None
    except FabricError as error:
        raise FetchFailed(Words(error.vi, error.en)) from None
    except (Malformed, BadFootage):
        raise FetchFailed(NONSENSE) from None
    if found is None or refused is not None:
        raise FetchFailed(Words(refused.vi, refused.en) if refused else NONSENSE)
    return found


def _first(errors: ExceptionGroup) -> Exception:
    found = errors.exceptions[0]
    return _first(found) if isinstance(found, ExceptionGroup) else found


def _is_sealed(path: Path, entry: Entry) -> bool:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return False
    return bool(digest == entry["sha256"])

"""The logs of this recorder as the centre may read them, and the cosignatures that come back.

Owns what is offered (signed heads, entries, consistency proofs) and the file ``cosigned`` beside each log (FORMAT.md
2.2). The log is the queue: nothing is remembered of what the centre has had, so a cut of any length loses and doubles
nothing. Disks are read by threads of its own. Leaves writing the log to ``archive``.

Errors::

    CannotOffer    no such log, or not so many entries; ``vi`` and ``en``
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from minhbach.durable import Files
from minhbach.edge.archive import layout
from minhbach.edge.archive.book import Book
from minhbach.edge.archive.home import Home
from minhbach.edge.uplink.cosigning import CentreLog
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note, tiles
from minhbach.ledger.entry import log_name
from minhbach.ledger.errors import LedgerError
from minhbach.protocol import proving
from minhbach.protocol.messages import MOST_ENTRIES_BYTES, EntriesWanted, LogHead, ProofWanted

COSIGNED = "cosigned"
KEEP_EVERY_S = 300
"""Cosigned checkpoints come every minute; one in so many seconds is kept, which is enough for this side's own use."""


class CannotOffer(Exception):
    """This part of a log is not here."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


class Offer:
    """Made before the loop runs (it reads old logs); then ``heads`` on the loop, the rest on ``executor``'s threads."""

    def __init__(self, home: Home, book: Book, files: Files, witness: note.Verifier) -> None:
        self.executor = ThreadPoolExecutor(2, thread_name_prefix="offer")
        self._home = home
        self._book = book
        self._files = files
        self._witness = witness
        self._open = book.log
        self._old = {name: reader for name, reader in home.readers() if name != book.name}
        self._notes = {name: _note(layout.log_folder(home.folder, name)) for name in self._old}
        self._kept_s: dict[str, int] = {}
        self.cosigned: dict[str, tuple[int, int]] = {}
        """Log → size and time (Unix s) of its newest cosignature that came while this process ran."""
        self.centre_log = CentreLog(home.folder, files, witness.check)

    def heads(self) -> tuple[LogHead, ...]:
        """All logs, oldest first; of an old one the size that the log after it binds, and its own last checkpoint."""
        self._look_for_turn()
        old = [LogHead(name, reader.size, self._notes[name].decode()) for name, reader in self._old.items()]
        return (*old, self.head())

    def head(self) -> LogHead:
        """The open log as signed last."""
        self._look_for_turn()
        signed = self._open.note
        return LogHead(log_name(self._open.origin), checkpoints.claimed(signed).size if signed else 0, signed.decode())

    def _look_for_turn(self) -> None:
        """The log that was open may have been closed for another since, which counts from its first checkpoint on."""
        if (log := self._book.log) is not self._open and log.note:
            name = log_name(self._open.origin)
            self._old[name], self._notes[name] = self._open.reader(), self._open.note
            self._open = log

    def entries(self, wanted: EntriesWanted) -> Sequence[bytes]:
        """As many of the wanted entries as one answer takes, one at least. Raises CannotOffer."""
        reader = self._reader(wanted.log)
        if not 0 <= wanted.begin < wanted.end <= reader.size:
            raise _beyond()
        taken: list[bytes] = []
        room = MOST_ENTRIES_BYTES
        try:
            for data in reader.entries(wanted.begin, wanted.end):
                room -= len(data) + 2
                if room < 0:
                    break
                taken.append(data)
        except (LedgerError, OSError):
            if not taken:
                raise _unreadable() from None
        return taken

    def proof(self, wanted: ProofWanted) -> list[bytes]:
        """A consistency proof. Raises CannotOffer."""
        reader = self._reader(wanted.log)
        if not 0 < wanted.old <= wanted.new <= reader.size:
            raise _beyond()
        try:
            return reader.consistency_proof(wanted.old, wanted.new)
        except (LedgerError, OSError):
            raise _unreadable() from None

    def prove(self, nonce: str) -> bytes:
        """That the holder of the log's key is here. Raises CannotOffer."""
        try:
            return proving.signed(self._home.recorder, nonce, *self._book.log.signers)
        except ValueError:
            raise CannotOffer("Câu đố của trung tâm sai định dạng.", "The centre's nonce is malformed.") from None

    def take_cosigned(self, log: str, cosigned: bytes) -> checkpoints.Checkpoint:
        """Keep a cosigned checkpoint of a log, durably; returns what was cosigned. Raises CannotOffer, OSError."""
        try:
            opened = note.open(cosigned, [self._witness])
            head = checkpoints.parse(opened.text)
            if head.origin != self._origin(log) or self._reader(log).root(head.size) != head.root:
                raise _not_cosigned()
        except LedgerError:
            raise _not_cosigned() from None
        time_s = opened.signatures[0].time_s or 0
        self._keep(log, cosigned, time_s)
        self.cosigned[log] = head.size, time_s
        return head

    def close(self) -> None:
        """Read nothing more."""
        self.executor.shutdown(wait=False, cancel_futures=True)

    def _keep(self, log: str, cosigned: bytes, time_s: int) -> None:
        if time_s - self._kept_s.get(log, 0) < KEEP_EVERY_S:
            return
        path = layout.log_folder(self._home.folder, log) / COSIGNED
        if not path.exists():
            self._files.create(path).close()
            self._files.sync_folder(path.parent)
        file = self._files.append(path)
        try:
            file.write([b"cosigned %d\n" % len(cosigned), cosigned])
            file.sync()
        finally:
            file.close()
        self._kept_s[log] = time_s

    def _reader(self, log: str) -> tiles.LogReader:
        self._look_for_turn()
        if log == log_name(self._open.origin):
            return self._open.reader()
        if log not in self._old:
            raise CannotOffer("Đầu ghi không có nhật ký này.", "The recorder has no such log.")
        # A reader keeps what it read and is no friend of two threads.
        folder, size = layout.log_folder(self._home.folder, log), self._old[log].size
        return tiles.LogReader(_fetch(folder), size)

    def _origin(self, log: str) -> str:
        generation, year = layout.log_order(log)
        return checkpoints.log_origin(self._home.recorder, year, generation)


def _fetch(folder: Path) -> Callable[[str], bytes]:
    return lambda path: (folder / path).read_bytes()


def _note(folder: Path) -> bytes:
    try:
        return (folder / tiles.CHECKPOINT).read_bytes()
    except OSError:
        return b""


def _not_cosigned() -> CannotOffer:
    return CannotOffer(
        "Bản đồng ký không phải của nhật ký này hoặc không mang chữ ký của bên làm chứng.",
        "The cosigned checkpoint is not of this log or not signed by the witness.",
    )


def _beyond() -> CannotOffer:
    return CannotOffer("Nhật ký không có nhiều mục như vậy.", "The log has not that many entries.")


def _unreadable() -> CannotOffer:
    return CannotOffer("Không đọc được phần này của nhật ký.", "This part of the log cannot be read.")

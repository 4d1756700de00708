"""``minhbach rotate-key``, and the same as an order of the centre: have a recorder sign with another key.

Owns the wish (``layout.wish_path``) and waiting for it to be granted; whoever may write into the archive's private
folder may ask, and the centre by a signed order. The recorder that runs on the archive makes the key; one that does not
run makes it at its next start. Prints the line that belongs into the list of keys of whoever verifies (FORMAT.md
section 8).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from minhbach.durable import Files
from minhbach.edge.archive import layout
from minhbach.edge.archive.book import Book
from minhbach.edge.archive.home import reader
from minhbach.edge.recorder.command import refuse, say
from minhbach.ledger import entry
from minhbach.ledger.errors import LedgerError
from minhbach.protocol.messages import RekeyOrder

LOOK_EVERY_S = 0.2
_ROTATION = b'"kind":"key_rotated"'


def command(args: argparse.Namespace) -> int:
    """0 there is a new key, 1 the recorder will make it later, 2 cannot ask."""
    archive, files = args.archive.absolute(), Files()
    asked = layout.wish_path(archive)
    if not (archive / layout.ARCHIVE_FILE).exists():
        return refuse(f"{archive} không phải thư mục lưu trữ của một đầu ghi.", f"{archive} is no recorder's archive.")
    try:
        wish(files, archive)
    except OSError as error:
        return refuse(f"Không ghi được {asked}: {error.strerror}", f"Cannot write {asked}: {error.strerror}")
    ends_s = time.monotonic() + args.seconds
    while asked.exists():
        if time.monotonic() > ends_s:
            say("Đầu ghi chưa chạy; khóa sẽ được thay ở lần khởi động tới.")
            say("The recorder does not run; the key will be replaced at its next start.")
            return 1
        time.sleep(LOOK_EVERY_S)
    say("Đầu ghi đã thay khóa ký; thêm dòng này vào danh sách khóa của bên kiểm tra:")
    say("The recorder signs with a new key; add this line to the list of keys of whoever verifies:")
    say(f"log {_newest_key(archive)}")
    return 0


def wish(files: Files, archive: Path) -> None:
    """Ask, durably. Raises OSError."""
    files.replace(layout.wish_path(archive), b"", mode=0o600)


def ordered(files: Files, archive: Path, book: Book, order: RekeyOrder) -> None:
    """The centre asks: once for each key, however often it says so. Raises OSError."""
    if book.log.signers[-1].verifier.vkey == order.key:
        wish(files, archive)


def _newest_key(archive: Path) -> str:
    """What the newest log names last; waits for the entry to be signed."""
    folder = layout.log_folder(archive, layout.log_names(archive)[-1])
    while True:
        try:
            log = reader(folder)
            found = [entry.decode(data) for data in log.entries(0, log.size) if _ROTATION in data]
        except (LedgerError, OSError):
            found = []
        if found:
            return str(found[-1]["key"])
        time.sleep(LOOK_EVERY_S)

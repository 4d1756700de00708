"""Draws a photograph anew, or looks a PDF through: the program of a child process, reading bytes nobody has checked.

Run as a file by `papers.photo`, never imported by it. Takes the file on standard input, writes an upright JPEG without
any of the sender's metadata to standard output; with the argument `pdf` a PDF too, as it is. Before the first byte is
read it gives up what it does not need: it can open no file and no socket, start nothing, has little memory and time.
Ends with 0, with 3 when the bytes are no JPEG or PNG photograph, with 4 when a PDF is torn, locked, or does more than
show pages.
"""

import os
import re
import resource
import sys
import zlib
from io import BytesIO

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

READ_BYTES = 20_000_000
LONGEST_PX = 2000
MOST_PIXELS = 64_000_000
MEMORY_BYTES = 1 << 30
SECONDS = 10
NOT_A_PHOTOGRAPH, NOT_A_PAPER = 3, 4
#: What a PDF of pages alone does not need: programs, files inside, players, forms that send, a lock.
LONG = rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)"
ACTIVE = re.compile(LONG + rb"|/(?:JS|XFA|GoToE|Encrypt)(?![A-Za-z])")
ANYWHERE, PACKED, ESCAPE = re.compile(LONG), b"/ObjStm", re.compile(rb"#([0-9A-Fa-f]{2})")
UNPACKED_BYTES = 200_000_000
NOBODY = 65534
#: Pillow loads the reader of Exif when it meets the first; by then no file can be opened any more.
EXIF = TiffImagePlugin.ImageFileDirectory_v2
FORMATS = (JpegImagePlugin.JpegImageFile.format, PngImagePlugin.PngImageFile.format)


def give_up() -> None:
    """Keep the three streams that are open, some memory and some seconds; nothing else from here on."""
    if os.getuid() == 0:  # root is above the limit of processes
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for limit, value in (
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
    ):
        resource.setrlimit(limit, (value, value))


def drawn(data: bytes) -> bytes:
    """The photograph as a JPEG of at most 2000 px, upright, alone. Raises whatever the decoder does."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(BytesIO(data), formats=FORMATS) as photograph:
        if photograph.width * photograph.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        photograph.draft("RGB", (LONGEST_PX, LONGEST_PX))
        upright = ImageOps.exif_transpose(photograph).convert("RGB")
    upright.thumbnail((LONGEST_PX, LONGEST_PX))
    upright.info.clear()
    out = BytesIO()
    upright.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def looked_through(data: bytes) -> bytes:
    """The PDF as it is. Raises ValueError or what zlib does where it is torn, locked, or does more than show pages.

    Objects are looked at where they stand open and where they stand packed; a name is found however it is spelt. What
    only a reader with faults of its own would run is not found: it is handed out as a file, never shown in a page.
    """
    if not data.startswith((b"%PDF-1.", b"%PDF-2.")) or b"%%EOF" not in data[-2048:]:
        raise ValueError("torn")
    at, packed, left = 0, 0, UNPACKED_BYTES
    while at < len(data):
        begin = data.find(b"stream", at)
        opened = _spelt(data[at : begin if begin >= 0 else len(data)])
        if ACTIVE.search(opened):
            raise ValueError("active")
        if begin < 0:
            break
        end = data.find(b"endstream", begin)
        if end < 0:
            raise ValueError("torn")
        if PACKED in opened:
            packed += 1
            unpacked = zlib.decompressobj().decompress(data[begin + 6 : end].lstrip(b"\r\n"), left)
            left -= len(unpacked)
            if left <= 0 or ACTIVE.search(_spelt(unpacked)):
                raise ValueError("active")
        at = end + len(b"endstream")
    # Hidden from the walk above by a `stream` that is none.
    if ANYWHERE.search(data) or data.count(PACKED) != packed:
        raise ValueError("active")
    return data


def _spelt(names: bytes) -> bytes:
    return ESCAPE.sub(lambda found: bytes((int(found[1], 16),)), names)


def main() -> int:
    """Read, draw or look through, write."""
    Image.preinit()
    give_up()
    given = sys.stdin.buffer.read(READ_BYTES + 1)
    pdf = sys.argv[1:] == ["pdf"] and given.startswith(b"%PDF-")
    try:
        data = looked_through(given) if pdf else drawn(given)
    except Exception:  # whatever is wrong with the bytes, the answer is the same
        return NOT_A_PAPER if pdf else NOT_A_PHOTOGRAPH
    sys.stdout.buffer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())

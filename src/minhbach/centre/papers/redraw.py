"""Draws a photograph anew: the program of a child process, which reads bytes nobody has checked.

Run as a file by `papers.photo`, never imported by it. Takes the photograph on standard input, writes an upright JPEG
without any of the sender's metadata to standard output. Before the first byte is read it gives up what it does not
need: it can open no file and no socket, start nothing, and has little memory and time.
Ends with 0, or with 3 when the bytes are no JPEG or PNG photograph.
"""

import os
import resource
import sys
from io import BytesIO

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

READ_BYTES = 20_000_000
LONGEST_PX = 2000
MOST_PIXELS = 64_000_000
MEMORY_BYTES = 1 << 30
SECONDS = 10
NOT_A_PHOTOGRAPH = 3
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


def main() -> int:
    """Read, draw, write."""
    Image.preinit()
    give_up()
    try:
        data = drawn(sys.stdin.buffer.read(READ_BYTES + 1))
    except Exception:  # whatever is wrong with the bytes, the answer is the same
        return NOT_A_PHOTOGRAPH
    sys.stdout.buffer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())

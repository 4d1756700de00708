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
#: What a PDF of pages alone does not need: programs, files inside, players, forms that send, a lock. Looked for in
#: every byte, so only what chance does not write into a picture: `/JS` would stand in one of twenty megabytes.
ANYWHERE = re.compile(
    rb"/(?:JavaScript|OnInstantiate|Launch|EmbeddedFiles?|FileAttachment|RichMedia|Rendition|SubmitForm|ImportData"
    rb"|GoToE|Encrypt)(?![a-z])|/XFA(?=[\x00\t\n\f\r (<\[%])|/EF[\x00\t\n\f\r ]*(?:<<|\d+ \d+ R)"
)
ACTIVE = re.compile(ANYWHERE.pattern + rb"|/(?:JS|XFA|EF)(?![A-Za-z])")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
#: Between two tokens; a dictionary after `obj`, wherever that stands; what follows a dictionary that has a stream.
SPACE = rb"(?:[\x00\t\n\f\r ]++|%[^\r\n]*+)*+"
OBJECT, STREAM = re.compile(rb"obj(?=" + SPACE + rb"(<<))"), re.compile(SPACE + rb"stream(\r?\n)?")
TOKEN = re.compile(rb"%[^\r\n]*+|<<|>>|<[^<>]*+>|\(|/[^\x00\t\n\f\r ()<>\[\]{}/%]*+")
IN_WORDS = re.compile(rb"[()]|\\.", re.DOTALL)
DEEPEST = 100
#: A stream of objects is known by either name. Described in any other way than this, readers unpack it in another way.
OBJECTS = {b"ObjStm", b"First"}
PLAINLY = re.compile(
    rb"<<(?:\s*/(?:Type\s*/ObjStm|(?:N|First|Length)\s+\d+|(?:Length|Extends)\s+\d+\s+\d+\s+R"
    rb"|Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])))*\s*>>"
)
UNPACKED_BYTES = 100_000_000
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

    Every byte is searched, then every stream of objects, from each `obj` there is: what a reader takes for an object
    is decided by tables that the sender wrote, and a reader that mistrusts them looks for `obj` too. A parser was tried
    (pyHanko): it sees only what those tables name, and takes a millisecond for each. What only a reader with faults of
    its own would run is not found: it is handed out as a file, never shown in a page.
    """
    if not data.startswith((b"%PDF-1.", b"%PDF-2.")) or b"%%EOF" not in data[-2048:]:
        raise ValueError("torn")
    if ANYWHERE.search(_spelt(data)):
        raise ValueError("active")
    left = UNPACKED_BYTES
    for found in OBJECT.finditer(data):
        names, end = _names(data, found.start(1))
        opened = STREAM.match(data, end)
        if opened is None:
            continue
        closed = data.find(b"endstream", opened.end())
        if closed < 0:
            raise ValueError("torn")
        if OBJECTS & set(names):
            if opened[1] is None:
                raise ValueError("torn")
            left -= _looked_into(data[found.start(1) : end], data[opened.end() : closed], left)
    return data


def _names(data: bytes, at: int) -> tuple[list[bytes], int]:
    """The names right inside the dictionary that begins there, not in those within it, and where it ends."""
    names: list[bytes] = []
    depth = 0
    while found := TOKEN.search(data, at):
        token, at = found[0], found.end()
        if token == b"(":
            at = _past_words(data, at)
        elif token in (b"<<", b">>"):
            depth += 1 if token == b"<<" else -1
            if depth > DEEPEST:
                break
            if depth == 0:
                return names, at
        elif depth == 1 and token.startswith(b"/"):
            names.append(_spelt(token[1:]))
    raise ValueError("torn")


def _past_words(data: bytes, at: int) -> int:
    """Where a string ends: brackets in pairs belong to it."""
    depth = 1
    while depth:
        found = IN_WORDS.search(data, at)
        if found is None:
            raise ValueError("torn")
        at = found.end()
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
    return at


def _looked_into(described: bytes, data: bytes, most: int) -> int:
    """How many bytes the objects of a stream are, nothing of which does more than show pages."""
    if not PLAINLY.fullmatch(described):
        raise ValueError("packed otherwise")
    if b"/Filter" in described:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(data, most)
        if not unpacking.eof:
            raise ValueError("torn, or too much")
    if ACTIVE.search(_spelt(data)):
        raise ValueError("active")
    return len(data)


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

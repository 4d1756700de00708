"""A photograph is drawn anew or refused; what the sender hid in it goes no further."""

import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

from minhbach.centre.papers.photo import MOST_BYTES, REDRAW, PhotoRefused, redrawn
from tests.photographs import photograph


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def test_where_it_was_taken_does_not_stay_in_a_photograph() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Điện thoại của bà Hà"
    found = opened(redrawn(photograph(exif=exif, comment=b"secret")))
    assert not found.getexif()
    assert found.info.keys() & {"exif", "comment", "icc_profile"} == set()


def test_a_photograph_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(redrawn(photograph(640, 480, exif=exif))).size == (480, 640)


def test_a_large_photograph_becomes_small_enough_for_a_page() -> None:
    assert max(opened(redrawn(photograph(5000, 3000))).size) == 2000


def test_a_png_becomes_a_jpeg() -> None:
    assert opened(redrawn(photograph(kind="PNG"))).format == "JPEG"


def bomb() -> bytes:
    """A PNG of 900 million pixels in some 100 kB."""
    out = BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        photograph()[:400],
        photograph(kind="WEBP"),
        bomb(),
    ],
    ids=["nothing", "gif", "svg", "pdf", "torn", "webp", "bomb"],
)
def test_what_is_no_photograph_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(PhotoRefused, match="Take it again"):
        redrawn(data)


def test_a_file_over_the_limit_is_refused_before_anything_reads_it() -> None:
    with pytest.raises(PhotoRefused, match="20 MB"):
        redrawn(bytes(MOST_BYTES + 1))


@pytest.mark.parametrize(
    "attempt",
    ["open('/etc/hostname')", "__import__('socket').socket()", "__import__('os').fork()"],
    ids=["a file", "a socket", "a child"],
)
def test_whoever_takes_over_the_child_can_open_nothing(attempt: str) -> None:
    program = (
        f"import runpy; redraw = runpy.run_path({str(REDRAW)!r}); import socket, os; redraw['give_up']()\n"
        f"try:\n    {attempt}\nexcept OSError:\n    print('held')\n"
    )
    child = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert child.stdout == "held\n", child.stderr

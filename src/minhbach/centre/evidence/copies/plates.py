"""What is burned into a copy, drawn before the child gets it: the child that decodes has no fonts.

Owns the strip below the picture (what this is, of which extraction, for whom, which camera, the time) and the board
where there is no footage. Promises that the strip covers nothing of the picture, and that nothing of a long name is
lost: it goes on in further lines, and the strip is as high as it has to be.
"""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from minhbach.centre.evidence.copies.sealed import CopyFailed
from minhbach.centre.papers.printing import FONTS
from minhbach.centre.words import Words
from minhbach.decode.orders import Plate

_CLOCK = "0123456789:./ "
_LIGHT, _DARK, _BOARD = 235, 16, 45
NO_FONTS = Words(
    "Máy chủ thiếu phông chữ nên không lập được bản sao; hãy chạy lại cài đặt.",
    "This machine has no fonts, so no copy can be made; set it up again.",
)
NO_FOOTAGE = "KHÔNG CÓ HÌNH / NO FOOTAGE"


def plate(width: int, height: int, *, title: str, details: str) -> Plate:
    """For pictures of that size: `title` above, the clock and `details` below it. Raises CopyFailed."""
    unit = max(12, width * 15 // 640)
    bold, plain = _font("Tinos_700Bold.ttf", unit), _font("Tinos_400Regular.ttf", unit)
    margin = unit // 2
    letters = {letter: _letter(letter, bold, unit) for letter in _CLOCK}
    clock = sum(letters[letter][0] for letter in "00:00:00.000 00/00/0000")
    left, whole = margin + clock + unit, width - 2 * margin
    above = _lines(title, bold, whole, whole)
    below = _lines(details, plain, width - left - margin, whole)
    top = unit // 5 + len(above) * _line(unit)
    band_height = unit * (6 * (len(above) + len(below)) + 2) // 5 & ~1
    image = Image.new("L", (width, band_height), _DARK)
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(above):
        pen.text((margin, unit // 5 + number * _line(unit)), line, font=bold, fill=_LIGHT)
    for number, line in enumerate(below):
        # The first stands beside the clock.
        pen.text((margin if number else left, top + number * _line(unit)), line, font=plain, fill=_LIGHT)
    return Plate(
        width=width,
        height=band_height,
        band=image.tobytes(),
        left=margin,
        top=top,
        letter_height=_line(unit),
        letters=letters,
        missing=_board(width, height, bold, unit),
    )


def _letter(letter: str, font: ImageFont.FreeTypeFont, unit: int) -> tuple[int, bytes]:
    # All digits are equally wide in this face, so that the clock does not tremble.
    width = max(1, round(font.getlength(letter)))
    image = Image.new("L", (width, _line(unit)), _DARK)
    ImageDraw.Draw(image).text((0, 0), letter, font=font, fill=_LIGHT)
    return width, image.tobytes()


def _line(unit: int) -> int:
    return unit * 6 // 5


def _board(width: int, height: int, font: ImageFont.FreeTypeFont, unit: int) -> bytes:
    image = Image.new("L", (width, height), _BOARD)
    place = ((width - font.getlength(NO_FOOTAGE)) / 2, (height - unit) / 2)
    ImageDraw.Draw(image).text(place, NO_FOOTAGE, font=font, fill=_LIGHT)
    return image.tobytes()


def _lines(text: str, font: ImageFont.FreeTypeFont, first: float, rest: float) -> list[str]:
    """The text as lines, the first no wider than `first`, which may be nothing, and each other than `rest`."""
    lines, line, room = list[str](), "", first
    for word in text.split():
        for part in _parts(word, font, rest):
            longer = f"{line} {part}" if line else part
            if font.getlength(longer) <= room:
                line = longer
            else:
                lines.append(line)
                line, room = part, rest
    return [*lines, line]


def _parts(word: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    """The word, or as many pieces of it as are needed for each to fit."""
    while len(word) > 1 and font.getlength(word) > width:
        fitting = next(
            count for count in range(len(word) - 1, 0, -1) if count == 1 or font.getlength(word[:count]) <= width
        )
        yield word[:fitting]
        word = word[fitting:]
    yield word


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    path: Path = FONTS / name
    try:
        return ImageFont.truetype(str(path), size)
    except OSError:
        raise CopyFailed(NO_FONTS) from None

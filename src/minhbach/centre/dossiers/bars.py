"""Bar codes as what is drawn: Code 128 in its set of digit pairs, and a QR code, both without a device or a picture.

Owns the patterns; a printed form places black rectangles by them. The same digits always give the same bars.
"""

from collections.abc import Iterator
from itertools import groupby

import segno

#: ISO/IEC 15417: widths of bar, space, bar, space, bar, space of each symbol, 0 to 102, then the three starts.
_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122"
    "123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323"
    "131123131321112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131"
    "213113213311213131311123311321331121312113312311332111314111221411431111111224111422121124121421141122"
    "141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212124112"
    "124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141"
    "411131211412211214211232"
)
_START_C, _STOP = 105, "2331112"


def code_128(digits: str) -> list[int]:
    """Widths in modules of bar, space, bar, … of an even number of digits; quiet zones are the page's."""
    if not digits or len(digits) % 2 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("Code 128-C takes pairs of digits")
    symbols = [_START_C, *(int(digits[at : at + 2]) for at in range(0, len(digits), 2))]
    check = (symbols[0] + sum(place * symbol for place, symbol in enumerate(symbols[1:], 1))) % 103
    widths = "".join(_WIDTHS[6 * symbol : 6 * symbol + 6] for symbol in (*symbols, check)) + _STOP
    return [int(width) for width in widths]


def qr(digits: str) -> list[list[int]]:
    """A QR code with a quarter of it to spare (level Q): [x, y, width] in modules of each dark stretch of a row."""
    matrix = segno.make(digits, error="q", micro=False, boost_error=False).matrix
    return [[x, y, width] for y, row in enumerate(matrix) for x, width in _dark(row)]


def qr_side(digits: str) -> int:
    """How many modules wide the QR code of the digits is."""
    return len(segno.make(digits, error="q", micro=False, boost_error=False).matrix)


def _dark(row: bytes | bytearray) -> Iterator[tuple[int, int]]:
    x = 0
    for dark, modules in groupby(row):
        width = len(list(modules))
        if dark:
            yield x, width
        x += width

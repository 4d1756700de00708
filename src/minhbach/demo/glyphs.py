"""Letters without a font file: 5 × 7 dots drawn by hand, as cameras burn them in.

Promises white letters with a black rim, readable on any ground, on even pixels only, so that a sub-stream that keeps
every second pixel still shows clean letters. Knows printable ASCII as far as labels and clocks need it; another
character becomes a box.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

DOT = 2  # pixels per dot
ADVANCE = 6 * DOT
HEIGHT = 9 * DOT
INK, RIM = 235, 16

# Each letter: seven rows of five dots, a row as one base-32 digit (0-9, A-V), the leftmost dot its highest bit.
_ROWS = {
    " ": "0000000",
    "0": "EHJLPHE",
    "1": "4C4444E",
    "2": "EH1248V",
    "3": "V2421HE",
    "4": "26AIV22",
    "5": "VGU11HE",
    "6": "68GUHHE",
    "7": "V124888",
    "8": "EHHEHHE",
    "9": "EHHF12C",
    "A": "EHHHVHH",
    "B": "UHHUHHU",
    "C": "EHGGGHE",
    "D": "SIHHHIS",
    "E": "VGGUGGV",
    "F": "VGGUGGG",
    "G": "EHGNHHF",
    "H": "HHHVHHH",
    "I": "E44444E",
    "J": "722222I",
    "K": "HIKOKIH",
    "L": "GGGGGGV",
    "M": "HRLLHHH",
    "N": "HHPLJHH",
    "O": "EHHHHHE",
    "P": "UHHUGGG",
    "Q": "EHHHLID",
    "R": "UHHUKIH",
    "S": "FGGE11U",
    "T": "V444444",
    "U": "HHHHHHE",
    "V": "HHHHHA4",
    "W": "HHHLLLA",
    "X": "HHA4AHH",
    "Y": "HHHA444",
    "Z": "V1248GV",
    "-": "000V000",
    ":": "0CC0CC0",
    ".": "00000CC",
    ",": "0000C48",
    "/": "01248G0",
    "#": "AAVAVAA",
    "(": "2488842",
    ")": "8422248",
    "+": "044V440",
    "'": "C480000",
    "?": "EH12404",
    "!": "4444404",
    "%": "OP248J3",
    "_": "000000V",
}
_UNKNOWN = "VHHHHHV"


def line(text: str) -> NDArray[np.uint8]:
    """`text` as luma: `INK` and `RIM`, 0 where the picture shows through; (`HEIGHT`, ADVANCE · letters + DOT) bytes."""
    out = np.zeros((HEIGHT, ADVANCE * len(text) + DOT), np.uint8)
    for index, letter in enumerate(text.upper()):
        place = out[:, index * ADVANCE : index * ADVANCE + 7 * DOT]
        np.maximum(place, _glyph(letter), out=place)
    return out


@cache
def _glyph(letter: str) -> NDArray[np.uint8]:
    rows = [int(digit, 32) for digit in _ROWS.get(letter, _UNKNOWN)]
    dots = np.zeros((9, 7), bool)
    dots[1:8, 1:6] = [[bool(row >> bit & 1) for bit in (4, 3, 2, 1, 0)] for row in rows]
    rim = dots.copy()
    for shift in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)):
        rim |= np.roll(dots, shift, (0, 1))
    small = np.where(dots, INK, np.where(rim, RIM, 0)).astype(np.uint8)
    return small.repeat(DOT, 0).repeat(DOT, 1)

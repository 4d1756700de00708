"""Vietnamese names as keys: how they are sorted in offices, and how they are found when typed without marks.

Keys hold digits or plain letters only, so that any collation of the database orders them alike. The alphabet's order is
a ă â b … ; marks of tone decide only between names that are otherwise equal.
"""

import unicodedata

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
#: Combining marks of tone in their order: huyền, hỏi, ngã, sắc, nặng.
TONES = "\u0300\u0309\u0303\u0301\u0323"
_PLACE = {letter: f"{place:02}" for place, letter in enumerate(ALPHABET, 1)}


#: What stands for letters of these categories: controls, formats, halves of a surrogate pair.
_SEEN = {"Cc": " ", "Cf": "", "Cs": ""}


def plain(text: str) -> str:
    """The text in NFC, on one line, without spaces around or doubled. Office keyboards may give NFD.

    What cannot be seen goes: PostgreSQL takes no NUL, and signs that turn the direction make a log read otherwise.
    """
    shown = (_SEEN.get(unicodedata.category(letter), letter) for letter in unicodedata.normalize("NFC", text))
    return " ".join("".join(shown).split())


def search_key(text: str) -> str:
    """The text as it is typed in a hurry: no marks, no case."""
    bare = "".join(part for part in unicodedata.normalize("NFD", text) if unicodedata.category(part) != "Mn")
    return " ".join(bare.casefold().replace("đ", "d").split())


def sort_key(text: str) -> str:
    """Digits that sort as Vietnamese readers expect: letters first, tones where letters agree; no text is first."""
    words = [_word(word) for word in plain(text).casefold().split()]
    if not words:
        return ""
    letters, tones = zip(*words, strict=True)
    return "00".join(letters) + "0000" + "".join(tones)


def sort_key_of_person(full_name: str) -> str:
    """By given name as a whole, Anh before Ánh, then by family name and the names between."""
    *rest, given = plain(full_name).split()
    return sort_key(given) + ("0000" + sort_key(" ".join(rest)) if rest else "")


def _word(word: str) -> tuple[str, str]:
    letters, tones = [], []
    for sign in word:
        parts = unicodedata.normalize("NFD", sign)
        tone = next((mark for mark in parts[1:] if mark in TONES), "")
        letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
        letters.append(_PLACE.get(letter, "99"))
        tones.append(str(TONES.index(tone) + 1) if tone else "0")
    return "".join(letters), "".join(tones)

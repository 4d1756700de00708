"""Forgers of packages: changes at random, and whether what is left still means what was approved.

Owns two forgers. The stranger changes anything and lists the hashes anew; the insider has the centre's key besides and
seals anew. Promises that the same seed forges the same. What a verifier must never say of either is AUTHENTIC, unless
`meaning` is still that of the true package. Leaves packages to `packages`.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection
from pathlib import Path
from random import Random
from typing import Any

from minhbach.ledger import note
from minhbach.ledger.entry import EntryError, canonical
from minhbach.ledger.extract import seal_text
from minhbach.ledger.stamp import FILE as STAMP

Files = dict[str, bytes]
_JSON = ("manifest.json", "scope.json")
_ODD: tuple[Any, ...] = (None, True, False, 0, -1, 1, 2**53 - 1, "", "x", "00" * 32, [], {}, [[]], {"v": 1})


def forged(files: Files, chance: Random, seal: note.Signer | None = None) -> Files:
    """One to three changes. `seal`: the insider's key; a stranger has none."""
    found = dict(files)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice(_CHANGES)(found, chance)
    if seal is not None or chance.random() < 0.7:
        relist(found)
    if seal is not None:
        digest = hashlib.sha256(found["hashes.sha256"]).hexdigest()
        found["seal.txt"] = note.sign(seal_text(digest), seal)
    return found


def relist(files: Files) -> None:
    """The list of hashes fits again."""
    names = sorted(files.keys() - {"hashes.sha256", "seal.txt", STAMP})
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in names]
    files["hashes.sha256"] = "".join(lines).encode()


def meaning(files: Files, listed: Collection[str] = ()) -> Any:
    """What a package says: its scope, its entries with the bytes of their originals, its approvals. None: nothing.

    Masked copies are what their reviewer signed. Working copies and documents are the word of whoever has the centre's
    key, and the verifier calls them so. Of a security key that the court itself lists, `listed`, it needs no
    certificate, and none is told.
    """
    try:
        manifest = json.loads(files["manifest.json"])
        rows = {}
        for part in manifest["parts"]:
            originals = {(each["log"], each["index"]): files[each["file"]] for each in part["originals"]}
            for row in part["entries"]:
                place = row["log"], row["index"]
                rows[part["recorder"], *place] = json.dumps(row["entry"], sort_keys=True), originals.get(place)
        signed = sorted(_signed(each, listed) for each in manifest["approvals"] + manifest.get("reviews", []))
        copies = [(row, files[row["file"]]) for row in manifest["copies"]] if "reviews" in manifest else []
        return files["scope.json"], rows, signed, copies
    except (KeyError, TypeError, ValueError):
        return None


def _signed(approval: dict[str, Any], listed: Collection[str]) -> str:
    whose = approval["credential"]
    if whose is not None and whose["public_key"] in listed:
        whose = {name: value for name, value in whose.items() if name != "registered_us"}
        approval = {**approval, "credential": whose, "signature": None}
    return json.dumps(approval, sort_keys=True)


def unstamped(files: Files) -> Files:
    """Without the time stamp: it stands behind the seal, comes and goes, and its signature is not the verifier's."""
    return {name: data for name, data in files.items() if name != STAMP}


def zipped(files: Files, target: Path, *, packed: bool) -> None:
    """The files as a zip of the usual kind, in which they may be packed."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(name, data)


def damage(path: Path, chance: Random) -> None:
    """The zip itself, with no regard to what is in it."""
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data))
    kind = chance.randrange(5)
    if kind == 0:
        del data[at:]
    elif kind == 1:
        data[at:at] = chance.randbytes(chance.randrange(1, 40))
    elif kind == 2:
        del data[at : at + chance.randrange(1, 40)]
    else:  # mostly where the lists are: a turned bit of the content is what the other forgers do
        at = chance.choice((at, len(data) - 1 - chance.randrange(min(len(data), 2_000))))
        data[at] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def unzipped(path: Path) -> Files | None:
    """What another reader finds in a zip, `unstamped`; None where it finds none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {info.filename: archive.read(info) for info in archive.infolist() if info.filename != STAMP}
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, EOFError, RuntimeError, KeyError):
        return None


# --- changes ------------------------------------------------------------------------------------------


def _turn(files: Files, chance: Random) -> None:
    name = chance.choice(sorted(files))
    if data := bytearray(files[name]):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        files[name] = bytes(data)


def _cut(files: Files, chance: Random) -> None:
    name = chance.choice(sorted(files))
    files[name] = files[name][: chance.randrange(len(files[name]) + 1)]


def _grow(files: Files, chance: Random) -> None:
    name = chance.choice(sorted(files))
    files[name] += chance.randbytes(chance.randrange(1, 40))


def _lose(files: Files, chance: Random) -> None:
    del files[chance.choice(sorted(files))]
    files.setdefault("hashes.sha256", b"")


def _swap(files: Files, chance: Random) -> None:
    first, second = chance.sample(sorted(files), 2)
    files[first], files[second] = files[second], files[first]


def _smuggle(files: Files, chance: Random) -> None:
    name = chance.choice(("originals/000009-x.mp4", "copies/x.mp4", "README.vi.txt", "checkpoints/000001.txt", "x"))
    files[name] = files[chance.choice(sorted(files))]


def _edit(files: Files, chance: Random) -> None:
    """A value of the manifest or the scope, kept canonical, so that it is read."""
    name = chance.choice(_JSON)
    try:
        value = json.loads(files[name])
        place, key = _somewhere(value, chance)
        _alter(value, place, key, chance)
        files[name] = canonical(value)
        if name == "scope.json" and chance.random() < 0.8:  # the manifest cites the new one
            manifest = json.loads(files["manifest.json"])
            manifest["scope"] = hashlib.sha256(files[name]).hexdigest()
            files["manifest.json"] = canonical(manifest)
    except (KeyError, ValueError, TypeError, EntryError):
        _turn(files, chance)


def _somewhere(value: Any, chance: Random) -> tuple[Any, Any]:
    place, key = value, chance.choice(sorted(value))
    while isinstance(place[key], dict | list) and place[key] and chance.random() < 0.85:
        place = place[key]
        key = chance.choice(sorted(place)) if isinstance(place, dict) else chance.randrange(len(place))
    return place, key


def _alter(whole: Any, place: Any, key: Any, chance: Random) -> None:
    kind = chance.randrange(5)
    if kind == 0:
        del place[key]
    elif kind == 1:
        place[key] = chance.choice(_ODD)
    elif kind == 2 and isinstance(place, list):
        place.insert(chance.randrange(len(place) + 1), place[key])
    elif kind == 3:
        other, its = _somewhere(whole, chance)
        place[key] = json.loads(json.dumps(other[its]))
    elif type(place[key]) is int:
        place[key] += chance.choice((-1, 1, 1_000_000))
    elif isinstance(place[key], str) and place[key]:
        at = chance.randrange(len(place[key]))
        place[key] = place[key][:at] + chance.choice("0123456789abcdefXÂ") + place[key][at + 1 :]
    elif isinstance(place[key], list):
        chance.shuffle(place[key])


def _leave_out(files: Files, chance: Random) -> None:
    """An entry of the log with the original that it seals, as if it had never been: what is left is all proven."""
    try:
        manifest = json.loads(files["manifest.json"])
        part = chance.choice(manifest["parts"])
        gone = part["entries"].pop(chance.randrange(len(part["entries"])))
        for each in [
            each for each in part["originals"] if (each["log"], each["index"]) == (gone["log"], gone["index"])
        ]:
            part["originals"].remove(each)
            files.pop(each["file"], None)
        files["manifest.json"] = canonical(manifest)
    except (AttributeError, KeyError, IndexError, ValueError, TypeError, EntryError):
        _lose(files, chance)


_CHANGES: tuple[Callable[[Files, Random], None], ...] = (
    *(_turn, _cut, _grow, _lose, _swap, _smuggle, _leave_out),
    *(_edit, _edit, _edit, _edit, _edit, _edit),
)

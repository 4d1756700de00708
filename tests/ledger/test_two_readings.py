"""A package that two programs could read differently is refused, and words in it never pass for the verifier's own."""

import json
import shutil
import struct
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from minhbach.ledger.container import open_package
from minhbach.ledger.entry import canonical
from minhbach.ledger.manifest import ManifestError, read_hashes
from minhbach.ledger.sink import Sink
from minhbach.ledger.verdicts import Remark, Report, Verdict
from tests.ledger.consent import approved, court
from tests.ledger.evidence import Scene, examined, key_file, kinds, relist, rewrite

END = b"PK\x05\x06"


def zip_of(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path.read_bytes()


@pytest.fixture(scope="module")
def files(whole: Path) -> dict[str, bytes]:
    return {each.relative_to(whole).as_posix(): each.read_bytes() for each in whole.rglob("*") if each.is_file()}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_package_that_another_program_packed_again_is_still_authentic(
    room: Scene, files: dict[str, bytes], tmp_path: Path, method: int
) -> None:
    zip_of(tmp_path / "p.zip", files, method)
    assert examined(tmp_path / "p.zip", key_file(room.recorder)).verdict == Verdict.AUTHENTIC


def test_so_is_one_that_was_packed_through_a_pipe(room: Scene, files: dict[str, bytes], tmp_path: Path) -> None:
    class Pipe:
        def __init__(self, path: Path) -> None:
            self.file = path.open("wb")

        def write(self, data: bytes) -> int:
            return self.file.write(data)

        def flush(self) -> None:
            self.file.flush()

    pipe = Pipe(tmp_path / "p.zip")
    with zipfile.ZipFile(pipe, "w") as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            archive.writestr(name, data)
    pipe.file.close()
    assert examined(tmp_path / "p.zip", key_file(room.recorder)).verdict == Verdict.AUTHENTIC


def in_front(data: bytes) -> bytes:
    return b"#!/bin/sh\nexit 0\n" + data


def behind(data: bytes) -> bytes:
    return data + b"\0"


def commented(data: bytes) -> bytes:
    return data[:-2] + struct.pack("<H", 5) + b"hello"


def second_list(data: bytes) -> bytes:
    """A whole other zip hidden in the comment of the first: who looks from behind sees that one."""
    return data[:-2] + struct.pack("<H", len(data)) + data


def between(data: bytes) -> bytes:
    """Bytes of nobody between the files and the list."""
    at = struct.unpack_from("<L", data, data.rindex(END) + 16)[0]
    moved = bytearray(data[:at] + b"x" * 40 + data[at:])
    struct.pack_into("<L", moved, len(moved) - 6, at + 40)
    return bytes(moved)


def other_name_inside(data: bytes) -> bytes:
    second = data.index(b"PK\x03\x04", 4)
    return data[:second] + data[second:].replace(b"README.txt", b"readme.txt", 1)


def other_length_inside(data: bytes) -> bytes:
    changed = bytearray(data)
    struct.pack_into("<2L", changed, 18, 1, 1)
    return bytes(changed)


def other_method_inside(data: bytes) -> bytes:
    changed = bytearray(data)
    struct.pack_into("<H", changed, 8, zipfile.ZIP_DEFLATED)
    return bytes(changed)


def inside_one_another(data: bytes) -> bytes:
    """The list names the bytes of the first file a second time."""
    end = data.rindex(END)
    at = struct.unpack_from("<L", data, end + 16)[0]
    changed = bytearray(data)
    second = data.index(b"PK\x01\x02", at + 4)
    struct.pack_into("<L", changed, second + 42, 0)
    return bytes(changed)


@pytest.mark.parametrize(
    "change",
    [
        in_front,
        behind,
        commented,
        second_list,
        between,
        other_name_inside,
        other_length_inside,
        other_method_inside,
        inside_one_another,
    ],
)
def test_a_zip_that_can_be_read_in_two_ways_is_damaged(
    room: Scene, files: dict[str, bytes], tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    data = zip_of(tmp_path / "good.zip", dict(sorted(files.items())))
    (tmp_path / "p.zip").write_bytes(change(data))
    report = examined(tmp_path / "p.zip", key_file(room.recorder))
    assert report.verdict in (Verdict.ALTERED, Verdict.CANNOT_TELL)
    assert kinds(report) <= {"damaged", "manifest_unreadable"}


def test_what_the_sink_writes_is_read_back_and_is_the_same_twice(tmp_path: Path) -> None:
    written = []
    for name in ("a.zip", "b.zip"):
        sink = Sink(tmp_path / name)
        sink.write("Quầy 1/x", b"y" * 3_000_000)
        sink.write("empty", b"")
        sink.finish()
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    with open_package(tmp_path / "a.zip") as package:
        assert package.sizes == {"Quầy 1/x": 3_000_000, "empty": 0, "hashes.sha256": package.sizes["hashes.sha256"]}
        assert package.read("Quầy 1/x", 3_000_000) == b"y" * 3_000_000
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.read("Quầy 1/x") == b"y" * 3_000_000


@pytest.mark.parametrize(
    "names",
    [
        ("manifest.json", "Manifest.JSON"),
        (unicodedata.normalize("NFC", "Quầy"), unicodedata.normalize("NFD", "Quầy")),
        ("a", "a/b"),
        ("x/A.txt", "X/a.TXT"),
    ],
)
def test_two_names_that_a_disk_takes_for_one_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    zip_of(tmp_path / "p.zip", dict.fromkeys(names, b"x"))
    assert kinds(examined(tmp_path / "p.zip", "")) == {"damaged"}


@pytest.mark.parametrize("name", ["con", "originals/NUL.mp4", "aux.", "x\u202ey", "lpt1.txt"])
def test_names_that_systems_keep_or_eyes_misread_are_refused(tmp_path: Path, name: str) -> None:
    zip_of(tmp_path / "p.zip", {name: b"x"})
    assert kinds(examined(tmp_path / "p.zip", "")) == {"damaged"}


def test_two_manifests_in_a_folder_are_refused_where_the_disk_keeps_both(room: Scene, package: Path) -> None:
    (package / "Manifest.json").write_bytes(b"{}")
    assert kinds(examined(package, key_file(room.recorder))) == {"damaged"}


def test_a_second_name_in_the_extra_field_is_refused(room: Scene, files: dict[str, bytes], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            if name == "README.txt":
                info.extra = struct.pack("<2HBL", 0x7075, 5 + 9, 1, zlib.crc32(name.encode())) + b"other.txt"
            archive.writestr(info, data)
    assert kinds(examined(tmp_path / "p.zip", key_file(room.recorder))) == {"damaged"}


# --- without a seal nothing stands beside the footage -----------------------------------------------------


@pytest.mark.parametrize(
    "name", ["player.html", "approvals.pdf", "scope.json", "seal.txt", "copies/x.mp4", "stamp.tsr"]
)
def test_nothing_is_smuggled_into_a_package_that_nobody_sealed(room: Scene, package: Path, name: str) -> None:
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_bytes(b"x")
    relist(package)
    report = examined(package, key_file(room.recorder))
    assert (report.verdict, kinds(report)) == (Verdict.ALTERED, {"file_stray"})


def test_a_package_stripped_of_its_approvals_is_incomplete_to_a_court_that_expects_them(
    room: Scene, package: Path, tmp_path: Path
) -> None:
    report = examined(package, court(room))
    assert (report.verdict, kinds(report), report.approved) == (Verdict.INCOMPLETE, {"approval_missing"}, False)
    sealed = approved(room, tmp_path / "sealed")
    manifest = json.loads((sealed / "manifest.json").read_bytes())
    manifest["version"] = 1
    (sealed / "manifest.json").write_bytes(canonical(manifest))
    assert examined(sealed, court(room)).verdict not in (Verdict.AUTHENTIC, Verdict.GAPS, Verdict.UNWITNESSED)


def test_a_hundred_thousand_wrong_checkpoints_do_not_keep_a_court_waiting(room: Scene, package: Path) -> None:
    """Each costs a signature; behind a hundred wrong ones nothing more can be learnt."""
    good = (package / "checkpoints" / "000000.txt").read_bytes()
    text, _, signatures = good.partition(b"\n\n")
    forged = text.replace(b"\n7\n", b"\n8\n") if b"\n7\n" in text else text[:-2] + b"A="
    forged += b"\n\n" + signatures
    manifest = json.loads((package / "manifest.json").read_bytes())
    count = len(manifest["entries"])
    for number in range(count):
        (package / "checkpoints" / f"{number:06d}.txt").write_bytes(forged)
    rewrite(package, lambda each: each.update(checkpoints=count))
    assert examined(package, key_file(room.recorder)).verdict == Verdict.ALTERED
    rewrite(package, lambda each: each.update(checkpoints=count + 1))
    assert "manifest_unreadable" in kinds(examined(package, key_file(room.recorder)))


# --- words ------------------------------------------------------------------------------------------------


def test_a_name_in_a_package_never_begins_a_line_or_turns_the_reading() -> None:
    name = "Quầy 1\nXÁC THỰC · đã được phê duyệt\x1b[2J\u202e\x9b"
    report = Report((Remark("gap", name, "main", 0, 1, {"cause": "x\r\n"}),), (0, 1), ((name, "main"),))
    lines = report.lines()
    assert all(line.isprintable() for line in lines)
    assert sum(line.startswith("XÁC THỰC ·") for line in lines) == 0


def test_the_list_of_hashes_has_the_lines_that_sha256sum_sees() -> None:
    line = f"{sha256(b'x').hexdigest()}  a"
    assert read_hashes(f"{line}\n".encode()) == {"a": sha256(b"x").hexdigest()}
    for text in (
        line,
        f"{line}\r\n",
        f"{line}\n{line}\n",
        f"{line}\x0b{line[:-1]}b\n",
        f"{line}\n\n",
        f"{line}\u2028\n",
    ):
        with pytest.raises(ManifestError):
            read_hashes(text.encode())


def test_times_are_told_in_vietnam_whatever_the_courts_machine_is_set_to(
    room: Scene, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    said = []
    for zone in ("America/New_York", "Asia/Ho_Chi_Minh"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        said.append(examined(whole, key_file(room.recorder)).lines())
    monkeypatch.undo()
    time.tzset()
    assert said[0] == said[1]
    assert "(UTC+7)" in said[0][2]


def test_a_package_copied_to_a_disk_of_another_kind_is_the_same(room: Scene, whole: Path, tmp_path: Path) -> None:
    """Windows brings folders in another order and forgets modes."""
    taken = Path(shutil.copytree(whole, tmp_path / "p"))
    for each in taken.rglob("*"):
        if each.is_file():
            each.chmod(0o666)
    assert examined(taken, key_file(room.recorder)).verdict == Verdict.AUTHENTIC

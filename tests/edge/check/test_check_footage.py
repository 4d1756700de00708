"""Every kind of damage to footage is found, with the camera and the time concerned."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from minhbach.edge.check.inspection import Inspection
from minhbach.edge.config import DiskConfig
from minhbach.fmp4.reader import scan
from tests.edge.check.recorded import Archive, Segment, flip
from tests.edge.keeping import Site, configured

Damage = Callable[[Archive, Segment], None]


@dataclass(frozen=True)
class Case:
    """A damage, what it must be called, and whether a look at the headers is enough to see it."""

    name: str
    damage: Damage
    kinds: frozenset[str]
    quick: bool


CASES: list[Case] = []


def case(*kinds: str, quick: bool) -> Callable[[Damage], Damage]:
    def add(damage: Damage) -> Damage:
        CASES.append(Case(damage.__name__, damage, frozenset(kinds), quick))
        return damage

    return add


def box_of(segment: Segment, kind: bytes) -> int:
    """Where a box's own name stands in the file."""
    return segment.path.read_bytes().index(kind)


def alike(archive: Archive, segment: Segment, camera: str) -> Segment:
    """Another recording of the same length in bytes."""
    return next(
        each
        for each in archive.segments(camera)
        if each.entry["bytes"] == segment.entry["bytes"] and each.path != segment.path
    )


@case("file_altered", quick=True)
def a_bit_in_the_name_of_the_first_box(archive: Archive, segment: Segment) -> None:
    flip(segment.path, box_of(segment, b"ftyp"))


@case("file_altered", quick=False)
def a_bit_in_the_codec_record(archive: Archive, segment: Segment) -> None:
    flip(segment.path, box_of(segment, b"avcC") + 8)


@case("file_altered", quick=False)
def a_bit_in_what_the_file_says_of_itself(archive: Archive, segment: Segment) -> None:
    flip(segment.path, box_of(segment, b'"begin_us"') + 2)


@case("file_altered", quick=False)
def a_bit_in_the_wall_time_of_a_fragment(archive: Archive, segment: Segment) -> None:
    flip(segment.path, box_of(segment, b"prft") + 14)


@case("file_altered", quick=True)
def a_bit_in_the_size_of_a_fragment(archive: Archive, segment: Segment) -> None:
    flip(segment.path, box_of(segment, b"moof") - 1)


@case("file_altered", quick=False)
def a_bit_in_a_sample_table(archive: Archive, segment: Segment) -> None:
    flip(segment.path, box_of(segment, b"trun") + 14)


@case("file_altered", quick=False)
def a_bit_in_the_picture(archive: Archive, segment: Segment) -> None:
    flip(segment.path, box_of(segment, b"mdat") + 40)


@case("file_altered", quick=False)
def the_last_bit(archive: Archive, segment: Segment) -> None:
    flip(segment.path, -1)


@case("file_resized", quick=True)
def one_byte_cut_off(archive: Archive, segment: Segment) -> None:
    os.truncate(segment.path, segment.entry["bytes"] - 1)


@case("file_resized", quick=True)
def everything_cut_off(archive: Archive, segment: Segment) -> None:
    os.truncate(segment.path, 0)


@case("file_resized", quick=True)
def the_last_fragment_cut_off(archive: Archive, segment: Segment) -> None:
    with segment.path.open("rb") as file:
        last = scan(file).fragments[-1]
    os.truncate(segment.path, last.start)


@case("file_resized", quick=True)
def one_byte_added(archive: Archive, segment: Segment) -> None:
    with segment.path.open("ab") as file:
        file.write(b"\0")


@case("file_resized", quick=True)
def a_fragment_shown_twice(archive: Archive, segment: Segment) -> None:
    with segment.path.open("rb") as file:
        last = scan(file).fragments[-1]
    data = segment.path.read_bytes()
    segment.path.write_bytes(data + data[last.start :])


@case("file_missing", quick=True)
def a_deletion_that_nobody_logged(archive: Archive, segment: Segment) -> None:
    segment.path.unlink()


@case("file_altered", quick=False)
def two_recordings_that_changed_places(archive: Archive, segment: Segment) -> None:
    other = alike(archive, segment, "quay-2").path
    segment.path.rename(archive.folder / "aside")
    other.rename(segment.path)
    (archive.folder / "aside").rename(other)


@case("file_altered", quick=False)
def the_picture_of_another_camera(archive: Archive, segment: Segment) -> None:
    shutil.copyfile(alike(archive, segment, "quay-1").path, segment.path)


@case("file_altered", quick=False)
def zeros_of_the_same_length(archive: Archive, segment: Segment) -> None:
    """What a power cut leaves where blocks were never written."""
    with segment.path.open("r+b") as file:
        file.seek(segment.path.read_bytes().rindex(b"mdat") + 12)
        file.write(bytes(100))


@case("file_missing", "file_unlogged", quick=True)
def another_name(archive: Archive, segment: Segment) -> None:
    segment.path.rename(segment.path.with_name("x" + segment.path.name))


@case("file_missing", "file_unlogged", quick=True)
def another_hour(archive: Archive, segment: Segment) -> None:
    hour = segment.path.parent.with_name("23")
    hour.mkdir(exist_ok=True)
    segment.path.rename(hour / segment.path.name)


@case("file_replaced", quick=True)
def a_link_to_the_same_bytes(archive: Archive, segment: Segment) -> None:
    segment.path.rename(archive.folder / "elsewhere")
    segment.path.symlink_to(archive.folder / "elsewhere")


@case("file_replaced", quick=True)
def a_link_to_nothing(archive: Archive, segment: Segment) -> None:
    segment.path.unlink()
    segment.path.symlink_to(archive.folder / "nowhere")


@case("file_replaced", quick=True)
def a_folder_in_its_place(archive: Archive, segment: Segment) -> None:
    segment.path.unlink()
    segment.path.mkdir()


@case("file_replaced", quick=True)
def a_pipe_that_nobody_writes_to(archive: Archive, segment: Segment) -> None:
    segment.path.unlink()
    os.mkfifo(segment.path)


def about(result: Inspection, segment: Segment) -> set[str]:
    """Kinds of the findings that name this camera and this time."""
    return {
        each.kind
        for each in result.findings
        if each.camera == segment.camera
        and each.begin_us is not None
        and each.begin_us <= segment.begin_us
        and segment.begin_us <= (each.end_us or each.begin_us)
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_damage_to_a_recording_is_found_with_its_camera_and_time(archive: Archive, case: Case) -> None:
    segment = archive.target()
    case.damage(archive, segment)
    assert "file_missing" not in case.kinds or not segment.path.exists()
    found = archive.check()
    assert case.kinds & about(found, segment)
    assert {each.kind for each in found.findings} == case.kinds
    assert {each.kind for each in archive.check(quick=True).findings} == (case.kinds if case.quick else set())


def test_two_recordings_that_changed_places_are_both_named(archive: Archive) -> None:
    second = archive.target()
    first = alike(archive, second, "quay-2")
    two_recordings_that_changed_places(archive, second)
    found = archive.check()
    assert about(found, first) == about(found, second) == {"file_altered"}


def test_a_day_that_was_removed_is_told_in_few_words(archive: Archive) -> None:
    gone = [*archive.segments(), *archive.segments("quay-1")]
    shutil.rmtree(archive.folder / "footage")
    found = archive.check(quick=True)
    assert {each.kind for each in found.findings} == {"file_missing"}
    assert len(found.findings) < 20
    assert all("file_missing" in about(found, each) for each in gone)
    assert all(not line.coverage for line in found.timelines)


@pytest.mark.parametrize(
    "name",
    ["x", "footage/notes.txt", "footage/quay-1/.hidden", "footage/quay-9/main/2026-09-21/14/video.mp4"],
)
def test_a_file_that_nobody_recorded_is_named(archive: Archive, name: str) -> None:
    path = archive.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    found = archive.check(quick=True).findings
    assert [each.values["path"] for each in found] == ([name] if name.startswith("footage") else [])


def test_a_name_that_is_no_text_or_two_lines_is_still_one_line(archive: Archive) -> None:
    for name in (b"\xff\xfe.mp4", b"a\nFINDING: b", b"\x1b[31m"):
        Path(os.fsdecode(os.path.join(os.fsencode(archive.folder / "footage"), name))).write_bytes(b"")
    assert [each.kind for each in archive.check(quick=True).findings] == ["file_unlogged"] * 3


def test_a_linked_folder_is_no_footage(archive: Archive) -> None:
    camera = archive.folder / "footage" / "quay-1"
    camera.rename(archive.folder / "moved")
    camera.symlink_to(archive.folder / "moved")
    assert "file_unlogged" in {each.kind for each in archive.check(quick=True).findings}


def test_a_second_name_does_not_hide_a_file_that_nobody_recorded(archive: Archive) -> None:
    segment = archive.target()
    forged = segment.path.with_name(segment.path.name.replace("Z-", "Z-9"))
    forged.write_bytes(b"forged")
    os.link(forged, archive.folder / "second")
    assert about(archive.check(quick=True), segment) == {"file_unlogged"}


def test_footage_that_came_back_after_its_erasure_is_told_and_accuses_nobody(archive: Archive) -> None:
    erased = next(
        each
        for each in archive.entries()
        if each["kind"] == "segment" and (each["camera"], each["number"]) == ("quay-1", 4)
    )
    path = archive.folder / erased["path"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"back")
    found = archive.check()
    assert not found.findings
    assert [(each.kind, each.camera, each.begin_us) for each in found.notices if each.kind != "erased"] == [
        ("file_left", "quay-1", erased["begin_us"])
    ]


def test_what_the_recorder_did_not_finish_or_can_make_again_is_no_damage(archive: Archive) -> None:
    (archive.folder / "catalogue.sqlite").write_bytes(b"no database")
    (archive.folder / "open" / "quay-1+main+20260921T141320.000000Z-1.mp4.part").write_bytes(b"torn")
    (archive.folder / "open" / "anything.aside").write_bytes(b"kept")
    (archive.log / "checkpoint.new").write_bytes(b"torn")
    shutil.rmtree(archive.folder / "private")
    assert archive.check().findings == []


def test_a_file_between_its_second_name_and_its_entry_is_no_finding(archive: Archive) -> None:
    target = archive.target().path
    fresh = target.with_name(target.name.replace("Z-", "Z-7"))
    part = archive.folder / "open" / f"quay-2+main+{fresh.name}.part"
    part.write_bytes(b"being sealed")
    os.link(part, fresh)
    assert archive.check().findings == []
    part.unlink()
    assert [each.kind for each in archive.check().findings] == ["file_unlogged"]


def test_the_recording_itself_is_sound_and_explained(pristine: Archive) -> None:
    found = pristine.check(witnessed=True)
    assert found.findings == []
    first = found.timelines[0]
    assert [each.cause for each in first.gaps] == ["erasure", "stream_lost", "recorder_stopped"]
    ends = [each.end_us for each in first.stretches]
    assert [each.begin_us for each in first.stretches[1:]] == ends[:-1], "every instant is accounted for"


@pytest.fixture
def two_disks(tmp_path: Path) -> Archive:
    """An archive whose footage lies on a second disk."""
    first, second = tmp_path / "first", tmp_path / "second"
    disks = [DiskConfig(first, 1 << 30), DiskConfig(second, 0)]
    site = Site(configured(first, "quay-1", "quay-2", disks=disks)).start()
    for _ in range(5):
        site.record()
    site.stop()
    assert len(list((second / "footage").rglob("*.mp4"))) == 10
    return Archive(first)


def test_footage_on_another_disk_is_compared_too(two_disks: Archive) -> None:
    assert two_disks.check().findings == []
    disk = two_disks.folder.with_name("second")
    sealed = sorted((disk / "footage" / "quay-1").rglob("*.mp4"))
    flip(sealed[1], -1)
    (disk / "footage" / "stranger").write_bytes(b"")
    assert [(each.kind, each.camera) for each in two_disks.check().findings] == [
        ("file_altered", "quay-1"),
        ("file_unlogged", None),
    ]


@pytest.mark.parametrize("instead", ["nothing", "an empty mount", "another disk"])
def test_a_disk_that_is_not_here_is_told_once_per_camera_with_its_time(two_disks: Archive, instead: str) -> None:
    disk = two_disks.folder.with_name("second")
    disk.rename(disk.with_name("in the drawer"))
    if instead != "nothing":
        disk.mkdir()
    if instead == "another disk":
        (disk / "disk.json").write_text('{"disk": "0badcafe"}')
    segments = [each for each in two_disks.entries() if each["kind"] == "segment"]
    found = two_disks.check().findings
    assert [(each.kind, each.camera, each.values["count"]) for each in found] == [
        ("disk_away", "quay-1", 5),
        ("disk_away", "quay-2", 5),
    ]
    assert found[0].begin_us == min(each["begin_us"] for each in segments)
    assert found[0].end_us == max(each["end_us"] for each in segments)

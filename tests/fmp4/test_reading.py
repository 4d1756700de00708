"""Reading back: whole files, torn files and hostile ones."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.fmp4 import (
    BrokenFile,
    Run,
    check_media,
    fragment_header,
    init_segment,
    nal_units,
    outline,
    samples,
    scan,
    walk,
)
from minhbach.fmp4.boxes import MOST_BOXES, box
from tests.fmp4 import clips

VIDEO = clips.encode("h264", (("preset", "medium"), ("b", "60000")), frames=20, width=64, height=48)
AUDIO = clips.g711("alaw", 1)
FILE = clips.segment(VIDEO, AUDIO, about=b'{"camera":"quay"}')
WHOLE = scan(io.BytesIO(FILE))
ENDS = [WHOLE.init_bytes, *(fragment.end for fragment in WHOLE.fragments)]


def test_a_scan_finds_every_sample_where_it_was_put():
    found = [sample for fragment in WHOLE.fragments for sample in samples(fragment, 1)]
    assert [FILE[s.start : s.start + s.size_bytes] for s in found] == [clips.sample(unit) for unit in VIDEO.units]
    assert [s.time for s in found] == [unit.decoding for unit in VIDEO.units]
    assert [s.sync for s in found] == [unit.sync for unit in VIDEO.units]
    delay = 2 * clips.TICKS_PER_FRAME
    assert [s.time + s.offset for s in found] == [unit.presentation + delay for unit in VIDEO.units]
    sound = [sample for fragment in WHOLE.fragments for sample in samples(fragment, 2)]
    assert [FILE[s.start : s.start + s.size_bytes] for s in sound] == list(AUDIO.packets)


def test_a_scan_tells_ranges_times_and_tracks():
    assert WHOLE.fault is None
    assert WHOLE.about == b'{"camera":"quay"}'
    assert WHOLE.ticks(1) == (0, 20 * clips.TICKS_PER_FRAME)
    assert WHOLE.ticks(2) == (0, 50 * 160)
    assert WHOLE.ticks(3) is None
    assert [fragment.sequence for fragment in WHOLE.fragments] == [1, 2, 3]
    assert [fragment.wall_us for fragment in WHOLE.fragments] == [
        clips.WALL_US + first * 1_000_000 // clips.FRAMES_PER_S for first in (0, 8, 16)
    ]
    first = WHOLE.fragments[0].spans[0]
    assert (first.track_id, first.base_time, first.count, first.starts_with_sync) == (1, 0, 8, True)
    assert not WHOLE.fragments[1].spans[0].starts_with_sync


def test_every_nal_unit_comes_back_as_it_went_in():
    found = [
        bytes(nal)
        for fragment in WHOLE.fragments
        for sample in samples(fragment, 1)
        for nal in nal_units(memoryview(FILE)[sample.start : sample.start + sample.size_bytes])
    ]
    assert found == [nal for unit in VIDEO.units for nal in unit.nals]


def test_a_file_cut_at_any_byte_keeps_its_whole_fragments():
    """A power cut may end a file anywhere; what was synced before must be found again."""
    for end in range(WHOLE.init_bytes, len(FILE)):
        expected = max(whole for whole in ENDS if whole <= end)
        for read in (scan, outline):
            found = read(io.BytesIO(FILE[:end]))
            assert found.complete_bytes == expected, (read, end)
            assert (found.fault is None) == (end in ENDS)
            assert found.size_bytes == end


def test_a_file_cut_inside_its_beginning_is_refused():
    for end in range(WHOLE.init_bytes):
        for read in (scan, outline):
            with pytest.raises(BrokenFile):
                read(io.BytesIO(FILE[:end]))


@pytest.mark.parametrize("tail", [bytes(5), bytes(4096), b"\xff" * 64, b"moofmdat" * 9, FILE[:200]])
def test_nonsense_behind_the_last_fragment_is_not_read(tail):
    """File systems may leave zeros or old blocks where a write did not finish."""
    for read in (scan, outline):
        found = read(io.BytesIO(FILE + tail))
        assert found.complete_bytes == len(FILE)
        assert found.fault is not None


def test_an_outline_sees_what_a_scan_sees():
    found = outline(io.BytesIO(FILE))
    assert (found.fragments, found.init_bytes) == (len(WHOLE.fragments), WHOLE.init_bytes)
    assert (found.complete_bytes, found.size_bytes, found.fault) == (len(FILE), len(FILE), None)


def test_a_file_may_be_read_without_a_buffer(tmp_path):
    (tmp_path / "a.mp4").write_bytes(FILE)
    with (tmp_path / "a.mp4").open("rb", buffering=0) as file:
        assert outline(file).fragments == 3
        assert scan(file).ticks(1) == WHOLE.ticks(1)


def test_a_moof_larger_than_a_window_is_read_whole():
    sizes = list(range(1, 2001))
    run = Run(1, 0, [1] * 2000, sizes, [0] * 2000)
    file = io.BytesIO(init_segment([VIDEO.config], b"") + (fragment_header(1, [run], 0) + bytes(sum(sizes))) * 3)
    assert scan(file).ticks(1) == (0, 2000)
    assert outline(file).fragments == 3


@pytest.mark.parametrize("lost", [bytes(4000), b"\xff" * 4000])
def test_media_that_never_reached_the_disk_are_noticed(lost):
    """The file has its full length, but the last blocks were not written."""
    last = WHOLE.fragments[-1]
    for fragment in WHOLE.fragments:
        check_media(io.BytesIO(FILE), WHOLE, fragment)
    file = FILE[: last.media] + (lost * len(FILE))[: last.end - last.media]
    found = scan(io.BytesIO(file))
    assert found.complete_bytes == len(file)
    with pytest.raises(BrokenFile):
        check_media(io.BytesIO(file), found, found.fragments[-1])


def patched(letters: bytes, at: int, value: bytes, which: int = 0) -> bytes:
    """The file with some bytes of a box changed; `at` counts from the box's letters."""
    place = -1
    for _ in range(which + 1):
        place = FILE.index(letters, place + 1)
    return FILE[: place + at] + value + FILE[place + at + len(value) :]


FIRST, SECOND = ENDS[1], ENDS[2]


@pytest.mark.parametrize(
    ("file", "complete"),
    [
        (patched(b"trun", 8, struct.pack(">I", 2**32 - 1)), ENDS[0]),
        (patched(b"trun", 8, struct.pack(">I", 0)), ENDS[0]),
        (patched(b"trun", 8, struct.pack(">I", 0), which=1), ENDS[0]),
        (patched(b"trun", 8, struct.pack(">I", 7)), ENDS[0]),
        (patched(b"trun", 12, struct.pack(">i", -5)), ENDS[0]),
        (patched(b"trun", 12, struct.pack(">i", 2**31 - 1)), ENDS[0]),
        (patched(b"trun", 4, b"\1\0\0\1"), ENDS[0]),
        (patched(b"tfhd", 4, b"\0\0\0\x38"), ENDS[0]),
        (patched(b"tfhd", 0, b"free"), ENDS[0]),
        (patched(b"tfdt", 4, b"\0\0\0\0", which=2), FIRST),
        (patched(b"mfhd", 0, b"free", which=1), FIRST),
        (patched(b"moof", -4, struct.pack(">I", 2**32 - 1), which=2), SECOND),
        (patched(b"mdat", -4, struct.pack(">I", 7), which=2), SECOND),
        (patched(b"mdat", -4, struct.pack(">I", 1), which=2), SECOND),
        (patched(b"prft", 0, b"styp", which=2), SECOND),
        (patched(b"prft", -4, struct.pack(">I", 0), which=2), SECOND),
    ],
    # The encoder makes no two clips of the same size, and workers must agree on names.
    ids=[
        *("endless_run", "empty_run", "empty_second_run", "longer_run", "samples_before", "samples_behind"),
        *("unknown_run_flags", "unknown_track_flags", "no_track_header", "short_time", "no_sequence"),
        *("endless_moof", "tiny_mdat", "large_mdat", "no_reference_time", "tiny_reference_time"),
    ],
)
def test_a_fragment_that_lies_ends_the_reading_before_it(file, complete):
    found = scan(io.BytesIO(file))
    assert found.complete_bytes == complete
    assert found.fault is not None


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"\0" * 5000,
        FILE[4:],
        patched(b"moov", 0, b"free"),
        patched(b"uuid", 4, b"x"),
        patched(b"stsd", 8, struct.pack(">I", 2)),
        patched(b"stsd", 8, struct.pack(">I", 0)),
        patched(b"avcC", 0, b"free"),
        patched(b"avcC", 9, b"\xff"),
        patched(b"tkhd", 0, b"free"),
        patched(b"mdhd", 16, bytes(4)),
        patched(b"mdhd", -4, struct.pack(">I", 8)),
        patched(b"trak", -4, struct.pack(">I", 2**31)),
    ],
)
def test_a_beginning_that_is_none_is_refused(file):
    with pytest.raises(BrokenFile):
        scan(io.BytesIO(file))


def test_a_codec_that_we_never_write_leaves_the_other_tracks_readable():
    found = scan(io.BytesIO(patched(b"alaw", 0, b"twos")))
    assert [track.config for track in found.tracks] == [VIDEO.config, None]
    assert found.tracks[1].entry == "twos"
    assert found.fault is None


@given(st.data())
def test_no_damage_makes_a_reader_fail_in_another_way(data):
    """Any bytes anywhere: a result that stays inside the file, or BrokenFile."""
    start = data.draw(st.integers(0, len(FILE)))
    end = start + data.draw(st.integers(0, 30))
    file = FILE[:start] + data.draw(st.binary(max_size=30)) + FILE[end:]
    for read in (scan, outline):
        try:
            found = read(io.BytesIO(file))
        except BrokenFile:
            continue
        assert 0 <= found.init_bytes <= found.complete_bytes <= len(file)
    _follow(file)


def _follow(file: bytes) -> None:
    """Uses all that a scan offers on a damaged file."""
    try:
        found = scan(io.BytesIO(file))
        for fragment in found.fragments:
            for span in fragment.spans:
                for sample in samples(fragment, span.track_id):
                    assert fragment.media <= sample.start <= sample.start + sample.size_bytes <= fragment.end
                    list(nal_units(file[sample.start : sample.start + sample.size_bytes]))
    except BrokenFile:
        return


@given(st.binary(max_size=200))
def test_walking_over_any_bytes_yields_boxes_inside_them_or_stops(data):
    at = 0
    try:
        for found in walk(data):
            assert found.start == at
            assert at + 8 <= found.body <= found.end <= len(data)
            at = found.end
    except BrokenFile:
        return
    assert at == len(data)


def test_a_box_may_have_a_size_of_64_bits():
    data = struct.pack(">I4sQ", 1, b"mdat", 20) + b"abcd" + box(b"free")
    assert [(found.kind, found.body, found.end) for found in walk(data)] == [(b"mdat", 16, 20), (b"free", 28, 28)]


def test_a_million_empty_boxes_are_refused_early():
    with pytest.raises(BrokenFile):
        list(walk(box(b"free") * (MOST_BOXES + 1)))


@pytest.mark.parametrize("sample", [b"\0\0\0", b"\0\0\0\0", b"\0\0\0\2x", b"\0\0\0\1x\0", b"\xff\xff\xff\xff" * 2])
def test_a_sample_that_is_not_tiled_by_nal_units_is_refused(sample):
    with pytest.raises(BrokenFile):
        list(nal_units(sample))

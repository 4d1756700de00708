"""What is in the files is what the cameras sent: unit for unit, over segment boundaries, in step, and fit to be read.

One recording of every stream of the demo's cameras, long enough for two cuts, is looked at by all tests here.
"""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import av
import pytest

from minhbach.demo.fleet import FLEET
from minhbach.demo.hosting import hosted
from tests.end_to_end import footage, tape
from tests.end_to_end.once import once
from tests.end_to_end.recorder import Recorder
from tests.end_to_end.wire import Wire

RECORDED_S = 22.5
STREAMS = [(spec.name, stream.path) for spec in FLEET for stream in spec.streams]
CODECS = {
    ("mot-cua-1", "main"): ("h264", "PCMA"),
    ("mot-cua-2", "main"): ("h265", "PCMA"),
    ("mot-cua-2", "sub"): ("h264", "PCMA"),
    ("tiep-dan", "main"): ("h264", "MPEG4-GENERIC"),
    ("sanh-cho", "main"): ("h264", "PCMU"),
}
MOST_OFFSET_S = 0.040
SETTLING_US = 1_500_000
"""Sound that leaves so long behind the first picture may still be sound from before it was taken, on a busy machine."""


@dataclass
class Recording:
    """An archive, and what each stream's camera sent while it was made."""

    archive: Path
    tapes: dict[tuple[str, str], tape.Tape]

    def files(self, key: tuple[str, str]) -> list[Path]:
        return [self.archive / each["path"] for each in footage.of_kind(self.archive, "segment", *key)]


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    return once(tmp_path_factory, "fidelity", record)


def record(folder: Path) -> Recording:
    archive = folder / "archive"
    with ExitStack() as stack:
        wires, urls = {}, {}
        for camera in stack.enter_context(hosted(FLEET)):
            for stream in camera.spec.streams:
                wire = stack.enter_context(Wire(camera.port))
                label = camera.spec.name if stream.path == "main" else f"{camera.spec.name}/{stream.path}"
                wires[camera.spec.name, stream.path] = wire
                urls[label] = wire.through(camera.url_of(stream.path))
        with Recorder(archive.with_name("warm"), urls) as first:
            # The cameras' very first pictures are late by more than what sender reports are believed to explain.
            first.wait_until_recording()
            assert first.stop() == 0
        with Recorder(archive, urls) as recorder:
            recorder.wait_until_recording()
            time.sleep(RECORDED_S)
            assert recorder.stop() == 0
            assert recorder.errors == []
        tapes = {key: tape.read(wire.passages[-1]) for key, wire in wires.items()}
    return Recording(archive, tapes)


def test_the_archive_checks_and_each_stream_was_cut_at_least_twice(recording):
    footage.sound(recording.archive)
    for key in STREAMS:
        segments = footage.of_kind(recording.archive, "segment", *key)
        assert [each["cut"] for each in segments] == ["key"] * (len(segments) - 1) + ["stop"]
        assert len(segments) >= 3
        assert {each["start"] for each in segments} == {"key"}
        # Sound from before the first picture belongs to no footage.
        odd = [set(each["notes"]) - ({"early_sound"} if number == 0 else set()) for number, each in enumerate(segments)]
        assert not any(odd), odd


@pytest.mark.parametrize("key", STREAMS, ids="/".join)
def test_every_unit_of_picture_and_sound_is_in_the_files_in_order_and_unchanged(recording, key):
    sent = recording.tapes[key]
    assert (sent.codec, sent.sound_codec) == CODECS[key]
    found = [footage.samples(path) for path in recording.files(key)]
    pictures = [each for file in found for each in file.pictures]
    units = [unit.parts for unit in sent.pictures]
    # From the first picture on, without a hole; the camera may have sent one more while it was told goodbye.
    assert pictures == units[: len(pictures)]
    assert len(units) - len(pictures) <= 2
    sounds = [each for file in found for each in file.sounds]
    frames = [frame for unit in sent.sounds for frame in unit.parts]
    times_us = [unit.sent_us for unit in sent.sounds for _ in unit.parts]
    first = frames.index(sounds[0])
    assert times_us[first] <= sent.pictures[0].sent_us + SETTLING_US
    assert sounds == frames[first : first + len(sounds)]
    assert len(frames) - first - len(sounds) <= 6


@pytest.mark.parametrize("key", STREAMS, ids="/".join)
def test_the_counter_in_the_pictures_runs_on_over_the_boundaries(recording, key):
    counters = [stamp.counter for path in recording.files(key) for _, stamp in footage.stamps(path)]
    assert counters == sorted(set(counters))
    assert len(counters) >= len(recording.tapes[key].pictures) - 2


@pytest.mark.parametrize("key", STREAMS, ids="/".join)
def test_beep_and_stamp_of_a_second_are_at_most_40_ms_apart(recording, key):
    offsets = []
    for path in recording.files(key):
        stamps = footage.stamps(path)
        clock = median(stamp.unix_ms / 1000 - at for at, stamp in stamps)
        for onset in footage.beeps(path):
            unix = clock + onset
            offsets.append(unix - round(unix))
    assert len(offsets) >= RECORDED_S - 4
    print(f"\n{'/'.join(key)}: {min(offsets) * 1000:.0f} to {max(offsets) * 1000:.0f} ms over {len(offsets)} beeps")
    assert max(map(abs, offsets)) <= MOST_OFFSET_S


def test_ffprobe_reads_all_of_every_file_and_warns_of_nothing(recording, needs):
    probe = needs("ffprobe")
    for key in STREAMS:
        for path in recording.files(key):
            assert footage.probed(probe, path) == (0, "", len(footage.samples(path).pictures))


def test_pyav_decodes_all_of_every_file_and_warns_of_nothing(recording):
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture(local=False) as said:
            for key in STREAMS:
                for path in recording.files(key):
                    with av.open(str(path)) as file:
                        frames = list(file.decode())
                    assert frames
    finally:
        av.logging.set_level(None)
    # The simulated camera's encoder, which ends meanwhile, speaks through the same library.
    assert [text for _, _, text in said if "left in the queue on closing" not in text] == []

"""FFmpeg reads whole segments without a warning, and every NAL unit and packet is what was put in."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import av
import pytest

from minhbach.fmp4 import AudioConfig, VideoConfig
from tests.fmp4 import clips

PICTURES: dict[str, tuple[Literal["h264", "h265"], tuple[tuple[str, str], ...], dict[str, Any]]] = {
    "H.264": ("h264", (), {}),
    "H.264, sets in band": ("h264", (), {"in_band": True}),
    "H.264, B-frames and slices": ("h264", (("preset", "medium"), ("slices", "2")), {"frames": 40}),
    "H.264, high 10": ("h264", (), {"pixels": "yuv420p10le"}),
    "H.265": ("h265", (), {}),
    "H.265, sets in band": ("h265", (("x265-params", "log-level=none:repeat-headers=1"),), {"in_band": True}),
    "H.265, B-frames": ("h265", (("x265-params", "log-level=none:bframes=3:b-adapt=0:keyint=15"),), {"frames": 40}),
}
SOUNDS: dict[str, Callable[[], clips.Audio]] = {
    "A-law": lambda: clips.g711("alaw"),
    "µ-law": lambda: clips.g711("ulaw"),
    "AAC": clips.aac,
    "AAC, 48 kHz stereo": lambda: clips.aac(2, 48000, "stereo"),
    "Opus": clips.opus,
}
TAGS = {("h264", False): "avc1", ("h264", True): "avc3", ("h265", False): "hvc1", ("h265", True): "hev1"}
SOUND_NAMES = {"alaw": "pcm_alaw", "ulaw": "pcm_mulaw", "aac": "aac", "opus": "opus"}


def clip(name: str) -> clips.Video:
    codec, options, more = PICTURES[name]
    return clips.encode(codec, options, **more)


@contextmanager
def quiet() -> Iterator[None]:
    """Fails when FFmpeg, on whichever thread, logs a warning inside the block."""
    level = av.logging.get_level()
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture(local=False) as logs:
            yield
    finally:
        av.logging.set_level(level)
    assert logs == []


def probe(program: str, path: Path) -> list[dict[str, Any]]:
    """What ffprobe says when it decodes everything; its warnings are failures."""
    command = [program, "-v", "warning", "-count_frames", "-show_streams", "-of", "json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.returncode == 0
    streams: list[dict[str, Any]] = json.loads(done.stdout)["streams"]
    return streams


@pytest.mark.parametrize("sound", [None, "A-law", "AAC"])
@pytest.mark.parametrize("picture", PICTURES)
def test_ffprobe_decodes_all_pictures_without_a_warning(needs, tmp_path, picture, sound):
    video, audio = clip(picture), SOUNDS[sound]() if sound else None
    path = tmp_path / "segment.mp4"
    path.write_bytes(clips.segment(video, audio))
    shown = probe(needs("ffprobe"), path)
    assert int(shown[0]["nb_read_frames"]) == len(video.units)
    assert shown[0]["codec_tag_string"] == TAGS[video.config.codec, video.config.in_band]
    assert (shown[0]["width"], shown[0]["height"]) == (video.config.width, video.config.height)
    assert len(shown) == 1 + (audio is not None)


@pytest.mark.parametrize("sound", SOUNDS)
def test_ffprobe_reads_sound_alone_without_a_warning(needs, tmp_path, sound):
    """A room may have a microphone and no picture; F03 for G.711."""
    audio = SOUNDS[sound]()
    path = tmp_path / "sound.mp4"
    path.write_bytes(clips.segment(None, audio))
    (shown,) = probe(needs("ffprobe"), path)
    assert shown["codec_name"] == SOUND_NAMES[audio.config.codec]
    assert int(shown["sample_rate"]) == audio.config.rate
    assert shown["channels"] == audio.config.channels
    assert int(shown["nb_read_frames"]) == len(audio.packets)


@pytest.mark.parametrize("sound", ["A-law", "AAC", "Opus"])
@pytest.mark.parametrize("picture", PICTURES)
def test_pyav_finds_every_nal_unit_and_packet_at_its_time(picture, sound):
    video, audio = clip(picture), SOUNDS[sound]()
    file = clips.segment(video, audio)
    with quiet():
        packets = clips.packets(file)
    pictures = [packet for kind, packet in packets if kind == "video"]
    assert [bytes(packet) for packet in pictures] == [clips.sample(unit) for unit in video.units]
    assert [packet.is_keyframe for packet in pictures] == [unit.sync for unit in video.units]
    assert [packet.dts for packet in pictures] == [unit.decoding for unit in video.units]
    assert all(packet.time_base.denominator == 90_000 for packet in pictures)
    sounds = [packet for kind, packet in packets if kind == "audio"]
    assert [bytes(packet) for packet in sounds] == list(audio.packets)


def test_a_warning_of_ffmpeg_is_noticed():
    """The tests above and below prove nothing where warnings get lost."""
    video = clips.encode("h264")
    damaged = clips.Video(video.config, (*video.units[:5], *video.units[9:12]))
    file = bytearray(clips.segment(damaged))
    file[-200:] = bytes(200)
    with pytest.raises(AssertionError), quiet():
        clips.times_shown(bytes(file))


@pytest.mark.parametrize("picture", PICTURES)
def test_pyav_decodes_the_pictures_in_the_order_of_their_times(picture):
    video = clip(picture)
    with quiet():
        shown = clips.times_shown(clips.segment(video))
    first = min(unit.presentation for unit in video.units)
    assert [pts - shown[0] for pts in shown] == sorted(unit.presentation - first for unit in video.units)


def test_a_picture_whose_size_is_unknown_is_still_decoded(needs, tmp_path):
    """C47: width and height 0 in the boxes; the decoder finds them in the SPS that we could not read."""
    video = clips.encode("h264")
    unknown = VideoConfig("h264", video.config.sets, False)
    path = tmp_path / "segment.mp4"
    path.write_bytes(clips.segment(clips.Video(unknown, video.units)))
    (shown,) = probe(needs("ffprobe"), path)
    assert (shown["width"], shown["height"], shown["nb_read_frames"]) == (320, 180, "30")


def test_sets_with_trailing_zeros_are_decoded(needs, tmp_path):
    """B06: they are kept as received."""
    video = clips.encode("h264")
    padded = VideoConfig.from_sets("h264", [nal + b"\0\0" for nal in video.config.sets], in_band=False)
    path = tmp_path / "segment.mp4"
    path.write_bytes(clips.segment(clips.Video(padded, video.units)))
    assert probe(needs("ffprobe"), path)[0]["nb_read_frames"] == "30"


def test_sets_that_also_stand_in_band_do_no_harm(needs, tmp_path):
    """F04: an avc1 stream may repeat its sets in the samples."""
    video = clips.encode("h264", in_band=True)
    declared = VideoConfig.from_sets("h264", video.config.sets, in_band=False)
    path = tmp_path / "segment.mp4"
    path.write_bytes(clips.segment(clips.Video(declared, video.units)))
    (shown,) = probe(needs("ffprobe"), path)
    assert (shown["codec_tag_string"], shown["nb_read_frames"]) == ("avc1", "30")


def test_aac_without_a_configuration_is_decoded_as_plain_aac(needs, tmp_path):
    audio = clips.aac()
    bare = clips.Audio(AudioConfig("aac", 16000, 1), audio.packets, 1024)
    path = tmp_path / "sound.mp4"
    path.write_bytes(clips.segment(None, bare))
    assert probe(needs("ffprobe"), path)[0]["sample_rate"] == "16000"

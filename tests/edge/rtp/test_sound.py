"""Sound of every kind (camera-quirks D02 to D12, D16, D17)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from minhbach.edge.rtp.factory import UnsupportedCodec, make_track
from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtp.timeline import Alignment
from minhbach.edge.rtp.track import DAMAGED, SYNC
from minhbach.fmp4 import AudioConfig
from tests.edge.rtp.packer import Sender
from tests.edge.rtp.stage import Sample, samples_of

HBR = {"mode": "AAC-hbr", "sizelength": "13", "indexlength": "3", "indexdeltalength": "3"}
ASC_16K_MONO = bytes.fromhex("1408")


class Sound:
    """A session with a sound track only; ``now_us`` goes on by what is told."""

    def __init__(self, codec: str, clock_rate: int = 8000, **options: object) -> None:
        self.notes = Notes()
        self.track = make_track("audio", codec, clock_rate, self.notes, Alignment(), **options)  # type: ignore[arg-type]
        self.receiver = Receiver(self.notes, own_ssrc=1)
        self.receiver.attach(0, self.track, {97})
        self.sender = Sender(kind=97)
        self.now_us = 10_000_000

    def send(self, payload: bytes, timestamp: int, wait_us: int, *, marker: bool = True, lose: bool = False) -> None:
        packet = self.sender.send(payload, timestamp, marker=marker)
        self.now_us += wait_us
        if not lose:
            assert self.receiver.feed(packet, 0, len(packet), self.now_us) == len(packet)

    def end(self) -> list[Sample]:
        self.receiver.flush(self.now_us)
        return samples_of(self.track)

    def kinds(self) -> dict[str, int]:
        return {note.kind: note.count for note in self.notes.all()}


def steps(samples: list[Sample]) -> list[int]:
    """Milliseconds between samples."""
    return [round((after.time_us - before.time_us) / 1000) for before, after in pairwise(samples)]


@pytest.mark.parametrize(("codec", "name"), [("PCMA", "alaw"), ("pcmu", "ulaw")])
def test_each_packet_of_g711_is_a_sample_with_its_bytes(codec, name):
    sound = Sound(codec)
    packets = [bytes((number,)) * size for number, size in enumerate([160, 512, 1024, 3, 160, 333])]
    timestamp = 0xFFFF_FF00
    for packet in packets:
        sound.send(packet, timestamp, len(packet) * 125)
        timestamp += len(packet)
    samples = sound.end()
    assert [sample.data for sample in samples] == packets
    assert [after.time_us - before.time_us for before, after in pairwise(samples)] == [
        len(packet) * 125 for packet in packets[:-1]
    ]
    assert samples[0].config == AudioConfig(name, 8000, 1)
    assert {sample.flags for sample in samples} == {SYNC}
    assert sound.kinds() == {}


def test_g711_blocks_that_share_a_timestamp_follow_each_other():
    sound = Sound("PCMA")
    for number in range(20):
        sound.send(bytes(160), number // 2 * 320, 20_000)
    assert steps(sound.end()) == [20] * 19
    assert sound.kinds() == {"same_timestamp": 10}


def test_g711_timestamps_that_stand_still_are_replaced_by_counting():
    sound = Sound("PCMA")
    for _ in range(600):
        sound.send(bytes(160), 4711, 20_000)
    assert steps(sound.end()) == [20] * 599


@pytest.mark.parametrize("step", [80, 159, 161, 200, 320])
def test_g711_timestamps_that_never_fit_the_bytes_are_replaced_by_counting(step):
    sound = Sound("PCMA")
    for number in range(600):
        sound.send(bytes(160), number * step, 20_000)
    samples = sound.end()
    assert steps(samples)[5:] == [20] * 594
    assert abs(samples[-1].time_us - samples[0].time_us - 599 * 20_000) <= 70_000
    assert 3 < sound.kinds()["timestamp_step"] < 700


def test_a_silence_of_the_camera_stays_a_hole_in_time():
    sound = Sound("PCMA")
    for number in range(20):
        sound.send(bytes(160), number * 160 + (4000 if number >= 10 else 0), 520_000 if number == 10 else 20_000)
    assert steps(sound.end()) == [20] * 9 + [520] + [20] * 9


def test_lost_sound_leaves_its_hole_and_a_mark():
    sound = Sound("PCMA")
    for number in range(20):
        sound.send(bytes(160), number * 160, 20_000, lose=number in (7, 8))
    samples = sound.end()
    assert steps(samples) == [20] * 6 + [60] + [20] * 10
    assert [sample.flags & DAMAGED for sample in samples].index(DAMAGED) == 7
    assert sound.kinds() == {"packets_lost": 2}


def headers(sizes: list[int], *, index_bits: int = 3) -> bytes:
    """AU headers (RFC 3640 3.2.1) with 13 bits of size."""
    width = 13 + index_bits
    bits = width * len(sizes)
    value = 0
    for size in sizes:
        value = value << width | size << index_bits
    return bits.to_bytes(2, "big") + (value << -bits % 8).to_bytes((bits + 7) // 8, "big")


def aac(**options: object) -> Sound:
    return Sound("mpeg4-generic", 16_000, **{"fmtp": HBR, "asc": ASC_16K_MONO, **options})


def test_several_access_units_in_one_packet_are_1024_ticks_apart():
    sound = aac()
    units = [bytes((number,)) * (20 + number) for number in range(12)]
    for number in range(4):
        three = units[3 * number : 3 * number + 3]
        sound.send(headers([len(unit) for unit in three]) + b"".join(three), number * 3072, 192_000)
    samples = sound.end()
    assert [sample.data for sample in samples] == units
    assert steps(samples) == [64] * 11
    assert samples[0].config == AudioConfig("aac", 16_000, 1, ASC_16K_MONO)
    assert sound.kinds() == {}


def test_headers_of_thirteen_bits_only_are_read():
    sound = aac(fmtp={"sizelength": "13;"})
    sound.send(headers([30], index_bits=0) + b"u" * 30, 0, 64_000)
    assert [sample.data for sample in sound.end()] == [b"u" * 30]


def test_a_unit_in_several_packets_is_joined():
    sound = aac()
    unit = bytes(range(250)) * 8
    for number in range(3):
        sound.send(headers([2000]) + unit[:900], number * 1024, 64_000, marker=False)
        sound.send(headers([2000]) + unit[900:1800], number * 1024, 0, marker=False)
        sound.send(headers([2000]) + unit[1800:], number * 1024, 0)
    assert [sample.data for sample in sound.end()] == [unit] * 3
    assert sound.kinds() == {}


def test_a_unit_with_a_missing_part_is_kept_aside():
    sound = aac()
    sound.send(headers([2000]) + bytes(900), 0, 64_000, marker=False)
    sound.send(headers([2000]) + bytes(900), 0, 0, marker=False, lose=True)
    sound.send(headers([2000]) + bytes(200), 0, 0)
    sound.send(headers([9]) + b"next unit", 1024, 64_000)
    samples = sound.end()
    assert [sample.data for sample in samples] == [b"next unit"]
    assert samples[0].flags & DAMAGED
    assert sound.kinds() == {"packets_lost": 1, "unit_incomplete": 2}


def test_parts_of_two_units_are_never_mixed():
    sound = aac()
    sound.send(headers([2000]) + b"a" * 900, 0, 64_000, marker=False)
    sound.send(headers([1500]) + b"b" * 900, 1024, 64_000, marker=False)
    sound.send(headers([1500]) + b"b" * 600, 1024, 0)
    assert [sample.data for sample in sound.end()] == [b"b" * 1500]


def test_an_empty_unit_is_no_sample():
    sound = aac()
    sound.send(b"\x00\x10\x00\x00", 0, 64_000)
    sound.send(headers([4]) + b"unit", 1024, 64_000)
    assert [sample.data for sample in sound.end()] == [b"unit"]
    assert sound.kinds() == {"unit_empty": 1}


def adts(unit: bytes, *, rate_index: int = 8, channels: int = 2) -> bytes:
    """An ADTS frame without checksum (ISO/IEC 14496-3 1.A.2.2)."""
    size = len(unit) + 7
    head = bytes((0xFF, 0xF1, 1 << 6 | rate_index << 2 | channels >> 2, (channels & 3) << 6 | size >> 11))
    return head + bytes((size >> 3 & 0xFF, (size & 7) << 5 | 0x1F, 0xFC)) + unit


def test_adts_frames_without_unit_headers_are_unpacked():
    sound = aac(asc=b"")
    sound.send(adts(b"one") + adts(b"two"), 0, 128_000)
    sound.send(adts(b"three"), 2048, 64_000)
    samples = sound.end()
    assert [sample.data for sample in samples] == [b"one", b"two", b"three"]
    assert samples[0].config == AudioConfig("aac", 16_000, 2, bytes.fromhex("1410"))
    assert [scrap.data for scrap in sound.notes.drain_side_log()] == [adts(b"one")[:7]]
    assert sound.kinds() == {"adts_header": 3}


def test_unit_headers_followed_by_adts_give_the_raw_unit():
    sound = aac()
    for number in range(3):
        frame = adts(b"unit%d" % number)
        sound.send(headers([len(frame)]) + frame, number * 1024, 64_000)
    assert [sample.data for sample in sound.end()] == [b"unit0", b"unit1", b"unit2"]


def test_without_a_configuration_rate_and_channels_come_from_the_sdp():
    sound = Sound("MPEG4-GENERIC", 16_000, fmtp=HBR, channels=2)
    sound.send(headers([4]) + b"unit", 0, 64_000)
    assert sound.end()[0].config == AudioConfig("aac", 16_000, 2, bytes.fromhex("1410"))


def test_every_byte_of_a_long_configuration_is_kept():
    asc = bytes.fromhex("119056e500")
    sound = Sound("MPEG4-GENERIC", 48_000, fmtp=HBR, asc=asc)
    sound.send(headers([4]) + b"unit", 0, 64_000)
    assert sound.end()[0].config == AudioConfig("aac", 48_000, 1, asc)


def test_units_of_he_aac_last_twice_as_many_ticks_of_the_doubled_clock():
    sound = Sound("MPEG4-GENERIC", 32_000, fmtp=HBR, asc=bytes.fromhex("2c0a8800"))  # AAC-LC of 16 kHz below SBR
    sound.send(headers([1, 1, 1]) + b"abc", 0, 192_000)
    assert steps(sound.end()) == [64, 64]


def test_headers_that_make_no_sense_go_to_the_side_log():
    sound = aac()
    sound.send(b"\xff\x00\x01", 0, 64_000)
    sound.send(headers([4]) + b"unit", 1024, 64_000)
    assert [sample.data for sample in sound.end()] == [b"unit"]
    assert [scrap.data for scrap in sound.notes.drain_side_log()] == [b"\xff\x00\x01"]


def test_latm_units_are_taken_from_behind_their_lengths():
    asc = int.from_bytes(ASC_16K_MONO, "big")
    mux_config = (0x2000 << 49 | asc << 33 | 0x1FE).to_bytes(8, "big")
    sound = Sound("MP4A-LATM", 16_000, asc=mux_config, fmtp={"cpresent": "0"})
    units = [b"a" * 20, b"b" * 255, b"c" * 600]
    sound.send(b"\x14" + units[0] + b"\xff\x00" + units[1], 0, 128_000)
    sound.send(b"\xff\xff\x5a" + units[2], 2048, 64_000)
    sound.send(b"\x50short", 3072, 64_000)
    samples = sound.end()
    assert [sample.data for sample in samples] == units
    assert steps(samples) == [64, 64]
    assert samples[0].config == AudioConfig("aac", 16_000, 1, ASC_16K_MONO)
    assert sound.kinds() == {"unit_too_short": 1}


def test_latm_with_its_configuration_in_band_is_kept_aside():
    sound = Sound("MP4A-LATM", 16_000)
    sound.send(b"\x20\x00\x11\x90", 0, 64_000)
    assert sound.end() == []
    assert sound.kinds() == {"latm_config_in_band": 1}


def test_opus_counts_in_48000_and_tells_its_channels_itself():
    sound = Sound("opus", 16_000, channels=1)
    for number in range(6):
        sound.send(bytes((0xFC if number < 3 else 0xF8,)) + b"opus", number * 960, 20_000)
    samples = sound.end()
    assert steps(samples) == [20] * 5
    assert [sample.config for sample in samples] == [AudioConfig("opus", 48_000, 2)] * 3 + [
        AudioConfig("opus", 48_000, 1)
    ] * 3
    assert sound.track.step_us == 20_000


def test_a_codec_that_is_not_received_is_named():
    with pytest.raises(UnsupportedCodec) as caught:
        make_track("audio", "G726-32", 8000, Notes(), Alignment())
    assert caught.value.codec == "G726-32"

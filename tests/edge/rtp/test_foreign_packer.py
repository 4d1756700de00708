"""FFmpeg's own RTP muxer as an independent peer: what it packs is given back, unit for unit.

Its datagrams travel over the loopback and are wrapped into `$` frames here.
"""

from __future__ import annotations

import socket
from fractions import Fraction
from typing import Any

import av
import numpy
import pytest

from minhbach.edge.rtp.factory import make_track
from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtp.timeline import Alignment
from tests.edge.rtp.packer import frame
from tests.edge.rtp.stage import samples_of
from tests.edge.rtp.test_encoders import OPTIONS, annex_b


class Muxer:
    """FFmpeg sending one stream to a socket of ours; ``packets`` are what was muxed, ``datagrams`` what came."""

    def __init__(self, codec: str, rate: int, options: dict[str, str]) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.05)
        port = self.socket.getsockname()[1]
        self.output: Any = av.open(f"rtp://127.0.0.1:{port}?pkt_size=1200", "w", format="rtp")
        self.stream: Any = self.output.add_stream(codec, rate=rate)
        self.stream.codec_context.options = options
        self.packets: list[tuple[bytes, int]] = []
        self.datagrams: list[bytes] = []

    def send(self, frame_: Any) -> None:
        for packet in self.stream.encode(frame_):
            self.packets.append((bytes(packet), packet.pts))
            self.output.mux(packet)
            self._drain()

    def close(self) -> None:
        self.send(None)
        self.output.close()
        self._drain()
        self.socket.close()

    def _drain(self) -> None:
        self.socket.setblocking(False)
        while True:
            try:
                self.datagrams.append(self.socket.recv(65536))
            except BlockingIOError:
                return


def receive(muxer: Muxer, kind: str, codec: str, rate: int, **options: Any) -> tuple[list[Any], Notes]:
    notes = Notes()
    track = make_track(kind, codec, rate, notes, Alignment(), **options)  # type: ignore[arg-type]
    receiver = Receiver(notes)
    media = [datagram for datagram in muxer.datagrams if not 200 <= datagram[1] <= 204]
    receiver.attach(0, track, {media[0][1] & 0x7F})
    stream = b"".join(frame(1 if 200 <= datagram[1] <= 204 else 0, datagram) for datagram in muxer.datagrams)
    assert receiver.feed(stream, 0, len(stream), 1_000_000) == len(stream)
    receiver.flush(2_000_000)
    return samples_of(track), notes


@pytest.mark.parametrize("codec", ["H264", "H265"])
def test_pictures_packed_by_ffmpeg_come_back_unit_for_unit(codec):
    name, options = OPTIONS[codec]
    muxer = Muxer(name, 15, options)
    muxer.stream.width, muxer.stream.height, muxer.stream.pix_fmt = 320, 240, "yuv420p"
    random = numpy.random.default_rng(3)
    for number in range(32):
        picture = av.VideoFrame.from_ndarray(random.integers(0, 255, (240, 320, 3), dtype=numpy.uint8), format="rgb24")
        picture.pts, picture.time_base = number, Fraction(1, 15)
        muxer.send(picture)
    muxer.close()
    samples, notes = receive(muxer, "video", codec, 90_000)
    assert [sample.nals for sample in samples] == [list(annex_b(data)) for data, _ in muxer.packets]
    assert any(len(nal) > 5000 for sample in samples for nal in sample.nals)
    assert {note.kind for note in notes.all()} <= {"report_misfits"}


def test_aac_packed_by_ffmpeg_comes_back_unit_for_unit():
    muxer = Muxer("aac", 16_000, {})
    muxer.stream.layout = "mono"
    resampler_pts = 0
    for _ in range(40):
        sound = av.AudioFrame.from_ndarray(
            numpy.random.default_rng(1).normal(0, 0.1, (1, 1024)).astype("float32"), "fltp", "mono"
        )
        sound.sample_rate, sound.pts, sound.time_base = 16_000, resampler_pts, Fraction(1, 16_000)
        resampler_pts += 1024
        muxer.send(sound)
    muxer.close()
    fmtp = {"sizelength": "13", "indexlength": "3", "indexdeltalength": "3"}
    asc = bytes(muxer.stream.codec_context.extradata or b"\x14\x08")
    samples, notes = receive(muxer, "audio", "MPEG4-GENERIC", 16_000, fmtp=fmtp, asc=asc)
    # The muxer gathers several units and does not send the last few when it is closed.
    assert [sample.data for sample in samples] == [data for data, _ in muxer.packets][: len(samples)]
    assert len(samples) >= len(muxer.packets) - 5 > 30
    assert {note.kind for note in notes.all()} <= {"report_misfits"}

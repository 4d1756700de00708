"""What copies of footage cost: a working copy, and one in which four people are covered; beside a plain transcoding.

Figures, for one minute of one camera (1080p, 15 pictures a second, 2 Mbit/s, A-law sound): ``copies.NAME_x_realtime``
(seconds of footage by seconds of wall clock), ``copies.NAME_cpu_s_per_s`` (processor seconds of parent and child by
seconds of footage) for ``working``, ``masked`` and ``plain``; ``copies.working_vs_plain`` and ``…masked_vs_plain``
(wall clock of ours by that of the plain one). *Plain* decodes and encodes the same pictures with the same encoder in
this process: no child, no strip, no covers, no sound. A masked copy follows everybody forward and backward first, so it
decodes three times. The better of two runs each.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame

from minhbach.bench import film, tape
from minhbach.centre.evidence.copies.covering import Key, Track
from minhbach.centre.evidence.copies.cutting import Cut, cut_copy
from minhbach.centre.evidence.copies.decisions import Decided
from minhbach.centre.evidence.copies.masking import masked_copy
from minhbach.centre.evidence.copies.sealed import Sealed
from minhbach.decode.orders import DISTORTED
from minhbach.decode.remaking import encoder
from minhbach.fmp4 import NON_SYNC, SYNC, AudioConfig, Run, VideoConfig, fragment_header, init_segment

SECONDS, SEGMENT_S, BEGIN_US, S = 60, 10, 1_790_000_000_000_000, 1_000_000
DRAWN_EVERY_S = 4
_PACKET = 160


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall clock and of processors, parent and children."""

    wall_s: float
    cpu_s: float


def run(seconds: int = SECONDS, cache: Path = Path("var/bench")) -> Iterator[str]:
    """Yields ``figure: value`` lines."""
    found = tape.load(film.filmed(cache))
    with tempfile.TemporaryDirectory(prefix="minhbach-bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        cut = Cut(tuple(sealed(folder, found, seconds)), BEGIN_US, BEGIN_US + seconds * S, "BẢN SAO", "Quầy 1", {})
        decided = Decided(
            tuple(_track(number, seconds) for number in range(4)),
            ((cut.begin_us, cut.end_us),),
            ((cut.begin_us, cut.end_us, DISTORTED),),
        )
        costs = {
            "plain": _best(lambda: _plain(found, seconds)),
            "working": _best(lambda: cut_copy(folder / "working.mp4", cut)),
            "masked": _best(lambda: masked_copy(folder / "masked.mp4", cut, decided)),
        }
        for kind, cost in costs.items():
            yield f"copies.{kind}_x_realtime: {seconds / cost.wall_s:.1f}"
            yield f"copies.{kind}_cpu_s_per_s: {cost.cpu_s / seconds:.3f}"
        for kind in ("working", "masked"):
            yield f"copies.{kind}_vs_plain: {costs[kind].wall_s / costs['plain'].wall_s:.2f}"


def _best(work: Callable[[], object]) -> Cost:
    spent = []
    for _ in range(2):
        begin_s, before_s = time.monotonic(), _processors_s()
        work()
        spent.append(Cost(time.monotonic() - begin_s, _processors_s() - before_s))
    return min(spent, key=lambda each: each.wall_s)


def _processors_s() -> float:
    """Of this process and its children that ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in both)


def _track(number: int, seconds: int) -> Track:
    """Somebody who stands, then goes a little, drawn again every few seconds."""
    keys = tuple(
        Key(BEGIN_US + at * S, (1000 + number * 2000 + at * 10, 3000, 1200, 4000))
        for at in range(0, seconds, DRAWN_EVERY_S)
    )
    return Track(number, keys)


def sealed(folder: Path, found: tape.Tape, seconds: int) -> Iterator[Sealed]:
    """The tape as a recorder would have sealed it."""
    for begin in range(0, seconds, SEGMENT_S):
        length = min(SEGMENT_S, seconds - begin)
        path = folder / f"{begin:06}.mp4"
        path.write_bytes(_segment(found, begin, length))
        yield Sealed(BEGIN_US + begin * S, BEGIN_US + (begin + length) * S, path)


def _segment(found: tape.Tape, begin: int, length: int) -> bytes:
    video, audio = (
        VideoConfig.from_sets("h264", list(found.sets), in_band=True),
        AudioConfig("alaw", tape.SOUND_RATE, 1),
    )
    data = [init_segment([video, audio], b"{}")]
    ticks = 90_000 // tape.FRAMES_PER_S
    for second in range(length):
        frames = _frames(found, begin + second, 1)
        pictures = [b"".join(len(unit).to_bytes(4, "big") + unit for unit in each.units) for each in frames]
        at = (begin + second) * tape.SOUND_RATE % len(found.sound)
        packets = [found.sound[n : n + _PACKET] for n in range(at, at + tape.SOUND_RATE, _PACKET)]
        runs = [
            Run(1, second * 90_000, [ticks] * len(frames), [len(each) for each in pictures],
                [SYNC if each.key else NON_SYNC for each in frames]),
            Run(2, second * tape.SOUND_RATE, [len(each) for each in packets], [len(each) for each in packets],
                [SYNC] * len(packets)),
        ]  # fmt: skip
        data += [fragment_header(second + 1, runs, BEGIN_US + (begin + second) * S), *pictures, *packets]
    return b"".join(data)


def _frames(found: tape.Tape, begin: int, seconds: int) -> list[tape.Frame]:
    first, count = begin * tape.FRAMES_PER_S, seconds * tape.FRAMES_PER_S
    return [found.frames[n % len(found.frames)] for n in range(first, first + count)]


def _plain(found: tape.Tape, seconds: int) -> None:
    """The floor: in and out again."""
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.thread_count = 1
    writer = encoder(film.WIDTH, film.HEIGHT)
    size = 0
    for index, frame in enumerate(_frames(found, 0, seconds)):
        packet = av.Packet(b"".join(b"\0\0\0\1" + unit for unit in frame.units))
        packet.pts = packet.dts = index
        size += sum(_written(writer, picture) for picture in decoder.decode(packet))
    size += sum(_written(writer, picture) for picture in decoder.decode(None))
    if not size:
        raise RuntimeError("nothing came out of the encoder")


def _written(writer: VideoCodecContext, picture: VideoFrame) -> int:
    index = picture.pts or 0
    picture.pts, picture.time_base = index * S // tape.FRAMES_PER_S, Fraction(1, S)
    picture.pict_type = PictureType.NONE if index % (2 * tape.FRAMES_PER_S) else PictureType.I
    return sum(len(bytes(each)) for each in writer.encode(picture))

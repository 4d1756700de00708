"""What a packet costs: `python -m tests.edge.rtp.cost` prints microseconds per packet of the receiver and of a bare
floor.

Owns a stream like that of design section 3 (1080p, 2 Mbit/s, 15 fps, G.711) and the floor: the least a program in
this language can do with a frame (read the header, append the payload). Both sides run in one process, best of
several rounds.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from collections.abc import Callable

from minhbach.edge.rtp.factory import make_track
from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtp.timeline import Alignment
from tests.edge.rtp.packer import Sender, h264_payloads, h265_payloads

SECONDS = 60
FPS = 15
TICK_S = 0.1
SETS = {
    "H264": (bytes.fromhex("6742c01ed9014016ec0440000003004000000c83c58b9200"), bytes.fromhex("68cb83cb20")),
    "H265": (b"\x40\x01" + bytes(20), b"\x42\x01" + bytes(30), b"\x44\x01" + bytes(8)),
}


def stream(codec: str) -> tuple[list[bytes], int]:
    """One camera's bytes, a piece for each tick, and how many packets they are."""
    video, audio = Sender(0, 96), Sender(2, 8)
    cut = h264_payloads if codec == "H264" else h265_payloads
    head = b"\x41\x9a" if codec == "H264" else b"\x02\x01\xd0"
    key = b"\x65\x88" if codec == "H264" else b"\x26\x01\xaf"
    events: list[tuple[float, int, bytes]] = []
    for number in range(SECONDS * FPS):
        is_key = number % 30 == 0
        nal = (key if is_key else head) + os.urandom(60_000 if is_key else 15_200).replace(b"\0", b"\1")
        nals = [*SETS[codec], nal] if is_key else [nal]
        payloads = [payload for item in nals for payload in cut(item)]
        events.append((number / FPS, len(payloads), video.send_all(payloads, number * 6000)))
    for number in range(SECONDS * 50):
        events.append((number / 50, 1, audio.send(os.urandom(160), number * 160)))
    events.sort(key=lambda event: event[0])
    ticks = [bytearray() for _ in range(int(SECONDS / TICK_S) + 1)]
    for at, _, data in events:
        ticks[int(at / TICK_S)] += data
    return [bytes(tick) for tick in ticks], sum(count for _, count, _ in events)


def floor(ticks: list[bytes]) -> None:
    """Unpack each header, append each payload; no sequence, no time, no access units."""
    unpack = struct.Struct(">BBHBBHIIBB").unpack_from
    sinks = {0: bytearray(), 2: bytearray()}
    for tick in ticks:
        with memoryview(tick) as view:
            position, end = 0, len(tick)
            while position < end:
                _, channel, length, _, _, _, _, _, head, _ = unpack(view, position)
                stop = position + 4 + length
                sinks[channel] += view[position + (18 if head & 0x1F == 28 else 16) : stop]
                position = stop
        sinks[0].clear()
        sinks[2].clear()


def receive(ticks: list[bytes], codec: str) -> None:
    """What the recorder does, with a take every half second."""
    notes, alignment = Notes(), Alignment()
    receiver = Receiver(notes, 1)
    receiver.attach(0, make_track("video", codec, 90_000, notes, alignment), {96})
    receiver.attach(2, make_track("audio", "PCMA", 8_000, notes, alignment), {8})
    for number, tick in enumerate(ticks):
        receiver.feed(tick, 0, len(tick), int(number * TICK_S * 1_000_000))
        if number % 5 == 4:
            for track in receiver.tracks:
                track.take()
    if notes.all():
        raise SystemExit(f"the stream is not clean: {notes.all()}")


def best(work: Callable[[], None], rounds: int = 5) -> float:
    """Seconds of processor time of the quickest round."""
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def main() -> None:
    for codec in sys.argv[1:] or ("H264", "H265"):
        ticks, packets = stream(codec)
        bare = best(lambda ticks=ticks: floor(ticks)) / packets * 1e6  # type: ignore[misc]
        ours = best(lambda ticks=ticks, codec=codec: receive(ticks, codec)) / packets * 1e6  # type: ignore[misc]
        print(f"receive.{codec.lower()}_us_per_packet: {ours:.2f}")
        print(f"receive.{codec.lower()}_floor_us_per_packet: {bare:.2f}")
        per_second = packets / SECONDS * 100 * ours / 1000
        print(f"receive.{codec.lower()}_ms_per_second_of_100_cameras: {per_second:.1f}")


if __name__ == "__main__":
    main()

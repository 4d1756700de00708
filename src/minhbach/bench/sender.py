"""Sends one tape to many viewers from one thread, so cheaply that the receiver is what a bench measures.

Promises: every viewer gets the same bytes, from a key frame on, as long as the same interleaved channels are asked
for; each frame is packed once, at key frames with the sender reports. A picture leaves in one piece, the kindest way
for a receiver that wakes up for whatever comes; sound leaves packet by packet in its own time, since no camera holds
it back for the next picture. Viewers are spread evenly over the GOP and over the frame (the path decides), since real
cameras are not in step. A viewer who
does not read is cut off after `BACKLOG_BYTES`, and counted.
"""

from __future__ import annotations

import re
import select
import selectors
import socket
import time
from collections import deque
from dataclasses import dataclass
from typing import IO

from minhbach.bench.tape import FRAMES_PER_S, SOUND_RATE, Tape
from minhbach.demo import describe, packets
from minhbach.demo.dialog import Dialog, Offer

BACKLOG_BYTES = 8_000_000
SLOTS = 5  # turns per frame
_SOUND_TURNS = (1, 2, 4)  # turns after its picture at which a viewer hears: about every 20 ms
_SPREAD_FRAMES = 30
_SOUND_SAMPLES = 160
_FRAME_TICKS = 90_000 // FRAMES_PER_S
_SESSION_S = 60
_RECEIVE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame ready to send, and the sound of its time in as many pieces as there are turns for it."""

    key: bool
    picture: bytes
    sound: tuple[bytes, ...]


class Player:
    """The tape as an endless RTP stream: frame after frame, packed once, the last `_SPREAD_FRAMES` kept."""

    def __init__(self, tape: Tape, start_wall_us: int) -> None:
        self._tape = tape
        self._payloads = [packets.h264_payloads(frame.units) for frame in tape.frames]
        self._video = packets.RtpTrack(0, 96, 0x4D420001, 1000)
        self._sound = packets.RtpTrack(2, 8, 0x4D420002, 2000)
        self._start_wall_us = start_wall_us
        self._index = 0
        self._heard = 0
        self.recent: deque[Moment] = deque(maxlen=_SPREAD_FRAMES + 1)  # the newest first

    def advance(self) -> None:
        """Pack the next frame, and the sound that is captured until the one behind it."""
        index = self._index
        frame = index % len(self._payloads)
        parts: list[bytes] = []
        if self._tape.frames[frame].key:
            parts += self._reports(index)
        parts.append(self._video.pack(self._payloads[frame], index * _FRAME_TICKS))
        sounds: list[bytes] = []
        while (self._heard + _SOUND_SAMPLES) * FRAMES_PER_S <= index * SOUND_RATE:
            sounds.append(self._sound_packet())
        last = len(_SOUND_TURNS) - 1
        sound = (*sounds[:last], b"".join(sounds[last:]))
        self.recent.appendleft(Moment(self._tape.frames[frame].key, b"".join(parts), sound))
        self._index += 1

    def _sound_packet(self) -> bytes:
        at = self._heard % len(self._tape.sound)
        packet = self._sound.pack([self._tape.sound[at : at + _SOUND_SAMPLES]], self._heard)
        self._heard += _SOUND_SAMPLES
        return packet

    def _reports(self, index: int) -> tuple[bytes, bytes]:
        wall_us = self._start_wall_us + index * 1_000_000 // FRAMES_PER_S
        sound_time = index * SOUND_RATE // FRAMES_PER_S
        video = self._video.sender_report(wall_us, index * _FRAME_TICKS)
        return video, self._sound.sender_report(wall_us, sound_time)


class Sender:
    """Listens on loopback and serves `cameras` paths, `camera0` upwards."""

    def __init__(self, tape: Tape, cameras: int) -> None:
        lines = (describe.h264_lines(96, tape.sets), describe.g711_lines("alaw", SOUND_RATE))
        sdp = describe.presentation("bench", lines, 1)
        self._offers = {f"camera{index}": Offer(sdp, len(lines), None) for index in range(cameras)}
        self._cameras = cameras
        self._player = Player(tape, time.time_ns() // 1000)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._listener.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._clients: list[_Client] = []
        self._slots: list[list[_Client]] = [[] for _ in range(SLOTS)]
        self.port: int = self._listener.getsockname()[1]
        self.cut_off = 0

    def run(self, parent: IO[bytes]) -> None:
        """Serve until `parent` closes its end, which is also what its death does."""
        start = time.monotonic()
        turn = 0
        while turn % (SLOTS * FRAMES_PER_S) or not _closed(parent):  # asked once per second
            if turn % SLOTS == 0:
                self._player.advance()
            self._send_slot(turn % SLOTS)
            for piece, behind in enumerate(_SOUND_TURNS):
                self._send_sound(turn % SLOTS, piece, behind)
            if turn % SLOTS == 0:
                self._listen_to_playing(turn // SLOTS)
            turn += 1
            self._serve_until(start + turn / (SLOTS * FRAMES_PER_S))
        self._hang_up()

    def _send_slot(self, slot: int) -> None:
        recent = self._player.recent
        for client in tuple(self._slots[slot]):
            if client.delay_frames >= len(recent):
                continue
            moment = recent[client.delay_frames]
            self._send(client, moment.key, moment.picture)

    def _send_sound(self, turn: int, piece: int, behind: int) -> None:
        """Piece ``piece`` of the sound to the viewers whose picture left ``behind`` turns ago."""
        recent = self._player.recent
        earlier = turn < behind
        for client in tuple(self._slots[(turn - behind) % SLOTS]):
            if client.delay_frames + earlier < len(recent):
                sound = recent[client.delay_frames + earlier].sound
                if piece < len(sound) and sound[piece]:
                    self._send(client, False, sound[piece])

    def _send(self, client: _Client, key: bool, framed: bytes) -> None:
        if not client.send(key, framed):
            self.cut_off += client.too_slow
            self._drop(client)

    def _serve_until(self, due: float) -> None:
        while (rest := due - time.monotonic()) > 0:
            for ready, _ in self._selector.select(rest):
                if ready.data is None:
                    self._accept()
                else:
                    self._talk(ready.data)

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        client = _Client(connection, Dialog(self._offers, None, _SESSION_S, _mono_us()))
        self._clients.append(client)
        self._selector.register(connection, selectors.EVENT_READ, client)

    def _talk(self, client: _Client) -> None:
        if not client.listen():
            self._drop(client)
        elif client.dialog.playing and client.slot is None:
            # Receiver reports of a hundred viewers need no wake-up each: they are read once per second.
            self._selector.unregister(client.connection)
            number = int(re.sub(r"\D", "", client.dialog.path))
            client.slot = number % SLOTS
            client.delay_frames = number * _SPREAD_FRAMES // self._cameras
            self._slots[client.slot].append(client)

    def _listen_to_playing(self, frame: int) -> None:
        for client in tuple(self._clients)[frame % FRAMES_PER_S :: FRAMES_PER_S]:
            if client.slot is not None and not client.listen():
                self._drop(client)

    def _hang_up(self) -> None:
        for client in tuple(self._clients):
            self._drop(client)
        self._selector.close()
        self._listener.close()

    def _drop(self, client: _Client) -> None:
        self._clients.remove(client)
        if client.slot is None:
            self._selector.unregister(client.connection)
        else:
            self._slots[client.slot].remove(client)
        client.connection.close()


class _Client:
    def __init__(self, connection: socket.socket, dialog: Dialog) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.connection = connection
        self.dialog = dialog
        self.slot: int | None = None
        self.delay_frames = 0
        self.too_slow = False
        self._started = False
        self._rest = bytearray()

    def send(self, key: bool, framed: bytes) -> bool:
        """False when the viewer is gone or too slow."""
        if not self._started:
            if not key:
                return True
            self._started = True
        if self._rest:
            self._rest += framed
            return self._send_rest()
        sent = self._try(framed)
        if 0 <= sent < len(framed):
            self._rest += memoryview(framed)[sent:]
        return sent >= 0

    def listen(self) -> bool:
        """Read and answer what the viewer asks; False when it is gone."""
        try:
            data = self.connection.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return not self.dialog.expired(_mono_us())
        except OSError:
            return False
        self._rest += self.dialog.receive(data, _mono_us())
        return bool(data) and self._send_rest() and not self.dialog.closed

    def _send_rest(self) -> bool:
        sent = self._try(self._rest) if self._rest else 0
        if sent > 0:
            del self._rest[:sent]
        self.too_slow = len(self._rest) > BACKLOG_BYTES
        return sent >= 0 and not self.too_slow

    def _try(self, data: bytes | bytearray) -> int:
        try:
            return self.connection.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            return -1


def _closed(parent: IO[bytes]) -> bool:
    return bool(select.select([parent], [], [], 0)[0]) and not parent.read(1)


def _mono_us() -> int:
    return time.monotonic_ns() // 1000

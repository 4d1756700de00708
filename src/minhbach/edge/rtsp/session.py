"""One RTSP session over one TCP connection, without any I/O: bytes and times in, bytes and a verdict out.

Owns: CSeq and the matching of answers, login, redirects, deadlines, keep-alive, receiver reports, TEARDOWN, the
camera's own requests, and the hand-over of runs of interleaved frames to the receiver (RFC 2326 10.12).

States: IDLE → DIALOG → PLAYING → CLOSING → ENDED; any state → ENDED with `trouble` (one `CameraTrouble`) or
`redirect` (the address to dial next). `receive` never raises for anything a peer sends.

Promises: bounded memory (a message ≤1.1 MiB while it is assembled, early frames ≤256 KiB, unsent bytes ≤64 KiB); the
whole dialog ends within one deadline however slowly the peer drips; no answer to a keep-alive is ever waited for
(A15); what was skipped is counted in `notes`.

Leaves to others: the socket (`connection`), trying again (`link`), packets (`rtp`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from minhbach.edge import faults
from minhbach.edge.rtsp import framing, message, sdp, url
from minhbach.edge.rtsp.auth import Authenticator
from minhbach.edge.rtsp.dialog import Dialog, Question, SetUp
from minhbach.edge.rtsp.habits import KEEP_ALIVE_LADDER, Habits

USER_AGENT = "MinhBach/1"
MAX_EARLY_BYTES = 256 * 1024
MAX_UNSENT_BYTES = 64 * 1024
MAX_NOISE_BYTES = 1024 * 1024
"""Bytes that are neither message nor frame, since the last good frame."""
MAX_MESSAGES = 200
"""Between two calls of `timer`; a camera in its senses sends a handful."""
_REDIRECTS = frozenset({301, 302, 303, 305, 307, 308})
_SERVED = "OPTIONS, ANNOUNCE, GET_PARAMETER, SET_PARAMETER, REDIRECT, TEARDOWN"


class Receiver(Protocol):
    """What the session needs of the RTP side (`rtp.receiver`)."""

    def feed(self, buffer: message.Buffer, pos: int, end: int, now_us: int) -> int:
        """Run over whole `$` frames in place; return the first position not consumed: an incomplete frame, or a byte
        that starts no frame."""

    def reports(self, now_us: int) -> bytes:
        """Receiver reports that are due now, framed for their RTCP channels; mostly empty. Some cameras want a sign of
        life at least every five seconds (A18)."""

    def foreign(self, data: bytes, now_us: int) -> None:
        """Bytes between frames that nobody understood, for the bounded side log."""

    @property
    def last_media_us(self) -> int | None:
        """Arrival of the newest packet of the track that has been silent longest among those that must not be."""

    @property
    def said_goodbye(self) -> bool:
        """Whether RTCP BYE ended the stream (A56)."""


MakeReceiver = Callable[[Sequence[SetUp], int], Receiver]


class State(Enum):
    """Where a session stands."""

    IDLE = "idle"
    DIALOG = "dialog"
    PLAYING = "playing"
    CLOSING = "closing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Limits:
    """Times of a session, microseconds."""

    dialog_us: int = 10_000_000
    """From `start` to the grant of PLAY, whatever the peer does in between."""
    silence_us: int = 10_000_000
    keep_alive_us: int = 25_000_000
    """The longest pause between keep-alives; half the camera's timeout when that is shorter (A19)."""
    teardown_us: int = 1_000_000


@dataclass(slots=True)
class _Open:
    """A request whose answer is outstanding."""

    question: Question
    signed: bool
    keep_alive: bool


class Session:
    """See the module. `token` yields fresh cnonces; `make_receiver` is called once, when every track is agreed on."""

    def __init__(
        self,
        address: url.CameraUrl,
        credentials: url.Credentials | None,
        *,
        make_receiver: MakeReceiver,
        habits: Habits,
        token: Callable[[], str],
        secure: bool = False,
        limits: Limits | None = None,
    ) -> None:
        self._address = address
        self._make_receiver = make_receiver
        self._habits = habits
        self._limits = limits or Limits()
        self._auth = Authenticator(credentials, habits, secure=secure, token=token)
        self._dialog = Dialog(address, habits)
        self._assembler = message.Assembler()
        self._open: dict[int, _Open] = {}
        self._cseq = 0
        self._unsent = bytearray()
        self._early = bytearray()
        self._heard = False
        self._understood = False
        self._noise_bytes = 0
        self._messages = 0
        self._lost = False
        self._deadline_us = 0
        self._playing_since_us = 0
        self._next_keep_alive_us = 0
        self._keep_alive_errors = 0
        self.state = State.IDLE
        self.receiver: Receiver | None = None
        self.trouble: faults.CameraTrouble | None = None
        self.redirect: url.CameraUrl | None = None
        self.wants_renewal = False
        """Every keep-alive was answered 454 while media flows: a new session should take over (A34)."""
        self.announcements = 0
        """How often the camera announced a new description in mid-stream (A55): each is a change point."""
        self.notes: Counter[str] = self._dialog.notes

    @property
    def description(self) -> sdp.Description | None:
        """What the camera offers, newest; its `text` is evidence (B33)."""
        return self._dialog.description

    @property
    def tracks(self) -> tuple[SetUp, ...]:
        """The agreed tracks."""
        return tuple(self._dialog.tracks)

    @property
    def login(self) -> str:
        """How we logged in: `none`, `basic` or the digest algorithm."""
        return self._auth.used

    def start(self, now_us: int) -> None:
        """Ask the first question; `outgoing` has it."""
        self.state = State.DIALOG
        self._deadline_us = now_us + self._limits.dialog_us
        self._ask(self._dialog.first())

    def outgoing(self) -> bytes:
        """Bytes to send now; each is given once."""
        data = bytes(self._unsent)
        self._unsent.clear()
        return data

    # -- what comes in ------------------------------------------------------------------------------------------

    def receive(self, buffer: message.Buffer, start: int, end: int, now_us: int) -> int:
        """Take `buffer[start:end]`; return the first position to present again with more bytes behind it (at most
        one incomplete frame, so less than 64 KiB + 4 remain)."""
        self._heard = self._heard or end > start
        try:
            return self._run(buffer, start, end, now_us)
        except faults.CameraTrouble as trouble:
            self._end(trouble)
        except message.MessageTooLong as error:
            self._end(faults.CameraTrouble(faults.ANSWER_TOO_LONG, str(error)))
        except message.BadMessage as error:
            self._end(faults.CameraTrouble(faults.NOT_RTSP, str(error)))
        return end

    def _run(self, buffer: message.Buffer, pos: int, end: int, now_us: int) -> int:
        while pos < end and self.state is not State.ENDED:
            before = pos
            if self._assembler.active:
                pos = self._collect(buffer, pos, end, now_us)
            elif self._lost:
                pos = self._search(buffer, pos, end, now_us)
                if not self._lost:
                    continue
            elif buffer[pos] == framing.DOLLAR:
                pos = self._frames(buffer, pos, end, now_us)
            elif buffer[pos] in b"\r\n":
                pos = self._blank(buffer, pos, end)
            else:
                pos = self._other(buffer, pos, end, now_us)
            if pos == before:
                return pos
        return end if self.state is State.ENDED else pos

    def _collect(self, buffer: message.Buffer, pos: int, end: int, now_us: int) -> int:
        try:
            pos = self._assembler.feed(buffer, pos, end)
        except message.BadMessage:
            if self.receiver is None:
                raise
            # In mid-stream this was noise that looked like a message: media goes on behind it.
            self._assembler = message.Assembler()
            return self._skip(buffer, pos, end, now_us)
        whole = self._assembler.take()
        if whole is not None:
            self._messages += 1
            if self._messages > MAX_MESSAGES:
                raise faults.CameraTrouble(faults.PEER_FLOODS)
        if isinstance(whole, message.Response):
            self._understood = True
            self._answered(whole, now_us)
        elif whole is not None:
            self._understood = True
            self._asked(whole)
        return pos

    def _other(self, buffer: message.Buffer, pos: int, end: int, now_us: int) -> int:
        start = framing.classify(buffer, pos, end)
        if start is framing.Start.MESSAGE:
            return self._collect(buffer, pos, end, now_us)
        if start is framing.Start.MORE:
            return pos
        if start is framing.Start.HTTP and not self._understood:
            raise faults.CameraTrouble(faults.SPEAKS_HTTP)
        return self._skip(buffer, pos, end, now_us)

    def _blank(self, buffer: message.Buffer, pos: int, end: int) -> int:
        """Stray line ends between messages are legal (A40); a flood of them is noise."""
        chunk = bytes(buffer[pos : min(end, pos + 4096)])
        count = len(chunk) - len(chunk.lstrip(b"\r\n"))
        self._count_noise(count)
        return pos + count

    def _skip(self, buffer: message.Buffer, pos: int, end: int, now_us: int) -> int:
        """The byte at `pos` starts nothing (A38): from here on only a start with every mark is believed, so that the
        verdict is the same however the bytes are cut."""
        self.notes["resync"] += 1
        self._lost = True
        return self._search(buffer, pos + 1, end, now_us, skipped=pos)

    def _search(self, buffer: message.Buffer, pos: int, end: int, now_us: int, *, skipped: int | None = None) -> int:
        """Leave noise behind, counted; a peer that sends nothing else is no camera."""
        found = framing.find_start(buffer, pos, end, self._channels())
        self._lost = end - found < framing.SURE_BYTES
        begin = pos if skipped is None else skipped
        if found > begin:
            self.notes["skipped_bytes"] += found - begin
            if self.receiver is not None:
                self.receiver.foreign(bytes(buffer[begin:found]), now_us)
            self._count_noise(found - begin)
        return found

    def _count_noise(self, count: int) -> None:
        self._noise_bytes += count
        if self._noise_bytes > (MAX_NOISE_BYTES if self._understood else message.MAX_HEAD_BYTES):
            raise faults.CameraTrouble(faults.STREAM_BROKEN if self._understood else faults.NOT_RTSP)

    def _channels(self) -> frozenset[int] | None:
        return frozenset(c for t in self._dialog.tracks for c in (t.rtp_channel, t.rtcp_channel)) or None

    def _frames(self, buffer: message.Buffer, pos: int, end: int, now_us: int) -> int:
        if self.receiver is None:
            return self._early_frame(buffer, pos, end)
        after = self.receiver.feed(buffer, pos, end, now_us)
        if after > pos:
            self._noise_bytes = 0
        elif end - pos >= 4 and pos + 4 + (buffer[pos + 2] << 8 | buffer[pos + 3]) <= end:
            # The receiver refuses a whole frame: the `$` was noise.
            return self._skip(buffer, pos, end, now_us)
        return after

    def _early_frame(self, buffer: message.Buffer, pos: int, end: int) -> int:
        """A frame before PLAY is granted is legal (A39): kept for the receiver. Before any SETUP it belongs to an old
        session (A37) and is only counted."""
        if end - pos < 4:
            return pos
        after = pos + 4 + (buffer[pos + 2] << 8 | buffer[pos + 3])
        if after > end:
            return pos
        fits = len(self._early) + after - pos <= MAX_EARLY_BYTES
        if self._dialog.tracks and fits:
            self._early += buffer[pos:after]
        else:
            self.notes["early_frame_dropped" if self._dialog.tracks else "frame_before_setup"] += 1
        return after

    # -- answers ------------------------------------------------------------------------------------------------

    def _answered(self, response: message.Response, now_us: int) -> None:
        if response.status < 200:
            return
        opened = self._match(response)
        if opened is None:
            self.notes["answer_to_nothing"] += 1
            return
        question = opened.question
        if question.method == "TEARDOWN":
            self.state = State.ENDED
        elif response.status == 401:
            self._sign_again(opened, response)
        else:
            if opened.signed:
                self._auth.accepted()
            if opened.keep_alive:
                self._keep_alive_answered(response, now_us)
            elif response.status in _REDIRECTS:
                self._redirected(response.headers.get("location"))
            else:
                self._go_on(question, response, now_us)

    def _match(self, response: message.Response) -> _Open | None:
        """The open request that this answers. Cameras leave CSeq out (A61) or repeat an old one in errors (A11): with
        one request open an answer without its number is still its answer."""
        number = response.headers.number("cseq")
        if number is not None and number in self._open:
            return self._open.pop(number)
        guess = number is None or response.status >= 300 or self.state is State.DIALOG
        if len(self._open) == 1 and guess:
            self.notes["cseq_wrong"] += 1
            return self._open.popitem()[1]
        return None

    def _sign_again(self, opened: _Open, response: message.Response) -> None:
        self._auth.challenged(response.headers.all("www-authenticate"), signed=opened.signed)
        self.notes[f"login_{self._auth.used.lower()}"] += 1
        self._ask(opened.question, keep_alive=opened.keep_alive)

    def _go_on(self, question: Question, response: message.Response, now_us: int) -> None:
        following = self._dialog.answered(question, response)
        if following is not None:
            self._ask(following)
            return
        self.state = State.PLAYING
        self._playing_since_us = now_us
        self._next_keep_alive_us = now_us + self._keep_alive_pause_us()
        self.receiver = self._make_receiver(self.tracks, now_us)
        early, self._early = self._early, bytearray()
        if early:
            self.notes["early_frames"] += 1
            self.receiver.feed(early, 0, len(early), now_us)

    def _redirected(self, location: str | None) -> None:
        target = url.follow(location or "", self._address)
        if target is None:
            raise faults.CameraTrouble(faults.CAMERA_ERROR, "redirect without a usable address")
        self.notes["redirected"] += 1
        self.redirect = target
        self._teardown()
        self.state = State.ENDED

    def _keep_alive_answered(self, response: message.Response, now_us: int) -> None:
        if response.status < 300:
            self._keep_alive_errors = 0
            return
        self.notes[f"keep_alive_{response.status}"] += 1
        self._habits.another_keep_alive()
        self._keep_alive_errors += 1
        if self._keep_alive_errors < len(KEEP_ALIVE_LADDER):
            self._next_keep_alive_us = min(self._next_keep_alive_us, now_us + 1_000_000)
        elif response.status == 454:
            self.wants_renewal = True

    # -- what the camera asks -----------------------------------------------------------------------------------

    def _asked(self, request: message.Request) -> None:
        """Answer a request of the camera with its own CSeq (A55)."""
        self.notes["asked_by_camera"] += 1
        known = request.method in _SERVED.split(", ")
        fields = [("CSeq", request.headers.get("cseq") or "0")]
        if request.method == "OPTIONS":
            fields.append(("Public", _SERVED))
        self._send(message.write_response(200 if known else 501, "OK" if known else "Not Implemented", fields))
        if request.method == "ANNOUNCE":
            self._announced(request.body)
        elif request.method == "REDIRECT":
            self._redirected(request.headers.get("location"))
        elif request.method == "TEARDOWN":
            raise faults.CameraTrouble(faults.STREAM_ENDED)

    def _announced(self, body: bytes) -> None:
        self.announcements += 1
        try:
            self._dialog.description = sdp.parse(body)
        except sdp.BadDescription:
            self.notes["announce_not_understood"] += 1

    # -- what goes out ------------------------------------------------------------------------------------------

    def _ask(self, question: Question, *, keep_alive: bool = False) -> None:
        self._cseq += 1
        fields = [("CSeq", str(self._cseq)), ("User-Agent", USER_AGENT), *question.headers]
        if self._dialog.session_id is not None:
            fields.append(("Session", self._dialog.session_id))
        authorization = self._auth.authorization(question.method, question.target)
        if authorization is not None:
            fields.append(("Authorization", authorization))
        self._open[self._cseq] = _Open(question, authorization is not None, keep_alive)
        self._send(message.write_request(question.method, question.target, fields))

    def _send(self, data: bytes) -> None:
        if len(self._unsent) + len(data) > MAX_UNSENT_BYTES:
            raise faults.CameraTrouble(faults.PEER_FLOODS)
        self._unsent += data

    # -- time ---------------------------------------------------------------------------------------------------

    def timer(self, now_us: int) -> None:
        """To be called at least every second: deadlines, keep-alive, reports, silence."""
        self._messages = 0
        try:
            if self.state is State.DIALOG and now_us >= self._deadline_us:
                raise faults.CameraTrouble(self._late_fault())
            if self.state is State.CLOSING and now_us >= self._deadline_us:
                self.state = State.ENDED
            if self.state is State.PLAYING and self.receiver is not None:
                self._while_playing(self.receiver, now_us)
        except faults.CameraTrouble as trouble:
            self._end(trouble)

    def _late_fault(self) -> faults.Fault:
        if not self._heard:
            return faults.ACCEPTED_SILENT
        return faults.TOO_SLOW if self._understood or self._assembler.active else faults.NOT_RTSP

    def _while_playing(self, receiver: Receiver, now_us: int) -> None:
        if receiver.said_goodbye:
            raise faults.CameraTrouble(faults.STREAM_ENDED)
        last_us = receiver.last_media_us
        if now_us - max(self._playing_since_us, last_us or 0) >= self._limits.silence_us:
            # Some cameras send nothing until every track is set up (A52): the next session tries that.
            self._habits.all_tracks = last_us is None
            raise faults.CameraTrouble(faults.STREAM_SILENT)
        self._send(receiver.reports(now_us))
        if now_us >= self._next_keep_alive_us:
            self._next_keep_alive_us = now_us + self._keep_alive_pause_us()
            self._keep_alive()

    def _keep_alive_pause_us(self) -> int:
        return max(1_000_000, min(self._dialog.timeout_us // 2, self._limits.keep_alive_us))

    def _keep_alive(self) -> None:
        unanswered = [number for number, opened in self._open.items() if opened.keep_alive]
        if unanswered:
            del self._open[unanswered[0]]
            self.notes["keep_alive_unanswered"] += 1
            self._habits.another_keep_alive()
        self._ask(Question(self._habits.keep_alive_method, self._dialog.control_url), keep_alive=True)

    # -- the end ------------------------------------------------------------------------------------------------

    def close(self, now_us: int) -> None:
        """Say TEARDOWN and wait for its answer at most `teardown_us`; media still flows to the receiver meanwhile."""
        if self.state not in (State.DIALOG, State.PLAYING):
            self.state = State.ENDED
            return
        self._deadline_us = now_us + self._limits.teardown_us
        self.state = State.CLOSING if self._teardown() else State.ENDED

    def give_up(self, trouble: faults.CameraTrouble) -> None:
        """The media is of no use: end with `trouble`."""
        if self.state is not State.ENDED:
            self._end(trouble)

    def eof(self, now_us: int) -> None:
        """The peer closed the connection, or it broke."""
        if self.state is State.PLAYING:
            played_us, timeout_us = now_us - self._playing_since_us, self._dialog.timeout_us
            if abs(played_us - timeout_us) < timeout_us // 6:
                # Cut when its timer ran out: what we take for a keep-alive is none (A13).
                self.notes["cut_at_timeout"] += 1
                self._habits.another_keep_alive()
            self.trouble = faults.CameraTrouble(faults.STREAM_BROKEN)
        elif self.state in (State.DIALOG, State.IDLE):
            self.trouble = faults.CameraTrouble(faults.CLOSED_EARLY)
        self.state = State.ENDED

    def _end(self, trouble: faults.CameraTrouble) -> None:
        self.trouble = trouble
        self._teardown()
        self.state = State.ENDED

    def _teardown(self) -> bool:
        """Ask the camera to free the session, best effort: an abandoned one keeps sending to strangers (A37)."""
        if self._dialog.session_id is None or len(self._unsent) > MAX_UNSENT_BYTES // 2:
            return False
        self._open.clear()
        self._ask(Question("TEARDOWN", self._dialog.control_url))
        return True

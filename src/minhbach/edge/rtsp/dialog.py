"""The questions from OPTIONS to PLAY, and which one follows which answer.

Owns: the order OPTIONS → DESCRIBE → SETUP of every receivable media → PLAY, the alternatives after a refusal (other
URL form, other channels), and what was agreed: tracks with their channels, session id, timeout.

Promises: no I/O, no clock, no memory of bytes; each question is asked a bounded number of times, so the dialog ends;
one media that cannot be set up costs only itself; `Require` and `mode=` are never sent (A51, A54); `unicast` always
(A49).

Leaves to others: CSeq, login, redirects, deadlines and keep-alive (`session`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from minhbach.edge import faults
from minhbach.edge.rtsp import headers, sdp, url
from minhbach.edge.rtsp.habits import Habits
from minhbach.edge.rtsp.message import Response

_OTHER_FORM = frozenset({400, 404, 459, 460})
"""Statuses after which the other form of the same URL is worth one try (A30)."""
_BUSY = frozenset({453, 503})


@dataclass(frozen=True, slots=True)
class Question:
    """One request without what every request carries (CSeq, Session, Authorization, User-Agent)."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SetUp:
    """A media the camera agreed to send: its RTP and RTCP channel on this connection."""

    media: sdp.Media
    rtp_channel: int
    rtcp_channel: int
    ssrc_hint: int | None


@dataclass(slots=True)
class _Plan:
    """A media still to be agreed on: URLs not yet tried, and the pair of channels asked for."""

    media: sdp.Media
    urls: list[str]
    channels: tuple[int, int] = (0, 1)
    asked_again: bool = False


class Dialog:
    """One dialog. `first` gives the first question; `answered` takes each answer and gives the next, None when the
    camera plays. Raises CameraTrouble from `answered`."""

    def __init__(self, address: url.CameraUrl, habits: Habits) -> None:
        self._address = address
        self._habits = habits
        self._base = address.text
        self._plans: list[_Plan] = []
        self._play_urls: list[str] = []
        self._refusal = ""
        self._tcp_refused = False
        self.notes: Counter[str] = Counter()
        self.description: sdp.Description | None = None
        self.tracks: list[SetUp] = []
        self.session_id: str | None = None
        self.timeout_us = headers.DEFAULT_TIMEOUT_US
        self.control_url = address.text
        """The URL of the whole presentation, for PLAY, keep-alive and TEARDOWN."""

    def first(self) -> Question:
        """OPTIONS first: some cameras close the connection on a DESCRIBE that comes before it (A64)."""
        return Question("OPTIONS", self._address.text)

    def answered(self, question: Question, response: Response) -> Question | None:
        """The next question; None once PLAY is granted. `response` is neither 401 nor a redirect."""
        step: Callable[[Question, Response], Question | None] = {
            "OPTIONS": self._after_options,
            "DESCRIBE": self._after_describe,
            "SETUP": self._after_setup,
            "PLAY": self._after_play,
        }[question.method]
        if response.status in _BUSY:
            raise faults.CameraTrouble(faults.TOO_MANY_VIEWERS, _status(response))
        if response.status == 403:
            raise faults.CameraTrouble(faults.ACCESS_FORBIDDEN, _status(response))
        return step(question, response)

    def _after_options(self, question: Question, response: Response) -> Question:
        """Whatever came: `Public` is a hint (A12), a Session in it means nothing (A21), a refusal harms nobody."""
        return Question("DESCRIBE", self._address.text, (("Accept", "application/sdp"),))

    def _after_describe(self, question: Question, response: Response) -> Question:
        if response.status != 200:
            raise faults.CameraTrouble(_describe_fault(response.status), _status(response))
        try:
            self.description = sdp.parse(response.body)
        except sdp.BadDescription:
            fault = faults.BAD_DESCRIPTION if response.body.strip() else faults.NO_TRACKS
            raise faults.CameraTrouble(fault, f"{len(response.body)} bytes") from None
        self.notes.update(self.description.notes)
        self._plan(self.description, response)
        return self._next_setup()

    def _plan(self, description: sdp.Description, response: Response) -> None:
        answered = response.headers.get("content-base") or response.headers.get("content-location")
        self._base = url.base_of(answered, self._address)
        if answered and self._base != url.strip_userinfo(answered):
            self.notes["base_repaired"] += 1
        wanted = description.media if self._habits.all_tracks else sdp.receivable(description)
        if not sdp.receivable(description):
            raise faults.CameraTrouble(_nothing_fault(description), sdp.offered(description))
        self._plans = [_Plan(m, list(url.candidates(self._base, m.control, self._address))) for m in wanted]
        self._play_urls = list(url.candidates(self._base, description.control, self._address))

    def _next_setup(self) -> Question:
        if self._plans:
            plan = self._plans[0]
            plan.channels = self._free_channels(plan.channels[1] + 1 if plan.asked_again else 0)
            first, second = plan.channels
            transport = ("Transport", f"RTP/AVP/TCP;unicast;interleaved={first}-{second}")
            return Question("SETUP", plan.urls.pop(0), (transport,))
        if not self.tracks:
            fault = faults.TCP_REFUSED if self._tcp_refused else faults.CAMERA_ERROR
            raise faults.CameraTrouble(faults.WRONG_URL if self._refusal.startswith("404") else fault, self._refusal)
        return self._play()

    def _free_channels(self, start: int) -> tuple[int, int]:
        """The lowest free even pair from `start` on; a second request for one media names another pair than the first,
        since the camera may hold that one for occupied."""
        used = {c for track in self.tracks for c in (track.rtp_channel, track.rtcp_channel)}
        return next(((c, c + 1) for c in range(start, 254, 2) if c not in used and c + 1 not in used), (254, 255))

    def _after_setup(self, question: Question, response: Response) -> Question:
        plan = self._plans[0]
        if response.status in _OTHER_FORM and plan.urls:
            self.notes["setup_other_url"] += 1
            return self._next_setup()
        if response.status != 200:
            self._tcp_refused |= response.status == 461
            return self._give_up(plan, _status(response))
        self._keep_session(response)
        return self._agree(plan, question, response)

    def _agree(self, plan: _Plan, question: Question, response: Response) -> Question:
        """Read the agreed transport. The camera's channels rule (A42); what it leaves out is as asked (A43, A45)."""
        value = response.headers.get("transport")
        answer = headers.parse_transport(value) if value else headers.Transport(None, None, None)
        if value is None:
            self.notes["transport_missing"] += 1
        if answer.tcp is False:
            self._tcp_refused = True
            return self._give_up(plan, "UDP instead of TCP")
        rtp_channel, rtcp_channel = answer.channels or plan.channels
        used = {c for track in self.tracks for c in (track.rtp_channel, track.rtcp_channel)}
        if rtp_channel in used:
            self.notes["channel_clash"] += 1
            if plan.asked_again:
                return self._give_up(plan, "channel already in use")
            plan.asked_again = True
            plan.urls.insert(0, question.target)
            return self._next_setup()
        if (rtp_channel, rtcp_channel) != plan.channels:
            self.notes["channels_chosen_by_camera"] += 1
        self.tracks.append(SetUp(plan.media, rtp_channel, rtcp_channel, answer.ssrc))
        self._plans.pop(0)
        return self._next_setup()

    def _give_up(self, plan: _Plan, why: str) -> Question:
        self.notes["track_refused"] += 1
        self._refusal = why
        self._plans.pop(0)
        return self._next_setup()

    def _play(self) -> Question:
        self.control_url = self._play_urls.pop(0)
        return Question("PLAY", self.control_url, (("Range", "npt=0.000-"),))

    def _after_play(self, question: Question, response: Response) -> Question | None:
        if response.status in _OTHER_FORM and self._play_urls:
            self.notes["play_other_url"] += 1
            return self._play()
        if response.status != 200:
            fault = faults.WRONG_URL if response.status == 404 else faults.CAMERA_ERROR
            raise faults.CameraTrouble(fault, _status(response))
        self._keep_session(response)
        return None

    def _keep_session(self, response: Response) -> None:
        """The first id stays (A20); the newest timeout wins (A19)."""
        value = response.headers.get("session")
        if value is None:
            return
        session = headers.parse_session(value)
        if self.session_id is None:
            self.session_id = session.identity
        elif session.identity != self.session_id:
            self.notes["other_session_id"] += 1
        if session.timeout_us is not None:
            self.timeout_us = session.timeout_us


def _describe_fault(status: int) -> faults.Fault:
    return faults.WRONG_URL if status in (404, 410, 415, 454, 459) else faults.CAMERA_ERROR


def _nothing_fault(description: sdp.Description) -> faults.Fault:
    seen = any(media.kind in ("video", "audio") for media in description.media)
    return faults.UNSUPPORTED_CODEC if seen else faults.NO_TRACKS


def _status(response: Response) -> str:
    """`404 Not Found`; the reason is the camera's text, so it is cut and shown without secrets."""
    return url.redact(f"{response.status} {response.reason}".strip()[:120])

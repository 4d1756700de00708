"""This recorder's end of a line: its own subjects, without having to name itself each time.

Owns nothing but the recorder's UUID in front of every verb. A recorder has two of these: one for control and bulk, one
for live pictures, so that a playback in full flow delays no live picture. Leaves dialling to ``protocol.line``.
"""

from __future__ import annotations

from minhbach.edge.uplink.enrolment import Enrolment
from minhbach.protocol import subjects
from minhbach.protocol.line import Handler, Line


class Connection:
    """``line`` is there for what needs it directly: its state, its backlog, answers in many parts."""

    def __init__(self, enrolment: Enrolment, purpose: str) -> None:
        self.recorder = enrolment.recorder
        self.line = Line(enrolment.access, f"recorder {enrolment.recorder} {purpose}")

    async def serve(self, verb: str, handler: Handler, *, at_once: bool = False) -> None:
        """Answer what the centre asks under a verb of ``subjects``; see ``Line.serve``."""
        await self.line.serve(subjects.down(self.recorder, verb), handler, at_once=at_once)

    async def tell(self, verb: str, data: bytes) -> None:
        """Say something to the centre. Raises LineDown."""
        await self.line.publish(subjects.up(self.recorder, verb), data)

    async def ask(self, verb: str, data: bytes, timeout_s: float) -> bytes:
        """Ask the centre. Raises LineError."""
        return await self.line.ask(subjects.up(self.recorder, verb), data, timeout_s)

    async def send_live(self, data: bytes, *channel: str) -> None:
        """Publish footage on ``live.<recorder>.<channel>…``. Raises LineDown."""
        await self.line.publish(subjects.live(self.recorder, *channel), data)

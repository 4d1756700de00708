"""From what the camera agreed to send to the receiver that takes it: the one place where `rtsp` makes `rtp` objects.

Owns the choice of the codec of each agreed media and the names of its tracks (`video`, `audio`; `video-2`, … when a
camera sends several pictures). Promises that a media we cannot record never costs the others: its channel stays without
a track, so its frames are only counted. Leaves everything that a packet holds to `rtp`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from minhbach.edge.rtp.factory import make_track
from minhbach.edge.rtp.notes import Notes
from minhbach.edge.rtp.receiver import Receiver
from minhbach.edge.rtp.timeline import Alignment
from minhbach.edge.rtp.track import Track
from minhbach.edge.rtsp import sdp
from minhbach.edge.rtsp.dialog import SetUp
from minhbach.edge.rtsp.parameter_sets import audio_config, parameter_sets


def make_receiver(tracks: Sequence[SetUp], now_us: int) -> Receiver:
    """The receiver of a session: one RTP track per agreed media that can be recorded, aligned with each other."""
    notes = Notes()
    receiver = Receiver(notes)
    alignment = Alignment()
    numbers: Counter[str] = Counter()
    for track in tracks:
        chosen = next((form for form in track.media.formats if form.encoding in sdp.VIDEO | sdp.AUDIO), None)
        if chosen is None:
            continue
        numbers[track.media.kind] += 1
        number = numbers[track.media.kind]
        name = track.media.kind if number == 1 else f"{track.media.kind}-{number}"
        types = [form.payload_type for form in track.media.formats if form.encoding == chosen.encoding]
        made = _make_track(name, chosen, notes, alignment)
        receiver.attach(track.rtp_channel, made, types, track.rtcp_channel)
    return receiver


def _make_track(name: str, chosen: sdp.Format, notes: Notes, alignment: Alignment) -> Track:
    return make_track(
        "video" if chosen.encoding in sdp.VIDEO else "audio",
        chosen.encoding,
        chosen.clock_hz,
        notes,
        alignment,
        name=name,
        fmtp=chosen.fmtp,
        channels=chosen.channels,
        sets=parameter_sets(chosen),
        asc=audio_config(chosen),
    )

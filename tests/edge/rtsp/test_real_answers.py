"""What real cameras answered, byte for byte, from the folder in MINHBACH_SDP_DIR (never part of this repository).

When the variable is not set its absence is printed once at the end (`conftest`); scripted answers of our own cover
every kind of oddity in these files, so nothing rests on them alone.
"""

import os
from pathlib import Path

import pytest

from minhbach.edge.rtsp import headers, message, sdp
from minhbach.edge.rtsp.auth import parse_challenges
from minhbach.edge.rtsp.parameter_sets import audio_config, parameter_sets
from minhbach.fmp4 import VideoConfig
from tests.edge.rtsp.scripted import PLAIN, ScriptedCamera, new_session, playing

FOLDER = os.environ.get("MINHBACH_SDP_DIR", "")
NAMES = sorted(path.name for path in Path(FOLDER).glob("*.txt")) if FOLDER else []
DESCRIBED = [name for name in NAMES if name.endswith(("_describe.txt", "_sdp.txt")) or "describe" in name]


def content(name: str) -> bytes:
    return (Path(FOLDER) / name).read_bytes()


def of(names: list[str]):
    """Parametrize over files; without the folder the one case `None` runs and proves only that it is absent."""
    return pytest.mark.parametrize("name", names or [None])


def assembled(raw: bytes) -> message.Response:
    assembler = message.Assembler()
    assert assembler.feed(raw, 0, len(raw)) == len(raw)
    whole = assembler.take()
    assert isinstance(whole, message.Response)
    return whole


def body_of(name: str) -> bytes:
    return content(name) if name.endswith("_sdp.txt") else assembled(content(name)).body


@of([name for name in NAMES if not name.endswith("_sdp.txt")])
def test_every_answer_is_assembled_the_same_at_every_cut(name):
    if name is None:
        assert FOLDER == ""
        return
    raw = content(name)
    whole = assembled(raw)
    assert whole.status in (200, 401)
    for cut in range(1, len(raw)):
        assembler = message.Assembler()
        assembler.feed(raw, 0, cut)
        if assembler.active:
            assembler.feed(raw, cut, len(raw))
        assert assembler.take() == whole, cut


@of(DESCRIBED)
def test_every_description_offers_tracks_whose_sets_are_complete_and_parse(name):
    if name is None:
        assert FOLDER == ""
        return
    description = sdp.parse(body_of(name))
    media = sdp.receivable(description)
    video = [m for m in media if m.kind == "video"]
    assert len(video) == 1
    chosen = video[0].formats[0]
    sets = parameter_sets(chosen)
    assert len(sets) == (3 if chosen.encoding == "H265" else 2)
    config = VideoConfig.from_sets("h265" if chosen.encoding == "H265" else "h264", sets, in_band=False)
    assert config.width >= 320
    assert config.height >= 176
    assert all(m.kind in ("video", "audio") for m in media)
    for audio in (m.formats[0] for m in media if m.kind == "audio"):
        assert audio.encoding in ("PCMA", "PCMU") or len(audio_config(audio)) >= 2


@of(DESCRIBED)
def test_every_description_leads_to_play_on_our_own_host(name):
    if name is None:
        assert FOLDER == ""
        return
    body = body_of(name)
    raw = content(name)
    if name.endswith("_sdp.txt"):
        raw = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    camera = playing(session := new_session("rtsp://10.9.8.7/live"), ScriptedCamera({"DESCRIBE": raw}))
    assert all("//10.9.8.7/" in request.target for request in camera.requests)
    assert len(session.tracks) == len(sdp.receivable(sdp.parse(body)))


@of([name for name in NAMES if "setup" in name])
def test_every_setup_answer_gives_a_bare_session_and_its_transport(name):
    if name is None:
        assert FOLDER == ""
        return
    response = assembled(content(name))
    session = headers.parse_session(response.headers.get("session") or "")
    assert session.identity.isalnum()
    transport = headers.parse_transport(response.headers.get("transport") or "")
    assert transport.channels == ((0, 1) if transport.tcp else None)


@of([name for name in NAMES if "play" in name or "rtptime" in name])
def test_every_play_answer_starts_the_media(name):
    if name is None:
        assert FOLDER == ""
        return
    head = content(name).decode("latin-1")
    number = assembled(content(name)).headers.get("cseq")
    script = {"PLAY": head.replace(f"CSeq: {number}", "CSeq: {cseq}")}
    playing(new_session(), ScriptedCamera({**PLAIN, **script}))


@of([name for name in NAMES if "unauthorized" in name])
def test_every_refusal_offers_a_challenge_we_can_answer(name):
    if name is None:
        assert FOLDER == ""
        return
    response = assembled(content(name))
    assert any(challenge.answerable for challenge in parse_challenges(response.headers.all("www-authenticate")))

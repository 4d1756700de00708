"""Whoever sits on the fabric, or in the centre's place, without its keys: a recorder gives him nothing and goes on."""

import dataclasses
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach import lease as leases
from minhbach.demo.camera import SimulatedCamera
from minhbach.demo.hosting import hosted
from minhbach.demo.spec import CameraSpec, StreamSpec
from minhbach.edge.uplink.offering import COSIGNED
from minhbach.engines import nats
from minhbach.lease import Lease
from minhbach.ledger import checkpoint, note
from minhbach.protocol import signed, subjects
from minhbach.protocol.line import LineError
from minhbach.protocol.messages import CONFIGURE, CameraOrder, Configuration, CosignedHead, Token
from tests.centre.footage.lines import Fabric
from tests.end_to_end import footage
from tests.end_to_end.told import Told

S = 1_000_000
SMALL = StreamSpec(width=320, height=180, kbit_per_s=80)


@pytest.fixture(scope="module")
def camera() -> Iterator[SimulatedCamera]:
    with hosted([CameraSpec("a", streams=(SMALL,))]) as (camera,):
        yield camera


@pytest.fixture(scope="module")
def told(camera: SimulatedCamera, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """One recorder for all tests of this module: what they do to it must leave it as it was."""
    with Told(tmp_path_factory.mktemp("told")) as told:
        told.configure(told.order("quay", camera))
        told.until(lambda: "quay: đang ghi" in told.log.read_text("utf-8"))
        yield told


def viewings(told: Told) -> int:
    return len(footage.of_kind(told.archive, "viewing"))


def spoiled(lease: Lease, told: Told, **changes: Any) -> str:
    """A lease that says something else than what the centre signed."""
    signature = told.token(lease).partition(".")[2]
    other, _, _ = told.token(dataclasses.replace(lease, **changes)).partition(".")
    return f"{other}.{signature}"


WRONG: dict[str, tuple[str, Callable[[Told], str]]] = {
    "another key": ("forged", lambda told: leases.sign(told.lease("quay"), Ed25519PrivateKey.generate())),
    "another camera in it": (
        "forged",
        lambda told: spoiled(told.lease("other"), told, cameras=told.lease("quay").cameras),
    ),
    "of yesterday": (
        "expired",
        lambda told: told.token(told.lease("quay", issued_us=now() - 86_400 * S, expires_us=now() - 86_391 * S)),
    ),
    "of tomorrow": (
        "early",
        lambda told: told.token(told.lease("quay", issued_us=now() + 86_400 * S, expires_us=now() + 86_405 * S)),
    ),
    "for another camera": ("scope", lambda told: told.token(told.lease("other"))),
    "for another recorder": (
        "scope",
        lambda told: told.token(told.lease("quay", cameras=("0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d61/quay",))),
    ),
    "for recorded footage": ("scope", lambda told: told.token(told.lease("quay", "playback", begin_us=1, end_us=2))),
    "a configuration": ("malformed", lambda told: configuration(told)),
    "nothing": ("malformed", lambda told: ""),
    "noise": ("malformed", lambda told: secrets.token_urlsafe(3000)),
    "very much": ("malformed", lambda told: "A" * 20_000),
}


def now() -> int:
    return time.time_ns() // 1000


def configuration(told: Told) -> str:
    """Signed by the very key that signs leases, for another purpose."""
    return signed.sign(CONFIGURE, Configuration(told.recorder, 99, 1, ()), told.fabric.keys.lease)


@pytest.mark.parametrize("wrong", WRONG)
def test_no_token_but_a_lease_of_now_for_this_camera_brings_a_byte_or_an_entry(told: Told, wrong: str) -> None:
    code, token = WRONG[wrong]
    before = viewings(told)
    answer, packets = told.do(told.watch("quay", ("h264",), 0.3, token(told)))
    assert (answer.ok, answer.code, packets) == (False, code, [])
    assert viewings(told) == before


def test_a_lease_that_is_repeated_after_its_end_brings_nothing_more(told: Told) -> None:
    lease = told.lease("quay", expires_us=now() + 2 * S)
    answer, packets = told.watched("quay", ("h264",), 5, lease)
    assert answer.ok
    assert packets
    assert max(each.base_us for each in packets) <= lease.expires_us + S // 2
    answer, packets = told.watched("quay", ("h264",), 1, lease)
    assert (answer.ok, answer.code, packets) == (False, "expired", [])


def test_a_viewing_without_the_right_to_sound_hears_none(told: Told) -> None:
    answer, packets = told.watched("quay", ("h264",), 1.5, told.lease("quay", sound=False))
    assert answer.ok
    assert {each.track for each in packets} == {"picture"}


@pytest.mark.parametrize(
    "change",
    [
        {"picture_days": 0, "sound_days": 0, "minimum_days": -1},
        {"picture_days": 10**6, "sound_days": 10**6},
        {"picture_days": 1, "sound_days": 1, "minimum_days": 15},
        {"intent_lead_hours": -1},
        {"intent_lead_hours": 10**6},
        {"name": "../../etc"},
        {"name": "a" * 5000},
        {"stream": "x/y"},
        {"address": "file:///etc/passwd"},
        {"address": "rtsp://"},
        {"sub_address": "http://10.0.0.1/"},
        {"networks": ()},
        {"networks": ("0.0.0.0/33",)},
        {"credentials": "A" * 10_000},
    ],
)
def test_a_configuration_that_makes_no_sense_changes_nothing_whoever_signed_it(
    told: Told, camera: SimulatedCamera, change: dict[str, Any]
) -> None:
    order = dataclasses.replace(told.order("quay", camera), **change)
    assert refused(told, order)
    assert camera.viewers == 1


def test_a_configuration_of_more_streams_than_a_log_can_name_changes_nothing(
    told: Told, camera: SimulatedCamera
) -> None:
    order = told.order("quay", camera, credentials="")
    assert refused(told, *(dataclasses.replace(order, name=f"c-{number}") for number in range(400)))


def refused(told: Told, *orders: CameraOrder) -> bool:
    document = Configuration(told.recorder, told.serial + 1, now(), orders)
    error = told.refusal(subjects.CONFIGURE, Token(signed.sign(CONFIGURE, document, told.fabric.keys.lease)))
    return bool(error.vi and error.en) and error.vi != error.en


def test_an_older_configuration_is_not_taken_back(told: Told, camera: SimulatedCamera) -> None:
    document = Configuration(told.recorder, told.serial, now(), ())
    told.configure(told.order("quay", camera))
    assert told.refusal(subjects.CONFIGURE, Token(signed.sign(CONFIGURE, document, told.fabric.keys.lease))).en
    assert camera.viewers == 1


def test_a_cosignature_of_somebody_else_is_not_kept(told: Told) -> None:
    folder = next(path for path in (told.archive / "log").iterdir() if path.is_dir())
    told.until((folder / "checkpoint").exists)
    true = (folder / "checkpoint").read_bytes()
    stranger = Ed25519PrivateKey.generate()
    genuine = told.fabric.keys.witness
    forger = note.Signer(
        genuine.verifier.name, stranger.public_key().public_bytes_raw(), stranger.sign, note.WITNESS_KEY
    )
    for cosigned in (true, true + checkpoint.cosign(checkpoint.claimed(true), forger, int(time.time()))):
        assert told.refusal(subjects.COSIGNED, CosignedHead(folder.name, cosigned.decode())).en
    other = dataclasses.replace(checkpoint.claimed(true), root=secrets.token_bytes(32))
    forked = note.with_lines(other.text(), []) + checkpoint.cosign(other, genuine, int(time.time()))
    assert told.refusal(subjects.COSIGNED, CosignedHead(folder.name, forked.decode())).en
    assert not (folder / COSIGNED).exists()


def test_a_flood_of_nonsense_costs_no_recorded_picture_and_when_it_is_over_viewers_are_served(
    told: Told, camera: SimulatedCamera
) -> None:
    """Twenty thousand requests as fast as they go, from a stream process that is no longer ours."""
    began_us = now()

    async def flood() -> None:
        line = told.streaming.bulk
        for number in range(20_000):
            verb = (subjects.PLAY, subjects.STILL, subjects.LIVE)[number % 3]
            await line.publish(subjects.down(told.recorder, verb), b'{"v":1,"x":' + b"1" * 500)
            if number % 200 == 0:
                await line.settled(10)

    told.do(flood())
    told.until(lambda: _is_shown(told))
    gaps = [each for each in footage.of_kind(told.archive, "gap", "quay") if each["end_us"] > began_us]
    assert gaps == []
    assert camera.viewers == 1


def _is_shown(told: Told) -> bool:
    try:
        answer, packets = told.watched("quay", ("h264",), 2)
    except LineError:
        return False
    return answer.ok and len(packets) > 10


def test_whoever_stands_in_the_centres_place_is_told_nothing_and_stands_in_the_log(
    camera: SimulatedCamera, tmp_path: Path
) -> None:
    with Told(tmp_path / "told") as told, Fabric(tmp_path / "other") as other:
        told.configure(told.order("quay", camera))
        port = int(told.fabric.address.rpartition(":")[2])
        told.fabric.cut()
        other.cut()
        impostor = nats.start(other.data / "fabric", "127.0.0.1", port)
        told.until(lambda: "không phải là trung tâm" in told.log.read_text("utf-8"))
        time.sleep(2)
        impostor.server.send_signal(signal.SIGKILL)
        impostor.stop()
        said = (other.data / "fabric" / "nats.log").read_text("utf-8")
        assert "CONNECT" not in said
        told.fabric.mend()
        told.until(lambda: told.log.read_text("utf-8").count("connected to the fabric") >= 4)
        time.sleep(2)
        assert told.stop() == 0
    footage.sound(told.archive)
    faults = [
        (each["code"], each["state"]) for each in footage.of_kind(told.archive, "fault") if each["subject"] == "centre"
    ]
    assert faults == [("other_certificate", "began"), ("other_certificate", "ended")]

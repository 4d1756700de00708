"""A recorder does only what its centre signed for it, nothing older, and keeps no password in clear."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.durable import Files
from minhbach.edge.archive.keys import KeyUnreadable
from minhbach.edge.config import ConfigError, DiskConfig, digest
from minhbach.edge.uplink.orders import CONFIGURATION, SEAL_KEY, OrderRefused, Orders
from minhbach.protocol import signed
from minhbach.protocol.hours import SoundHours, Span
from minhbach.protocol.messages import CONFIGURE, ERASE, HOLD, CameraOrder, Configuration, EraseOrder, HoldOrder
from minhbach.protocol.sealed import seal, seal_login

RECORDER = "0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d60"
OTHER = "0190b6a0-5c1e-7d2a-9f3b-2f1c7e4a8d61"
KEY, STRANGER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
SECRET = "ch3:@lac/Troi"
ORDER = CameraOrder(
    name="quay-1",
    stream="main",
    address="rtsp://192.168.1.20:554/main?channel=1",
    credentials="",
    sound="with_picture",
    networks=("192.168.1.0/24",),
    tls_fingerprint="",
    picture_days=30,
    sound_days=30,
    minimum_days=15,
    intent_lead_hours=48,
)


@pytest.fixture
def disks(tmp_path: Path) -> tuple[DiskConfig, ...]:
    return (DiskConfig(tmp_path / "archive"),)


@pytest.fixture
def private(tmp_path: Path) -> Path:
    return tmp_path / "archive" / "private"


def made(private: Path) -> Orders:
    return Orders(RECORDER, KEY.public_key(), private, Files())


def token(
    *cameras: CameraOrder,
    serial: int = 1,
    recorder: str = RECORDER,
    key: Ed25519PrivateKey = KEY,
    purpose: str = CONFIGURE,
) -> str:
    return signed.sign(purpose, Configuration(recorder, serial, 1, cameras), key)


def test_what_the_centre_signed_is_in_force_also_after_a_new_start(
    private: Path, disks: tuple[DiskConfig, ...]
) -> None:
    orders = made(private)
    assert (orders.serial, orders.config(disks).cameras) == (0, ())
    sealed = dataclasses.replace(ORDER, credentials=seal_login("admin", SECRET, orders.sealing_key, RECORDER, "quay-1"))
    assert orders.accept(token(sealed), disks)
    for again in (orders, made(private)):
        (camera,) = again.config(disks).cameras
        assert camera.url == "rtsp://admin:ch3%3A%40lac%2FTroi@192.168.1.20:554/main?channel=1"
        assert (camera.retention.picture_days, str(camera.networks[0])) == (30, "192.168.1.0/24")
        assert again.serial == 1
        assert SECRET not in repr(camera)
    assert not [path for path in private.iterdir() if SECRET.encode() in path.read_bytes()]


def test_the_same_again_changes_nothing_and_an_older_one_is_refused(
    private: Path, disks: tuple[DiskConfig, ...]
) -> None:
    orders = made(private)
    assert orders.accept(token(ORDER, serial=5), disks)
    assert not orders.accept(token(ORDER, serial=5), disks)
    with pytest.raises(OrderRefused):
        orders.accept(token(serial=4), disks)
    assert len(orders.config(disks).cameras) == 1


@pytest.mark.parametrize(
    "forged",
    [
        lambda: token(ORDER, key=STRANGER),
        lambda: token(ORDER, recorder=OTHER),
        lambda: token(ORDER, serial=0),
        lambda: token(ORDER, purpose=HOLD),
        lambda: token(ORDER)[:-8],
        lambda: "",
    ],
)
def test_what_the_centre_did_not_sign_for_this_recorder_is_refused(
    private: Path, disks: tuple[DiskConfig, ...], forged: Callable[[], str]
) -> None:
    orders = made(private)
    with pytest.raises(OrderRefused):
        orders.accept(forged(), disks)
    assert not (private / CONFIGURATION).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Quầy 1"},
        {"address": "http://192.168.1.20/"},
        {"address": "rtsp://[bad"},
        {"networks": ()},
        {"networks": ("everywhere",)},
        {"sound_days": 3},
        {"credentials": "AAAA"},
        {"sound_hours": SoundHours(420, (1, 9), (Span(420, 720),))},
        {"sound": "none", "sound_hours": SoundHours(420, (1,), (Span(420, 720),))},
    ],
)
def test_a_signed_configuration_that_cannot_be_used_is_refused_whole(
    private: Path, disks: tuple[DiskConfig, ...], change: dict[str, object]
) -> None:
    orders = made(private)
    orders.accept(token(ORDER), disks)
    with pytest.raises(OrderRefused) as refused:
        orders.accept(token(dataclasses.replace(ORDER, **change), serial=2), disks)  # type: ignore[arg-type]
    assert refused.value.vi != refused.value.en
    assert made(private).serial == 1


@pytest.mark.parametrize("secret", ["", "7", "null", '["a"]', '["a","b","c"]', "{}", "[" * 100_000])
def test_what_was_sealed_and_is_no_login_is_refused(private: Path, disks: tuple[DiskConfig, ...], secret: str) -> None:
    orders = made(private)
    sealed = seal(secret, orders.sealing_key, f"{RECORDER}/quay-1")
    with pytest.raises(OrderRefused):
        orders.accept(token(dataclasses.replace(ORDER, credentials=sealed)), disks)
    assert orders.serial == 0


def test_hours_of_sound_are_in_force_also_after_a_new_start_and_name_another_configuration(
    private: Path, disks: tuple[DiskConfig, ...]
) -> None:
    orders, hours = made(private), SoundHours(420, (1, 2, 3, 4, 5), (Span(420, 720),), (20_699,))
    orders.accept(token(ORDER), disks)
    without = digest(orders.config(disks))
    orders.accept(token(dataclasses.replace(ORDER, sound_hours=hours), serial=2), disks)
    for again in (orders, made(private)):
        assert [camera.sound_hours for camera in again.config(disks).cameras] == [hours]
        assert digest(again.config(disks)) != without


def test_two_cameras_of_one_name_are_refused(private: Path, disks: tuple[DiskConfig, ...]) -> None:
    with pytest.raises(OrderRefused):
        made(private).accept(token(ORDER, ORDER), disks)


def test_an_erasure_is_read_only_when_signed_as_one_for_this_recorder(private: Path) -> None:
    orders = made(private)
    erasure = EraseOrder(RECORDER, "quay-1", 5, 9, "a" * 64)
    assert orders.erasure(signed.sign(ERASE, erasure, KEY)) == erasure
    for forged in (
        signed.sign(ERASE, erasure, STRANGER),
        signed.sign(HOLD, erasure, KEY),
        signed.sign(ERASE, dataclasses.replace(erasure, recorder=OTHER), KEY),
        signed.sign(ERASE, dataclasses.replace(erasure, end_us=5), KEY),
    ):
        with pytest.raises(OrderRefused):
            orders.erasure(forged)


def test_a_hold_is_read_only_when_signed_for_this_recorder(private: Path) -> None:
    orders = made(private)
    hold = HoldOrder(RECORDER, OTHER, "place", "*", "*", 0, 5, "a" * 64)
    assert orders.hold(signed.sign(HOLD, hold, KEY)) == hold
    for forged in (
        signed.sign(HOLD, hold, STRANGER),
        signed.sign(CONFIGURE, hold, KEY),
        signed.sign(HOLD, dataclasses.replace(hold, recorder=OTHER), KEY),
    ):
        with pytest.raises(OrderRefused):
            orders.hold(forged)


def test_a_seal_key_that_others_may_read_is_refused(private: Path) -> None:
    made(private)
    assert made(private).sealing_key == made(private).sealing_key
    (private / SEAL_KEY).chmod(0o644)
    with pytest.raises(KeyUnreadable):
        made(private)


def test_a_stored_configuration_that_was_tampered_with_stops_the_start(
    private: Path, disks: tuple[DiskConfig, ...]
) -> None:
    made(private).accept(token(ORDER), disks)
    path = private / CONFIGURATION
    path.write_text(path.read_text("ascii").replace(".", "A.", 1), "ascii")
    with pytest.raises(ConfigError):
        made(private)

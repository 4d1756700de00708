"""What comes beside a package: the request it was approved for, opened, and time stamps of its seal."""

import contextlib
import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.ledger import opening, stamp
from minhbach.ledger.courtkeys import read_keys
from minhbach.ledger.entry import canonical
from minhbach.ledger.extract import build_approved
from minhbach.ledger.scope import Scope, read
from minhbach.ledger.verdicts import Report, Verdict
from minhbach.ledger.verify import Beside, main, verify
from tests.ledger.consent import approved, attested, court, keyed, material, scope_of
from tests.ledger.evidence import Scene, examined, kinds

ASKED = opening.Opening(
    bytes(range(16)), {"number": "3/2026", "purpose": "Xác minh vụ việc", "receiver_name": "Lê Văn C"}
)
AT_US = 1_797_000_200_250_000


def der(tag: int, *parts: bytes) -> bytes:
    data = b"".join(parts)
    size = len(data)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + data


def response(
    seal: bytes, at: bytes = b"20261211144320.25Z", *, status: int = 0, name: str = "608648016503040201"
) -> bytes:
    """What an authority answers, without its signature, which nobody here judges."""
    algorithm = der(0x30, der(0x06, bytes.fromhex(name)), b"\x05\x00")
    imprint = der(0x30, algorithm, der(0x04, sha256(seal).digest()))
    policy, serial = der(0x06, b"\x2a\x03\x04"), der(0x02, b"\x07")
    info = der(0x30, der(0x02, b"\x01"), policy, imprint, serial, der(0x18, at))
    inner = der(0x30, der(0x06, bytes.fromhex("2a864886f70d0109100104")), der(0xA0, der(0x04, info)))
    signed = der(0x30, der(0x02, b"\x03"), der(0x31, algorithm), inner, der(0x31))
    token = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010702")), der(0xA0, signed))
    return der(0x30, der(0x30, der(0x02, bytes([status]))), token)


@pytest.fixture(scope="module")
def asked_for(room: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package whose scope commits to ASKED, with a time stamp inside."""
    found = scope_of(room)
    scope = read(Scope(replace(found.asked, commitment=ASKED.commitment), found.leaves).data)
    made = material(room, scope, [keyed(scope.hash, 1), attested(scope.hash, 2)])
    target = tmp_path_factory.mktemp("asked") / "p"
    build_approved(target, replace(made, stamp=response))
    return target


def judged(room: Scene, package: Path, **beside: bytes) -> Report:
    return verify(package, read_keys(court(room)), Beside(**beside))


def test_the_request_that_was_approved_is_read_out(room: Scene, asked_for: Path) -> None:
    report = judged(room, asked_for, request=ASKED.data)
    for each in (report, judged(room, asked_for, request=ASKED.data + b"\n")):
        assert (each.verdict, each.request) == (Verdict.AUTHENTIC, ASKED.said)
    text = "\n".join(report.lines())
    assert "purpose: Xác minh vụ việc" in text
    assert json.loads(json.dumps(report.as_json()))["request"]["number"] == "3/2026"


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, said={**ASKED.said, "purpose": "Việc khác"}).data,
        replace(ASKED, salt=bytes(16)).data,
        b"",
        b"{}",
        b"\xff" * 70_000,
        canonical({"format": "minhbach-request", "version": 1, "salt": "00", "said": ASKED.said}),
        canonical({"format": "minhbach-request", "version": 1, "salt": "00" * 16, "said": {"number": 3}}),
        canonical({"format": "minhbach-request", "version": 2, "salt": "00" * 16, "said": ASKED.said}),
        canonical([]),
    ],
)
def test_any_other_request_is_altered_and_not_read_out(room: Scene, asked_for: Path, other: bytes) -> None:
    report = judged(room, asked_for, request=other)
    assert (report.verdict, kinds(report), report.request) == (Verdict.ALTERED, {"request_altered"}, {})


def test_a_recorders_own_package_answers_to_no_request_and_has_no_seal(room: Scene, whole: Path) -> None:
    assert "request_altered" in kinds(judged(room, whole, request=ASKED.data))
    assert "stamp_altered" in kinds(judged(room, whole, stamp=response(b"")))


def test_the_time_of_a_stamp_is_told_and_that_its_authority_was_not_judged(room: Scene, asked_for: Path) -> None:
    report = judged(room, asked_for)
    assert (report.verdict, [each.at_us for each in report.stamps]) == (Verdict.AUTHENTIC, [AT_US])
    text = "\n".join(report.lines())
    assert "Time stamp of the seal: 2026-12-11 21:43:20.250000; the authority's signature is not checked here" in text
    assert report.as_json()["stamps"] == [{"at_us": AT_US, "authority_checked": False}]


def test_a_stamp_that_came_later_counts_as_one_inside(room: Scene, asked_for: Path, tmp_path: Path) -> None:
    package = approved(room, tmp_path / "p")
    assert examined(package, court(room)).stamps == ()
    seal = (package / "seal.txt").read_bytes()
    later = judged(room, package, stamp=response(seal))
    assert (later.verdict, len(later.stamps)) == (Verdict.AUTHENTIC, 1)
    own = (asked_for / "seal.txt").read_bytes()
    assert len(judged(room, asked_for, stamp=response(own, b"20261212000000Z")).stamps) == 2


@pytest.mark.parametrize(
    "data",
    [
        response(b"another seal"),
        b"",
        b"\x30\x84\xff\xff\xff\xff",
        response(b"")[:-3],
        response(b"") + b"x",
    ],
)
def test_a_stamp_of_something_else_is_altered(room: Scene, asked_for: Path, tmp_path: Path, data: bytes) -> None:
    package = Path(shutil.copytree(asked_for, tmp_path / "p"))
    (package / "stamp.tsr").write_bytes(data)
    assert kinds(judged(room, package)) == {"stamp_altered"}
    (package / "stamp.tsr").unlink()
    assert kinds(judged(room, package, stamp=data)) == {"stamp_altered"}


def test_a_refusal_and_another_hash_are_no_stamps(room: Scene) -> None:
    for data in (
        response(b"", status=2),
        response(b"", name="2b0e03021a"),
        response(b"", b"20261341000000Z"),
        response(b"", b"20261211144320+0700"),
        response(b"", b"2026121114432\xff"),
    ):
        with pytest.raises(stamp.StampError):
            stamp.read(data)


@given(st.binary(max_size=300) | st.builds(lambda at, by: _bent(at, by), st.integers(0), st.integers(1, 255)))
def test_whatever_the_bytes_a_stamp_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(stamp.StampError):
        assert isinstance(stamp.read(data), stamp.Stamp)


def _bent(at: int, by: int) -> bytes:
    data = bytearray(response(b"seal"))
    data[at % len(data)] ^= by
    return bytes(data)


def test_the_command_takes_what_comes_beside(
    room: Scene, asked_for: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "keys.txt").write_text(court(room))
    (tmp_path / "request.json").write_bytes(ASKED.data)
    words: list[Any] = [asked_for, "--keys", tmp_path / "keys.txt", "--request", tmp_path / "request.json", "--json"]
    assert main([str(each) for each in words]) == Verdict.AUTHENTIC
    assert json.loads(capsys.readouterr().out)["request"] == ASKED.said
    assert main([str(each) for each in [*words, "--stamp", tmp_path / "nothing"]]) == 2

"""Entries: one meaning has one sequence of bytes, and nothing else is accepted."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.ledger import entry, tree
from minhbach.ledger.entry import EntryError

SHA = "ab" * 32
BOOT = "0f" * 16
HOLD = "0191a5e2-7b1c-7e00-8000-000000000001"
CLOCK = {"boot": BOOT, "mono_us": 5, "offset_us": 95, "run_us": 0}
SEGMENT = {
    "camera": "Quầy 1",
    "stream": "main",
    "number": 7,
    "disk": "d1",
    "path": "footage/quay-1/main/2026-03-01/08/20260301T080000.000000Z.mp4",
    "footage_clock": ["2026", 1],
    "begin_us": 10,
    "end_us": 20,
    "bytes": 1000,
    "sha256": SHA,
    "init_sha256": SHA,
    "tracks": ["avc1.64001f", "alaw"],
    "start": "key",
    "cut": "key",
    "notes": {"lost_packets": 3},
    "camera_offset_us": None,
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "log_opened": {
        "origin": f"example.vn/{HOLD}/2026",
        "recorder": HOLD,
        "year": 2026,
        "key": "example.vn/r1+00000000+AQ",
        "previous": None,
        "reason": "new",
    },
    "log_closed": {"next": f"example.vn/{HOLD}/2/2027"},
    "key_rotated": {"key": "example.vn/r1+00000000+AQ"},
    "boot": {**CLOCK, "version": "1.0", "previous_end": "first"},
    "clock_step": {**CLOCK, "before_offset_us": 0},
    "clock_carried": CLOCK,
    "shutdown": {},
    "configuration": {
        "cameras": [{"camera": "Quầy 1", "stream": "main", "content": "av", "days": 90, "minimum_days": 30}],
        "intent_lead_us": 1,
        "sha256": SHA,
    },
    "segment": SEGMENT,
    "gap": {
        "camera": "Quầy 1",
        "stream": "main",
        "begin_us": 20,
        "begin_clock": ["2026", 1],
        "end_us": 10,
        "cause": "recorder_killed",
    },
    "fault": {"subject": "Quầy 1", "code": "wrong_password", "state": "began"},
    "viewing": {"cameras": ["Quầy 1"], "begin_us": 1, "end_us": 2, "mode": "playback", "commitment": SHA},
    "hold": {"hold": HOLD, "camera": "Quầy 1", "stream": "*", "begin_us": 1, "end_us": 2, "commitment": SHA},
    "hold_released": {"hold": HOLD, "commitment": SHA},
    "deletion_intent": {"segments": [["Quầy 1", "main", 0, 6]], "rule": {"days": 90, "minimum_days": 30}},
    "deletion": {"segments": [["Quầy 1", "main", 0, 3], ["Quầy 1", "main", 5, 6]], "intent": ["2026", 9]},
    "emergency_deletion": {
        "segments": [["Quầy 1", "main", 0, 6]],
        "disk": "d1",
        "free_bytes": 1,
        "need_bytes": 2,
        "below_minimum": False,
    },
    "erasure": {"segments": [["Quầy 1", "main", 0, 6]], "commitment": SHA},
}


def example(kind: str, /, **changes: object) -> entry.Entry:
    clock = -1 if kind == "log_opened" else 1
    return {"v": 1, "kind": kind, "at_us": 100, "clock": clock, **EXAMPLES[kind], **changes}


LAWFUL = [
    ("configuration", "cameras", []),  # a recorder without cameras
    ("emergency_deletion", "below_minimum", True),
    ("segment", "notes", {"x": 1}),
    ("segment", "camera_offset_us", -2),
    ("clock_step", "before_offset_us", -2),
]


def test_every_kind_has_an_example_here() -> None:
    assert EXAMPLES.keys() == entry.KINDS.keys()


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_an_entry_comes_back_from_its_bytes_unchanged(kind: str) -> None:
    data = entry.encode(example(kind))
    assert entry.decode(data) == example(kind)
    assert entry.encode(entry.decode(data)) == data


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_a_field_that_is_missing_or_added_is_refused(kind: str) -> None:
    for name in example(kind):
        short = example(kind)
        del short[name]
        with pytest.raises(EntryError):
            entry.encode(short)
    with pytest.raises(EntryError):
        entry.encode(example(kind, extra=1))


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_a_field_of_another_shape_is_refused(kind: str) -> None:
    for name in example(kind):
        wrong: object
        for wrong in (1.5, True, [], "", {"x": 1}, "\x00", -2, 2**53):
            if (kind, name, wrong) not in LAWFUL:
                with pytest.raises(EntryError):
                    entry.encode(example(kind, **{name: wrong}))


@pytest.mark.parametrize(
    "changes",
    [
        {"begin_us": 20},
        {"path": "../x.mp4"},
        {"path": "/etc/x.mp4"},
        {"path": "a//b.mp4"},
        {"path": "a\\b.mp4"},
        {"camera": "*"},
        {"camera": "a/b"},
        {"sha256": SHA.upper()},
        {"notes": {"Lost": 1}},
        {"notes": {"lost": 0}},
        {"footage_clock": ["2026"]},
        {"footage_clock": [2026, 1]},
        {"number": -1},
        {"camera": "half \ud800"},
    ],
)
def test_a_segment_that_could_mislead_a_reader_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(EntryError):
        entry.encode(example("segment", **changes))


def test_ranges_must_be_sorted_and_disjoint() -> None:
    for ranges in ([["a", "b", 3, 4], ["a", "b", 0, 1]], [["a", "b", 0, 3], ["a", "b", 3, 4]], [["a", "b", 4, 3]]):
        with pytest.raises(EntryError):
            entry.encode(example("erasure", segments=ranges))


def test_a_clock_entry_whose_wall_time_is_not_its_sum_is_refused() -> None:
    with pytest.raises(EntryError):
        entry.encode(example("boot", offset_us=96))


def test_a_log_is_named_behind_its_recorder() -> None:
    assert entry.log_name(f"example.vn/log/{HOLD}/2026") == "2026"
    assert entry.log_name(f"example.vn/log/{HOLD}/2/2026") == "2/2026"
    for other in ("2026", f"{HOLD}/2026", f"a/{HOLD}/26", f"a/{HOLD}/0/2026", f"a/{HOLD}/x/2026"):
        with pytest.raises(EntryError):
            entry.log_name(other)
    with pytest.raises(EntryError, match="another year"):
        entry.encode(example("log_opened", year=2027))


def test_an_entry_above_60_kib_is_refused() -> None:
    ranges = [["a", "b", number, number] for number in range(0, 20_000, 2)]
    with pytest.raises(EntryError, match="split"):
        entry.encode(example("erasure", segments=ranges))


def test_only_the_canonical_bytes_are_accepted() -> None:
    data = entry.encode(example("gap"))
    value = json.loads(data)
    spaced = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    escaped = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    unsorted = json.dumps(dict(reversed(value.items())), ensure_ascii=False, separators=(",", ":")).encode()
    doubled = data[:-1] + b',"v":1}'
    for other in (spaced, escaped, unsorted, doubled, data + b"\n", b"\xef\xbb\xbf" + data, data[:-1]):
        with pytest.raises(EntryError):
            entry.decode(other)


def test_canonical_form_agrees_with_the_examples_of_rfc_8785() -> None:
    assert entry.canonical({"b": [56, "d"], "a": None}) == b'{"a":null,"b":[56,"d"]}'
    assert entry.canonical('\u20ac$\x0f\nA\'B"\\\\"/') == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    for value in (1.0, float("nan"), 2**53, {1: 2}, {"é": 1}, b"x", {"x": {1}}):
        with pytest.raises(EntryError):
            entry.canonical(value)


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_with_the_one_error(data: bytes) -> None:
    with pytest.raises(EntryError):
        entry.decode(data)


@given(st.sampled_from(sorted(EXAMPLES)), st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_is_refused_or_is_another_entry(kind: str, at: int, byte: int) -> None:
    data = bytearray(entry.encode(example(kind)))
    before = bytes(data)
    data[at % len(data)] = byte
    try:
        found = entry.decode(bytes(data))
    except EntryError:
        return
    assert (found == example(kind)) == (bytes(data) == before)


def test_deep_nesting_is_refused_with_the_one_error() -> None:
    with pytest.raises(EntryError):
        entry.decode(b"[" * 30_000 + b"]" * 30_000)


def test_a_commitment_needs_a_salt_that_cannot_be_guessed() -> None:
    assert entry.commitment(b"0" * 16, {"a": 1}) != entry.commitment(b"1" * 16, {"a": 1})
    with pytest.raises(EntryError):
        entry.commitment(b"short", {"a": 1})


def test_the_vectors_of_the_format_document_hold() -> None:
    folder = Path(entry.__file__).parent
    text = "".join(each.read_text(encoding="utf-8") for each in folder.glob("FORMAT*.md"))
    vectors = re.findall(r"^    (\{.*\})\n    leaf ([0-9a-f]{64})$", text, re.MULTILINE)
    assert len(vectors) >= 2
    for line, leaf in vectors:
        assert entry.encode(entry.decode(line.encode())) == line.encode()
        assert tree.leaf_hash(line.encode()).hex() == leaf
    [told] = re.findall(r"^    commitment ([0-9a-f]{64})$", text, re.MULTILINE)
    assert entry.commitment(bytes(range(16)), {"case": "12/2026", "who": "Nguyễn Văn A"}) == told

"""The witness file: every cut is survived, no damage is taken for a cut, no contradiction is read."""

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.ledger import checkpoint, cosignature, covering, ed25519, note, witness
from minhbach.ledger.covering import Times, covering_notes
from minhbach.ledger.witness import BrokenWitnessFile, Witness, read_witness_file
from tests.ledger.people import LOG, NEXT_LOG, ORIGIN, OTHER_WITNESS, WITNESS
from tests.ledger.witness_process import head, proof

START_S = 1_800_000_000
SIZES = [3, 8, 8, 13]


def a_file() -> tuple[bytes, list[int]]:
    """A witness file of four cosignatures, and where each append ended."""
    data, ends, old = b"", [0], 0

    def save(record: bytes) -> None:
        nonlocal data
        data += record
        ends.append(len(data))

    asked = Witness(WITNESS, [LOG.verifier], b"", save)
    for number, size in enumerate(SIZES):
        asked.add_checkpoint(old, proof("A", old, size), checkpoint.sign(head("A", size), LOG), START_S + number)
        old = size
    return data, ends


FILE, ENDS = a_file()


def test_a_witness_file_tells_its_keys_and_what_was_cosigned_when():
    view = read_witness_file(FILE)
    assert view.verifiers == (WITNESS.verifier, LOG.verifier)
    assert [(record.checkpoint, record.time_s) for record in view.cosigned] == [
        (head("A", size), START_S + number) for number, size in enumerate(SIZES)
    ]
    assert view.good_bytes == len(FILE)
    latest = view.latest(ORIGIN)
    assert latest is not None
    assert latest.checkpoint == head("A", 13)
    assert view.latest("other/2026") is None
    for record in view.cosigned:
        assert checkpoint.read(record.note, view.verifiers).witnessed_s() == record.time_s


def test_a_file_cut_at_any_byte_keeps_every_whole_record():
    for cut in range(len(FILE) + 1):
        view = read_witness_file(FILE[:cut], lambda *_: True)
        assert len(view.cosigned) == sum(end <= cut for end in ENDS[1:])
        assert view.good_bytes <= cut
        assert read_witness_file(FILE[: view.good_bytes], lambda *_: True) == view


def test_a_last_record_of_unwritten_blocks_is_torn():
    for unwritten in range(ENDS[-2], len(FILE)):
        data = FILE[:unwritten] + bytes(len(FILE) - unwritten)
        view = read_witness_file(data, lambda *_: True)
        assert (len(view.cosigned), view.good_bytes) == (len(SIZES) - 1, ENDS[-2])


@pytest.mark.parametrize("byte", [*range(0, ENDS[-2], 7), ENDS[-2] - 1])
def test_damage_before_the_last_record_is_never_taken_for_a_torn_end(byte):
    for damage in (FILE[byte] ^ 1, 0):
        data = FILE[:byte] + bytes((damage,)) + FILE[byte + 1 :]
        with pytest.raises(BrokenWitnessFile):
            read_witness_file(data)


def test_a_changed_bit_in_a_whole_last_record_is_never_forgotten_in_silence():
    """To forget it would roll the witness back; only a length that runs past the file looks like a cut."""
    remembered = lru_cache(ed25519.verify)
    begin = ENDS[-2]
    body = FILE.index(b"\n", begin) + 1
    for byte in range(body, len(FILE)):
        data = FILE[:byte] + bytes((FILE[byte] ^ 1,)) + FILE[byte + 1 :]
        with pytest.raises(BrokenWitnessFile):
            read_witness_file(data, remembered)


def record(branch: str, size: int, time_s: int, signer: note.Signer = WITNESS, log: note.Signer = LOG) -> bytes:
    whole = checkpoint.sign(head(branch, size), log) + checkpoint.cosign(head(branch, size), signer, time_s)
    return b"cosigned %d\n" % len(whole) + whole


@pytest.mark.parametrize(
    "appended",
    [
        record("B", 13, START_S + 9),
        record("A", 12, START_S + 9),
        record("A", 14, START_S + 2),
        record("A", 14, START_S + 9, signer=OTHER_WITNESS),
        record("A", 14, START_S + 9, log=NEXT_LOG),
        b"\n",
        b"cosigned 0\n",
        b"cosigned 1000000\n",
        b"key nonsense\n",
        b"unknown line\n",
    ],
)
def test_a_file_that_contradicts_itself_or_its_form_is_refused(appended):
    with pytest.raises(BrokenWitnessFile):
        read_witness_file(FILE + appended)


def test_a_key_line_is_believed_for_the_records_behind_it():
    with_key = FILE + f"key {OTHER_WITNESS.verifier.vkey}\n".encode() + record("A", 14, START_S + 9, OTHER_WITNESS)
    assert read_witness_file(with_key).cosigned[-1].checkpoint == head("A", 14)


def test_a_restarted_witness_appends_to_its_file_without_repeating_the_keys():
    appended: list[bytes] = []
    asked = Witness(WITNESS, [LOG.verifier], FILE, appended.append)
    asked.trust(NEXT_LOG.verifier)
    asked.add_checkpoint(13, proof("A", 13, 14), checkpoint.sign(head("A", 14), NEXT_LOG), START_S + 9)
    assert appended[0].startswith(f"key {NEXT_LOG.verifier.vkey}\ncosigned ".encode())
    assert len(read_witness_file(FILE + appended[0]).cosigned) == len(SIZES) + 1


@pytest.mark.parametrize("data", [b"another file\n", b"minhbach-witness/v2\n", b"\0" * 40])
def test_another_file_is_no_witness_file(data):
    with pytest.raises(BrokenWitnessFile):
        read_witness_file(data)


@given(st.binary(max_size=400))
def test_any_end_is_read_torn_or_refused(data):
    with suppress(BrokenWitnessFile):
        view = read_witness_file(witness.FILE_HEADER + data)
        assert view.good_bytes <= len(witness.FILE_HEADER) + len(data)


@pytest.mark.parametrize(
    ("wanted", "sizes"),
    [((0, 0), [3, 13]), ((3, 7), [8, 13]), ((2, 3), [3, 8, 13]), ((5, 20), [8, 8, 13]), ((20, 20), [13])],
)
def test_who_packs_entries_finds_the_notes_that_prove_them_earliest_and_the_newest(wanted, sizes):
    found = covering_notes(BytesIO(FILE), {ORIGIN: wanted, "other/2026": (0, 0)})
    assert found["other/2026"] == []
    assert [checkpoint.claimed(each).size for each in found[ORIGIN]] == sizes


@pytest.mark.parametrize("cut", [0, 5, 40, len(FILE) - 1])
def test_a_file_that_ends_early_still_gives_whole_notes(cut):
    for each in covering_notes(BytesIO(FILE[:cut]), {ORIGIN: (0, 20)})[ORIGIN]:
        assert checkpoint.read(each, [LOG.verifier, WITNESS.verifier]).witnessed_s() is not None


@given(st.lists(st.tuples(st.sampled_from(["a/2026", "b/2026"]), st.integers(0, 9), st.integers(0, 5)), max_size=60),
       st.integers(0, 60), st.integers(0, 60))  # fmt: skip
def test_who_knows_when_a_log_was_cosigned_finds_the_same_notes_without_the_rest(steps, first, more):
    """The hour of the first note over the first entry, and the time of the newest: what the centre's rows say."""
    records, sizes, time_s = [], {"a/2026": 0, "b/2026": 0}, START_S
    for origin, grown, waited in steps:
        sizes[origin] += grown
        time_s += waited
        records.append((origin, sizes[origin], time_s))
    file = BytesIO(witness.FILE_HEADER + b"".join(unsigned(*each) for each in records))
    wanted = {"a/2026": (first, first + more), "b/2026": (0, 0)}
    times: dict[str, Times] = {}
    for origin, (begin, _) in wanted.items():
        mine = [(size, at) for named, size, at in records if named == origin]
        if mine:
            since_s = next((at for size, at in mine if size > begin), mine[-1][1])
            times[origin] = Times(since_s - since_s % 3, mine[-1][1])
    with mock.patch.object(covering, "NEAR_BYTES", 1000):  # else all of so short a file is near
        assert covering_notes(file, wanted, times) == covering_notes(file, wanted)


def unsigned(origin: str, size: int, time_s: int) -> bytes:
    """A record in which only the time is true: whoever looks for notes verifies none."""
    line = b64encode(bytes(4) + cosignature.pack(time_s, bytes(64))).decode()
    whole = f"{origin}\n{size}\n{'A' * 43}=\n\n— log {'A' * 92}\n— witness {line}\n".encode()
    return b"cosigned %d\n" % len(whole) + whole


class Counted(BytesIO):
    """A file that counts what is read of it."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.read_bytes = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.read_bytes += len(data)
        return data

    def readline(self, size: int | None = -1, /) -> bytes:
        data = super().readline(size)
        self.read_bytes += len(data)
        return data


@pytest.mark.parametrize("at", [0, 1, 30_000, 59_990])
def test_little_of_a_long_file_is_read(at):
    """60,000 cosignatures are a month of one log; a package of some minutes lies somewhere in it."""
    data = witness.FILE_HEADER + b"".join(unsigned("a/2026", 10 * n + 10, START_S + 42 * n) for n in range(60_000))
    wanted = {"a/2026": (10 * at, 10 * at + 45)}
    times = {"a/2026": Times((START_S + 42 * at) // 3600 * 3600, START_S + 42 * 59_999)}
    whole, part = Counted(data), Counted(data)
    sizes = notes_by_size(covering_notes(part, wanted, times))
    assert sizes == notes_by_size(covering_notes(whole, wanted))
    assert sizes == [*range(10 * at + 10, 10 * at + 51, 10), 600_000]
    assert whole.read_bytes >= len(data)
    assert part.read_bytes < 6_000_000 < len(data) / 2


def notes_by_size(found: Mapping[str, list[bytes]]) -> list[int]:
    """The sizes of all notes, in order."""
    return [checkpoint.claimed(each).size for notes in found.values() for each in notes]

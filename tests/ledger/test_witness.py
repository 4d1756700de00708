"""The witness: it follows an honest log, and no order of requests makes it cosign two histories."""

import random
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.ledger import checkpoint, note, tree, witness
from minhbach.ledger.checkpoint import Checkpoint
from minhbach.ledger.witness import Refusal, Witness
from tests.ledger.people import LOG, NEXT_LOG, ORIGIN, OTHER_LOG, OTHER_RECORDER, RECORDER, WITNESS
from tests.ledger.witness_process import head, leaves, proof

NOW_S = 1_800_000_000  # 2027-01-15
KNOWN = [LOG.verifier, WITNESS.verifier]


class Memory:
    """A witness file in memory; `fail` makes the next saves raise, after storing when it says so."""

    def __init__(self) -> None:
        self.data = b""
        self.fail: str | None = None

    def save(self, record: bytes) -> None:
        if self.fail == "failed":
            raise OSError("no space")
        self.data += record
        if self.fail == "stored":
            raise OSError("the sync failed, but the bytes arrived")

    def witness(self) -> Witness:
        return Witness(WITNESS, [LOG.verifier], self.data, self.save)


def offer(asked: Witness, branch: str, old: int, new: int, now_s: int = NOW_S) -> bytes:
    return asked.add_checkpoint(old, proof(branch, old, new), checkpoint.sign(head(branch, new), LOG), now_s)


def test_an_honest_log_is_cosigned_from_nothing_onward():
    memory = Memory()
    asked = memory.witness()
    for number, (old, new) in enumerate([(0, 0), (0, 5), (5, 8), (8, 8), (8, 21)]):
        line = offer(asked, "A", old, new, NOW_S + number)
        signed = checkpoint.read(checkpoint.sign(head("A", new), LOG) + line, KNOWN)
        assert signed.checkpoint == asked.latest(ORIGIN) == head("A", new)
        assert signed.witnessed_s() == NOW_S + number


def test_what_was_answered_was_in_the_file_before():
    memory = Memory()
    asked = memory.witness()
    line = offer(asked, "A", 0, 5)
    assert memory.data.endswith(line)


@pytest.mark.parametrize(
    ("old", "size", "branch", "steps", "refusal"),
    [
        (8, 8, "B", [], witness.Forked),
        (5, 8, "B", [], witness.Forked),
        (8, 13, "B", proof("B", 8, 13), witness.BadProof),
        (8, 13, "A", proof("A", 8, 13)[:-1], witness.BadProof),
        (8, 13, "A", [], witness.BadProof),
        (8, 8, "A", [b"x" * 32], witness.BadProof),
        (8, 5, "A", [], witness.Shrunk),
        (8, 0, "A", [], witness.Shrunk),
        (5, 5, "A", [], witness.Conflict),
        (5, 13, "A", proof("A", 5, 13), witness.Conflict),
        (0, 5, "A", [], witness.Conflict),
        (0, 5, "B", [], witness.Conflict),
        (9, 13, "A", proof("A", 9, 13), witness.Conflict),
    ],
)
def test_a_forked_a_shrunk_and_a_replayed_tree_are_refused(old, size, branch, steps, refusal):
    memory = Memory()
    asked = memory.witness()
    offer(asked, "A", 0, 5)
    offer(asked, "A", 5, 8)
    before = memory.data
    with pytest.raises(refusal):
        asked.add_checkpoint(old, steps, checkpoint.sign(head(branch, size), LOG), NOW_S)
    assert memory.data == before
    assert asked.latest(ORIGIN) == head("A", 8)


def test_a_refusal_of_a_contradiction_keeps_the_logs_own_signature_as_evidence():
    asked = Memory().witness()
    offer(asked, "A", 0, 5)
    for old, new, steps in [(5, 5, []), (5, 8, proof("B", 5, 8))]:
        signed = checkpoint.sign(head("B", new), LOG)
        with pytest.raises(Refusal) as refused:
            asked.add_checkpoint(old, steps, signed, NOW_S)
        assert refused.value.evidence == signed
        assert refused.value.status in (409, 422)


def test_a_conflict_tells_the_size_to_start_from():
    asked = Memory().witness()
    for size in (0, 5):
        with pytest.raises(witness.Conflict) as refused:
            offer(asked, "A", 3, 8)
        assert (refused.value.size, refused.value.status) == (size, 409)
        if not size:
            offer(asked, "A", 0, 5)


def refused_by(request: type[Refusal], old: int, signed: bytes, now_s: int = NOW_S) -> None:
    memory = Memory()
    with pytest.raises(request):
        memory.witness().add_checkpoint(old, [], signed, now_s)
    assert memory.data == b""


def test_strangers_get_nothing():
    strange = Checkpoint(checkpoint.log_origin(OTHER_RECORDER, 2026), 0, tree.EMPTY_ROOT)
    refused_by(witness.UnknownLog, 0, checkpoint.sign(strange, OTHER_LOG))
    refused_by(witness.UnknownLog, 0, note.sign(strange.text(), LOG))
    refused_by(witness.NotSignedByLog, 0, checkpoint.sign(head("A", 5), NEXT_LOG))
    refused_by(witness.NotSignedByLog, 0, note.sign(head("A", 5).text(), OTHER_LOG))
    refused_by(witness.MalformedRequest, 0, note.sign("no\ncheckpoint\n", LOG))
    refused_by(witness.MalformedRequest, 0, b"no note")


def test_a_log_of_a_year_that_has_not_begun_in_vietnam_is_refused():
    new_year_s = 1_798_736_400  # 2026-12-31T17:00:00Z = 2027-01-01T00:00:00+07:00
    opened = Checkpoint(checkpoint.log_origin(RECORDER, 2027), 0, tree.EMPTY_ROOT)
    refused_by(witness.YearNotBegun, 0, checkpoint.sign(opened, LOG), new_year_s - 1)
    assert Memory().witness().add_checkpoint(0, [], checkpoint.sign(opened, LOG), new_year_s)


def test_a_witness_whose_clock_went_back_says_nothing():
    memory = Memory()
    first = memory.witness()
    offer(first, "A", 0, 5, NOW_S)
    for asked in (first, memory.witness()):
        with pytest.raises(witness.ClockBehind):
            offer(asked, "A", 5, 8, NOW_S - 1)
        assert asked.latest(ORIGIN) == head("A", 5)


def test_logs_are_followed_apart():
    asked = Witness(WITNESS, [LOG.verifier, OTHER_LOG.verifier], b"", lambda record: None)
    other = Checkpoint(checkpoint.log_origin(OTHER_RECORDER, 2026), 3, head("B", 3).root)
    offer(asked, "A", 0, 5)
    asked.add_checkpoint(0, [], checkpoint.sign(other, OTHER_LOG), NOW_S)
    offer(asked, "A", 5, 8)
    assert (asked.latest(other.origin), asked.latest(ORIGIN)) == (other, head("A", 8))


def test_a_new_key_is_believed_only_after_somebody_trusts_it():
    asked = Memory().witness()
    rotated = checkpoint.sign(head("A", 5), NEXT_LOG)
    with pytest.raises(witness.NotSignedByLog):
        asked.add_checkpoint(0, [], rotated, NOW_S)
    asked.trust(NEXT_LOG.verifier)
    assert asked.add_checkpoint(0, [], rotated, NOW_S)


@pytest.mark.parametrize("outcome", ["failed", "stored"])
def test_after_a_failed_save_nothing_is_cosigned_until_the_file_is_read_again(outcome):
    memory = Memory()
    asked = memory.witness()
    offer(asked, "A", 0, 5)
    memory.fail = outcome
    with pytest.raises(witness.WitnessStopped):
        offer(asked, "A", 5, 8)
    assert asked.latest(ORIGIN) == head("A", 5)
    memory.fail = None
    with pytest.raises(witness.WitnessStopped):
        offer(asked, "B", 5, 8)
    again = memory.witness()
    expected = head("A", 8 if outcome == "stored" else 5)
    assert again.latest(ORIGIN) == expected
    with pytest.raises(Refusal):
        offer(again, "B", expected.size, 8)


def test_a_thousand_random_runs_never_cosign_two_roots_of_one_size():
    """Honest and forged requests, lost answers, failed saves and restarts, in any order.

    Every cosignature answered, in any life of the witness, is kept: no size ever has two roots, and each answered head
    continues the one before.
    """
    signed = {(branch, size): checkpoint.sign(head(branch, size), LOG) for branch in "AB" for size in range(9)}
    heads = {key: head(*key) for key in signed}
    proofs = {(b, old, new): proof(b, old, new) for b in "AB" for new in range(9) for old in range(new + 1)}
    believed = replace(LOG.verifier, check=trusting)
    answered = 0
    for seed in range(1000):
        chance = random.Random(seed)
        memory = Memory()
        asked = Witness(WITNESS, [believed], b"", memory.save, trusting)
        roots: dict[int, bytes] = {}
        now_s = NOW_S
        for _ in range(12):
            branch = chance.choice("AAB")
            new = chance.randrange(9)
            latest = asked.latest(ORIGIN)
            old = latest.size if latest and chance.random() < 0.7 else chance.randrange(9)
            steps = proofs.get((chance.choice("AAB"), old, new), [])
            memory.fail = chance.choice([None] * 8 + ["failed", "stored"])
            now_s += chance.randrange(3)
            try:
                asked.add_checkpoint(old, steps, signed[branch, new], now_s)
            except witness.WitnessStopped:
                memory.fail = None
                asked = Witness(WITNESS, [believed], memory.data, memory.save, trusting)
                continue
            except Refusal:
                continue
            answered += 1
            assert roots.setdefault(new, heads[branch, new].root) == heads[branch, new].root
            assert new == max(roots)
            if chance.random() < 0.1:
                asked = Witness(WITNESS, [believed], memory.data, memory.save, trusting)
        assert_one_line(memory.data)
    assert answered > 1000


def trusting(public: bytes, message: bytes, signature: bytes) -> bool:
    """For a thousand runs in seconds; the forger of this test has the log's key, so no signature would stop him."""
    return True


def assert_one_line(data: bytes) -> None:
    sizes: dict[int, bytes] = {}
    for record in witness.read_witness_file(data, trusting).cosigned:
        head_ = record.checkpoint
        assert sizes.setdefault(head_.size, head_.root) == head_.root


@given(st.integers(0, 40), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_a_request_is_read_back_from_its_body(old, steps):
    request = witness.Request(old, tuple(steps), checkpoint.sign(head("A", 5), LOG))
    assert witness.parse_request(request.body()) == request


@given(st.binary(max_size=200))
def test_any_body_is_a_request_or_malformed(body):
    with suppress(witness.MalformedRequest):
        assert witness.parse_request(body).body() == body


HASH_LINE = b64encode(leaves("A", 1)[0]) + b"\n"
OTHER_SPELLING = HASH_LINE[:-3] + bytes((HASH_LINE[-3] + 1,)) + HASH_LINE[-2:]


def test_the_other_spelling_decodes_to_the_same_hash():
    assert b64decode(OTHER_SPELLING) == b64decode(HASH_LINE)
    assert OTHER_SPELLING != HASH_LINE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 5",
        b"old 5\n",
        b"old 05\n\nnote",
        b"old -1\n\nnote",
        b"5\n\nnote",
        b"old 5\nAAAA\n\nnote",
        b"old 5\n" + HASH_LINE[:-2] + b"\n\nnote",
        b"old 5\n" + OTHER_SPELLING + b"\nnote",
        b"old 5\n" + HASH_LINE * 64 + b"\nnote",
        b"old 5\n\n" + b"x" * 100_000,
    ],
)
def test_a_malformed_request_is_refused(body):
    with pytest.raises(witness.MalformedRequest):
        witness.parse_request(body)


def test_every_refusal_speaks_vietnamese_and_english():
    for refusal in Refusal.__subclasses__():
        vietnamese, english = refusal.sentence
        assert vietnamese.endswith(".")
        assert english.endswith(".")
        assert 400 <= refusal.status < 600

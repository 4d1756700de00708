"""Checkpoints: one spelling, and the right key for the right log."""

from base64 import b64decode, b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.ledger import checkpoint, note, tree
from minhbach.ledger.checkpoint import Checkpoint, CheckpointError
from tests.ledger.people import (
    LOG,
    NEXT_LOG,
    ORIGIN,
    OTHER_LOG,
    OTHER_RECORDER,
    OTHER_WITNESS,
    RECORDER,
    WITNESS,
)

HEAD = Checkpoint(ORIGIN, 70_000, tree.leaf_hash(b"root"))
EVERYBODY = [LOG.verifier, NEXT_LOG.verifier, OTHER_LOG.verifier, WITNESS.verifier, OTHER_WITNESS.verifier]


@given(st.integers(0, checkpoint.LARGEST_SIZE), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_back_from_its_text(size, root):
    head = Checkpoint(ORIGIN, size, root)
    assert checkpoint.parse(head.text()) == head


@given(st.text())
def test_any_text_is_a_checkpoint_or_a_checkpoint_error(text):
    with suppress(CheckpointError):
        assert checkpoint.parse(text).text() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD.text()[:-1],
        HEAD.text() + "\n",
        HEAD.text() + "extension line\n",
        HEAD.text().replace("70000", "070000"),
        HEAD.text().replace("70000", "+70000"),
        HEAD.text().replace("70000", "-1"),
        HEAD.text().replace("70000", ""),
        HEAD.text().replace("70000", "７0000"),
        HEAD.text().replace("70000", str(2**63)),
        HEAD.text().replace("=", ""),
        HEAD.text().replace(HEAD.text().split("\n")[2], b64encode(b"short").decode()),
        HEAD.text().replace(ORIGIN, ""),
        HEAD.text().replace(ORIGIN, "no-year"),
        HEAD.text().replace(ORIGIN, "a b/2026"),
        HEAD.text().replace(ORIGIN, "a+b/2026"),
        HEAD.text().replace(ORIGIN, ORIGIN + "-2"),
        HEAD.text().replace(ORIGIN, ORIGIN + "/"),
        HEAD.text().replace(ORIGIN, ORIGIN[:-1] + "٦"),
    ],
)
def test_a_checkpoint_out_of_form_is_refused(text):
    with pytest.raises(CheckpointError):
        checkpoint.parse(text)


def test_base64_of_a_root_has_one_spelling():
    encoded = HEAD.text().split("\n")[2]
    last = encoded[-2]
    other = encoded[:-2] + chr(ord(last) + 1) + "="
    assert b64decode(other) == HEAD.root
    with pytest.raises(CheckpointError):
        checkpoint.parse(HEAD.text().replace(encoded, other))


def test_the_keys_name_is_the_origin_without_its_year():
    assert checkpoint.log_origin(RECORDER, 2026) == f"minhbach.vn/log/{RECORDER}/2026"
    assert checkpoint.log_origin(RECORDER, 2026, 2) == f"minhbach.vn/log/{RECORDER}/2/2026"
    assert checkpoint.key_name(checkpoint.log_origin(RECORDER, 2026, 10)) == f"{LOG.name}/10"
    assert checkpoint.split_origin(ORIGIN) == (LOG.name, 2026)


@pytest.mark.parametrize("recorder", ["", "room 1", RECORDER.upper(), RECORDER + "/x"])
def test_a_recorder_is_named_by_a_uuid_in_lower_case(recorder):
    with pytest.raises(CheckpointError):
        checkpoint.log_origin(recorder, 2026)


@pytest.mark.parametrize(("year", "generation"), [(-1, 1), (10_000, 1), (2026, 0), (2026, -1)])
def test_an_origin_that_could_not_be_read_back_is_not_made(year, generation):
    with pytest.raises(CheckpointError):
        checkpoint.log_origin(RECORDER, year, generation)


def test_a_key_from_before_a_loss_signs_nothing_after_it():
    after = Checkpoint(checkpoint.log_origin(RECORDER, 2026, 2), 0, tree.EMPTY_ROOT)
    with pytest.raises(note.UntrustedNote):
        checkpoint.read(note.sign(after.text(), LOG), EVERYBODY)


def test_one_key_signs_the_logs_of_all_years_and_no_other_recorders():
    for year in (2026, 2027):
        head = Checkpoint(checkpoint.log_origin(RECORDER, year), 0, tree.EMPTY_ROOT)
        assert checkpoint.read(checkpoint.sign(head, LOG), EVERYBODY).checkpoint == head
    strange = Checkpoint(checkpoint.log_origin(OTHER_RECORDER, 2026), 0, tree.EMPTY_ROOT)
    with pytest.raises(CheckpointError):
        checkpoint.sign(strange, LOG)
    with pytest.raises(note.UntrustedNote):
        checkpoint.read(note.sign(strange.text(), LOG), EVERYBODY)


def test_a_rotating_key_is_seen_as_two_signatures():
    signed = checkpoint.read(checkpoint.sign(HEAD, LOG, NEXT_LOG), EVERYBODY)
    assert [line.key_id for line in signed.log_signatures] == [LOG.verifier.key_id, NEXT_LOG.verifier.key_id]


def test_a_witness_alone_does_not_make_a_checkpoint():
    lines = checkpoint.cosign(HEAD, WITNESS, 5)
    with pytest.raises(note.UntrustedNote):
        checkpoint.read(HEAD.text().encode() + b"\n" + lines, EVERYBODY)


def test_a_witness_that_bears_the_logs_name_is_still_no_log():
    impostor = note.Signer(LOG.name, WITNESS.public, WITNESS.sign, note.WITNESS_KEY)
    lines = checkpoint.cosign(HEAD, impostor, 5)
    with pytest.raises(note.UntrustedNote):
        checkpoint.read(HEAD.text().encode() + b"\n" + lines, [LOG.verifier, impostor.verifier])


def test_the_earliest_witness_tells_since_when_the_history_is_fixed():
    whole = checkpoint.sign(HEAD, LOG)
    assert checkpoint.read(whole, EVERYBODY).witnessed_s() is None
    whole += checkpoint.cosign(HEAD, WITNESS, 1_800_000_060) + checkpoint.cosign(HEAD, OTHER_WITNESS, 1_800_000_000)
    assert checkpoint.read(whole, EVERYBODY).witnessed_s() == 1_800_000_000
    assert checkpoint.read(whole, [LOG.verifier, WITNESS.verifier]).witnessed_s() == 1_800_000_060


def test_a_signed_note_that_is_no_checkpoint_is_refused():
    with pytest.raises(CheckpointError):
        checkpoint.read(note.sign("three\nother\nlines\n", LOG), EVERYBODY)


@pytest.mark.parametrize(("size", "root"), [(-1, HEAD.root), (2**63, HEAD.root), (1, b"short")])
def test_a_checkpoint_that_could_not_be_read_back_is_not_made(size, root):
    with pytest.raises(CheckpointError):
        Checkpoint(ORIGIN, size, root)

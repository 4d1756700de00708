"""What a recorder offers of its logs is what they hold, as much as one answer takes; what comes back is its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.edge.archive import layout
from minhbach.edge.check.inspection import fast_check
from minhbach.edge.config import HOUR_US
from minhbach.edge.uplink.offering import COSIGNED, CannotOffer, Offer
from minhbach.ledger import checkpoint as checkpoints
from minhbach.ledger import note, tree
from minhbach.protocol.messages import MOST_ENTRIES_BYTES, EntriesWanted, ProofWanted
from tests.edge.keeping import Site, configured


def signer(name: str = "minhbach.vn/witness/centre") -> note.Signer:
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return note.Signer(name, raw, key.sign, note.WITNESS_KEY)


WITNESS = signer()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(configured(tmp_path / "archive", "quay-1", "quay-2")).start()
    site.live(4 * HOUR_US, HOUR_US)
    yield site
    if site.alive:
        site.stop()


@pytest.fixture
def offer(site: Site) -> Iterator[Offer]:
    verifier = note.parse_vkey(WITNESS.verifier.vkey, fast_check)
    offer = Offer(site.home, site.book, site.files, verifier)
    yield offer
    offer.close()


def test_all_entries_come_in_pieces_in_order(site: Site, offer: Offer) -> None:
    head = offer.head()
    found: list[bytes] = []
    while len(found) < head.size:
        taken = offer.entries(EntriesWanted(head.log, len(found), head.size))
        assert 0 < sum(len(each) + 2 for each in taken) <= MOST_ENTRIES_BYTES
        found += taken
    assert found == list(site.book.log.reader().entries(0, head.size))
    assert tree.root_of(map(tree.leaf_hash, found)) == checkpoints.claimed(head.note.encode()).root


def test_a_proof_leads_from_any_size_to_the_head(site: Site, offer: Offer) -> None:
    reader, head = site.book.log.reader(), offer.head()
    for old in range(1, head.size + 1, 7):
        proof = offer.proof(ProofWanted(head.log, old, head.size))
        tree.verify_consistency(old, reader.root(old), head.size, reader.root(head.size), proof)


@pytest.mark.parametrize(
    ("log", "begin", "end"), [("2026", 0, 10**9), ("2026", -1, 3), ("2026", 5, 5), ("1999", 0, 1), ("../x", 0, 1)]
)
def test_what_is_not_there_is_refused_in_words(offer: Offer, log: str, begin: int, end: int) -> None:
    with pytest.raises(CannotOffer) as refused:
        offer.entries(EntriesWanted(log, begin, end))
    assert refused.value.vi != refused.value.en


@pytest.mark.parametrize(("log", "old", "new"), [("2026", 0, 1), ("2026", 1, 10**9), ("2026", 2, 1), ("1999", 1, 1)])
def test_no_proof_is_given_of_what_is_not_there(offer: Offer, log: str, old: int, new: int) -> None:
    with pytest.raises(CannotOffer):
        offer.proof(ProofWanted(log, old, new))


def test_a_log_from_before_a_loss_is_offered_as_the_next_one_binds_it(site: Site, tmp_path: Path) -> None:
    old = site.book.name
    size = site.book.log.size
    site.stop()
    layout.key_path(site.folder).unlink()
    site.start()
    offer = Offer(site.home, site.book, site.files, WITNESS.verifier)
    first, last = offer.heads()
    assert (first.log, last.log) == (old, site.book.name)
    assert first.size >= size
    assert len(offer.entries(EntriesWanted(old, 0, first.size))) > 0
    offer.close()


def test_a_cosignature_is_kept_once_in_a_while_and_only_over_this_log(site: Site, offer: Offer) -> None:
    head = offer.head()
    signed = head.note.encode()
    claimed = checkpoints.claimed(signed)
    kept = layout.log_folder(site.folder, head.log) / COSIGNED
    for time_s in (1_790_000_000, 1_790_000_040, 1_790_000_400):
        assert offer.take_cosigned(head.log, signed + checkpoints.cosign(claimed, WITNESS, time_s)) == claimed
    assert kept.read_bytes().count(b"cosigned ") == 2
    before = kept.read_bytes()
    other = checkpoints.Checkpoint(claimed.origin, claimed.size, b"\1" * 32)
    for forged in (
        signed,
        signed + checkpoints.cosign(claimed, signer(), 1_790_001_000),
        checkpoints.sign(other, *site.book.log.signers) + checkpoints.cosign(other, WITNESS, 1_790_001_000),
        b"",
    ):
        with pytest.raises(CannotOffer):
            offer.take_cosigned(head.log, forged)
    assert kept.read_bytes() == before

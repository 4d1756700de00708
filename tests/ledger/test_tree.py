"""The tree against a second one, written straight from the recursive definitions of RFC 6962 section 2.1."""

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minhbach.ledger import tree
from minhbach.ledger.tree import ProofError

ENTRIES = [b"entry %d" % number for number in range(300)]
LEAVES = [tree.leaf_hash(entry) for entry in ENTRIES]


def halves(start: int, end: int) -> int:
    k = 1
    while k * 2 < end - start:
        k *= 2
    return start + k


@cache
def defined_root(start: int, end: int) -> bytes:
    if start == end:
        return sha256(b"").digest()
    if end - start == 1:
        return sha256(b"\0" + ENTRIES[start]).digest()
    middle = halves(start, end)
    return sha256(b"\1" + defined_root(start, middle) + defined_root(middle, end)).digest()


def defined_path(index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    middle = halves(start, end)
    if index < middle:
        return [*defined_path(index, start, middle), defined_root(middle, end)]
    return [*defined_path(index, middle, end), defined_root(start, middle)]


def defined_subproof(old: int, start: int, end: int, whole: bool) -> list[bytes]:
    if old == end:
        return [] if whole else [defined_root(start, end)]
    middle = halves(start, end)
    if old <= middle:
        return [*defined_subproof(old, start, middle, whole), defined_root(middle, end)]
    return [*defined_subproof(old, middle, end, False), defined_root(start, middle)]


def node(level: int, index: int) -> bytes:
    return defined_root(index << level, (index + 1) << level)


def test_roots_are_those_of_the_recursive_definition():
    frontier = tree.Frontier()
    assert frontier.root() == tree.root_of([]) == defined_root(0, 0)
    for size, leaf in enumerate(LEAVES, 1):
        frontier.append(leaf)
        assert frontier.size == size
        assert frontier.root() == defined_root(0, size)
    for size in (0, 1, 7, 64, 299):
        assert tree.root_at(size, node) == tree.root_of(LEAVES[:size]) == defined_root(0, size)


def test_a_frontier_goes_on_from_its_hashes_alone():
    for size in range(70):
        edge = tree.edge_at(size, node)
        again = tree.Frontier(edge.size, edge.hashes)
        copy = again.copy()
        again.append(LEAVES[size])
        assert again.root() == defined_root(0, size + 1)
        assert copy.root() == defined_root(0, size)


@pytest.mark.parametrize(("size", "hashes"), [(-1, []), (1, []), (2, [b"x" * 32] * 2), (1, [b"short"])])
def test_a_frontier_of_the_wrong_shape_is_refused(size, hashes):
    with pytest.raises(ProofError):
        tree.Frontier(size, hashes)


def test_every_inclusion_proof_is_the_defined_one_and_verifies():
    for size in range(1, 40):
        for index in range(size):
            proof = tree.inclusion_proof(index, size, node)
            assert proof == defined_path(index, 0, size)
            tree.verify_inclusion(LEAVES[index], index, size, proof, defined_root(0, size))


def test_every_consistency_proof_is_the_defined_one_and_verifies():
    for new in range(40):
        for old in range(new + 1):
            proof = tree.consistency_proof(old, new, node)
            assert proof == (defined_subproof(old, 0, new, True) if old else [])
            tree.verify_consistency(old, defined_root(0, old), new, defined_root(0, new), proof)


def test_an_inclusion_proof_holds_for_no_other_index_size_leaf_or_root():
    for size in range(1, 18):
        for index in range(size):
            proof = defined_path(index, 0, size)
            for other in range(20):
                if other != index:
                    refused_inclusion(LEAVES[index], other, size, proof, defined_root(0, size))
                    refused_inclusion(LEAVES[other], index, size, proof, defined_root(0, size))
                if other != size:
                    refused_inclusion(LEAVES[index], index, size, proof, defined_root(0, other))


def test_a_consistency_proof_holds_for_no_other_root_and_no_shrinking():
    for new in range(1, 18):
        for old in range(1, new + 1):
            proof = defined_subproof(old, 0, new, True)
            for other in range(20):
                if other != old:
                    refused_consistency(old, defined_root(0, other), new, defined_root(0, new), proof)
                if other != new:
                    refused_consistency(old, defined_root(0, old), new, defined_root(0, other), proof)
            if old < new:
                refused_consistency(new, defined_root(0, new), old, defined_root(0, old), proof)
            refused_consistency(old, defined_root(0, old), new, defined_root(0, new), [*proof, LEAVES[0]])


def test_a_root_signed_for_a_tree_of_another_height_does_not_pass_as_this_one():
    """Whoever signs chooses root and size: the length of the proof is what ties the one to the other."""
    for old in range(1, 18):
        for new in range(old + 1, 18):
            proof = defined_subproof(old, 0, new, True)
            for other in range(old + 1, 34):
                if len(defined_subproof(old, 0, other, True)) != len(proof):
                    refused_consistency(old, defined_root(0, old), other, defined_root(0, new), proof)


def test_a_proof_of_anything_but_hashes_is_refused_even_when_it_adds_up():
    for odd in (b"", b"x" * 31, b"x" * 64):
        refused_inclusion(LEAVES[0], 0, 2, [odd], tree.node_hash(LEAVES[0], odd))
        refused_inclusion(odd, 0, 1, [], odd)
        refused_consistency(1, LEAVES[0], 2, tree.node_hash(LEAVES[0], odd), [odd])
        refused_consistency(1, odd, 1, odd, [])


@given(st.integers(1, 300), st.data())
def test_a_changed_inclusion_proof_never_verifies(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(index, size, node)
    changed = data.draw(changes(proof))
    if changed != proof:
        refused_inclusion(LEAVES[index], index, size, changed, defined_root(0, size))


@given(st.integers(0, 300), st.data())
def test_a_changed_consistency_proof_never_verifies(new, data):
    old = data.draw(st.integers(0, new))
    proof = tree.consistency_proof(old, new, node)
    changed = data.draw(changes(proof))
    if changed != proof:
        refused_consistency(old, defined_root(0, old), new, defined_root(0, new), changed)


def test_the_empty_tree_has_one_root():
    tree.verify_consistency(0, tree.EMPTY_ROOT, 0, tree.EMPTY_ROOT, [])
    refused_consistency(0, LEAVES[0], 1, defined_root(0, 1), [])
    refused_consistency(0, LEAVES[0], 0, LEAVES[0], [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_no_proof_is_made_or_believed_for_a_leaf_that_is_not_there(index, size):
    refused_inclusion(LEAVES[0], index, size, [], defined_root(0, 1))
    with pytest.raises(ProofError):
        tree.inclusion_proof(index, size, node)


def test_no_consistency_proof_is_made_for_a_shrinking_tree():
    with pytest.raises(ProofError):
        tree.consistency_proof(5, 4, node)


def changes(proof: list[bytes]) -> st.SearchStrategy[list[bytes]]:
    """The proof with elements dropped, doubled, swapped, cut, or altered in one bit."""
    flips = st.tuples(st.integers(0, max(0, len(proof) - 1)), st.integers(0, 255)).map(lambda at: flipped(proof, *at))
    mixed = st.lists(st.sampled_from([*proof, LEAVES[0], b"", b"x" * 31]), max_size=len(proof) + 2)
    return st.one_of(flips, mixed)


def flipped(proof: list[bytes], element: int, bit: int) -> list[bytes]:
    changed = list(proof)
    if changed:
        value = int.from_bytes(changed[element], "big") ^ 1 << bit
        changed[element] = value.to_bytes(32, "big")
    return changed


def refused_inclusion(*claim):
    with pytest.raises(ProofError):
        tree.verify_inclusion(*claim)


def refused_consistency(*claim):
    with pytest.raises(ProofError):
        tree.verify_consistency(*claim)

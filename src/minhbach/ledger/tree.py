"""Merkle tree hashes and proofs of RFC 6962 section 2.1 over SHA-256.

Owns the arithmetic only: where the hashes of perfect subtrees come from is a function of the caller (`Node`), so the
same code proves from files, from memory and over a network. Promises that a proof that verifies binds every leaf
below the tree size. Leaves storage to `tiles` and signatures to `checkpoint`.

Words: the *node* (level, index) is the root over the leaves [index * 2**level, (index + 1) * 2**level).
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from hmac import compare_digest

from minhbach.ledger.errors import LedgerError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]


class ProofError(LedgerError):
    """A proof, a root or a size does not fit the others."""


def leaf_hash(data: bytes) -> bytes:
    """32 bytes: SHA-256(0x00 || data), RFC 6962 section 2.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """32 bytes: SHA-256(0x01 || left || right), RFC 6962 section 2.1."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: one hash per perfect subtree, largest first.

    Grows by leaf hashes, never shrinks, and costs one hash per appended leaf on average.
    Raises ProofError when `hashes` cannot be the edge of a tree of `size` leaves.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size = size
        self._hashes = list(hashes)
        if size < 0 or len(self._hashes) != size.bit_count():
            raise ProofError(f"A tree of {size} leaves has another number of edge hashes than {len(self._hashes)}.")
        if any(len(edge) != HASH_BYTES for edge in self._hashes):
            raise ProofError("An edge hash is not 32 bytes long.")

    @property
    def size(self) -> int:
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf by its leaf hash."""
        carried, rest = leaf, self._size
        while rest & 1:
            carried = node_hash(self._hashes.pop(), carried)
            rest >>= 1
        self._hashes.append(carried)
        self._size += 1

    def root(self) -> bytes:
        """The Merkle Tree Hash of everything appended so far; the hash of nothing for an empty tree."""
        return _fold(self._hashes) if self._hashes else EMPTY_ROOT

    def copy(self) -> "Frontier":
        return Frontier(self._size, self._hashes)


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Merkle Tree Hash over the given leaf hashes (RFC 6962 section 2.1); EMPTY_ROOT for none."""
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier.append(leaf)
    return frontier.root()


def root_at(size: int, node: Node) -> bytes:
    """Merkle Tree Hash of the first `size` leaves, out of perfect subtrees."""
    return _span(0, size, node) if size else EMPTY_ROOT


def edge_at(size: int, node: Node) -> Frontier:
    """The frontier of the first `size` leaves, ready to grow."""
    return Frontier(size, _peaks(0, size, node))


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Audit path of leaf `index` in the tree of `size` leaves, leaf side first (RFC 6962 section 2.1.1).

    Raises ProofError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ProofError(f"A tree of {size} leaves has no leaf {index}.")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old_size: int, new_size: int, node: Node) -> list[bytes]:
    """Proof that the first tree is the beginning of the second (RFC 6962 section 2.1.2).

    Empty when `old_size` is 0 or both are equal. Raises ProofError when the old tree is larger.
    """
    if not 0 <= old_size <= new_size:
        raise ProofError(f"A tree of {old_size} leaves is not the beginning of one of {new_size}.")
    if old_size in (0, new_size):
        return []
    start, end, path = 0, new_size, []
    while end != old_size:
        middle = _split(start, end)
        if old_size <= middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    if start:  # the old root itself is known to the verifier; only an inner part of it has to be told
        path.append(_span(start, end, node))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return when `leaf` (a leaf hash) is leaf `index` of the tree (size, root); raise ProofError otherwise."""
    if not 0 <= index < size:
        raise ProofError(f"A tree of {size} leaves has no leaf {index}.")
    _demand_hashes((leaf, root, *proof))
    position, last, reached = index, size - 1, leaf
    for sibling in proof:
        if not last:
            raise ProofError("The inclusion proof is longer than the tree is high.")
        if position & 1 or position == last:
            reached = node_hash(sibling, reached)
            position, last = _climb(position, last)
        else:
            reached = node_hash(reached, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofError("The inclusion proof is shorter than the tree is high.")
    if not compare_digest(reached, root):
        raise ProofError(f"The entry is not leaf {index} of the tree of {size} leaves with this root.")


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return when the tree (old_size, old_root) is the beginning of (new_size, new_root); raise ProofError otherwise.

    From the empty tree the proof is empty and the old root must be EMPTY_ROOT.
    """
    if not 0 <= old_size <= new_size:
        raise ProofError(f"A tree of {new_size} leaves cannot continue one of {old_size}.")
    _demand_hashes((old_root, new_root, *proof))
    if old_size in (0, new_size):
        _demand_trivial(old_size, old_root, new_size, new_root, proof)
        return
    if not proof:
        raise ProofError("The consistency proof is empty although the tree has grown.")
    # A perfect old tree is itself the first node of the path; the proof does not repeat it.
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_reached = new_reached = path[0]
    for sibling in path[1:]:
        if not last:
            raise ProofError("The consistency proof is longer than the tree is high.")
        if position & 1 or position == last:
            old_reached = node_hash(sibling, old_reached)
            new_reached = node_hash(sibling, new_reached)
            position, last = _climb(position, last)
        else:
            new_reached = node_hash(new_reached, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofError("The consistency proof is shorter than the tree is high.")
    if not (compare_digest(old_reached, old_root) and compare_digest(new_reached, new_root)):
        raise ProofError(f"The tree of {new_size} leaves does not continue the tree of {old_size} leaves.")


def _demand_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(value) != HASH_BYTES for value in hashes):
        raise ProofError("A hash in the proof is not 32 bytes long.")


def _demand_trivial(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise ProofError("A consistency proof from nothing, or from the same size, must be empty.")
    if (old_size == 0 and old_root != EMPTY_ROOT) or (new_size == 0 and new_root != EMPTY_ROOT):
        raise ProofError("The root of an empty tree is not the hash of nothing.")
    if old_size == new_size and not compare_digest(old_root, new_root):
        raise ProofError(f"Two different roots claim the same size {new_size}.")


def _climb(position: int, last: int) -> tuple[int, int]:
    """Skip the levels on which the reached node has no sibling to its right."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _split(start: int, end: int) -> int:
    """First leaf of the right part: the largest power of two smaller than the span comes first."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _peaks(start: int, end: int, node: Node) -> list[bytes]:
    peaks = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append(node(level, start >> level))
        start += 1 << level
    return peaks


def _span(start: int, end: int, node: Node) -> bytes:
    return _fold(_peaks(start, end, node))


def _fold(peaks: Sequence[bytes]) -> bytes:
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root

"""When each segment is, for the law of deletion: `ledger.spans.Spans` over packed rows.

Owns `SegmentBlock`: 64 segments a row, read when asked for, written together at the end of a batch, in the transaction
of the rows that speak of the same entries. Promises that memory grows with what one batch touches. Leaves what the
times mean to `ledger.history` and to `sheet`.
"""

import struct
from collections.abc import Iterator
from uuid import UUID

from minhbach.centre.footage.models import FootageStream, SegmentBlock
from minhbach.ledger.spans import Span

PER_BLOCK = 64
_ROW = struct.Struct(">qqqq")
_READ_AHEAD = 64

_Key = tuple[UUID, int]


class BlockSpans:
    """The spans of one recorder's streams inside one transaction. ``streams``: (camera, stream) → its row."""

    def __init__(self, streams: dict[tuple[str, str], FootageStream]) -> None:
        self._streams = streams
        self._blocks: dict[_Key, dict[int, Span]] = {}
        self._changed: set[_Key] = set()

    def add(self, camera: str, stream: str, span: Span) -> None:
        row = self._streams.get((camera, stream))
        if row is not None:
            key = (row.id, span.number // PER_BLOCK)
            self._load(row.id, key[1], key[1])
            self._blocks[key][span.number] = span
            self._changed.add(key)

    def find(self, camera: str, stream: str, first: int, last: int) -> Iterator[Span]:
        row = self._streams.get((camera, stream))
        if row is None:
            return
        for number in self._there(row.id, first // PER_BLOCK, last // PER_BLOCK):
            self._load(row.id, number, number + _READ_AHEAD)
            block = self._blocks.get((row.id, number), {})
            yield from (block[each] for each in sorted(block) if first <= each <= last)

    def forget(self, camera: str, stream: str, first: int, last: int) -> None:
        row = self._streams.get((camera, stream))
        if row is None:
            return
        low, high = -(-first // PER_BLOCK), (last + 1) // PER_BLOCK
        for edge in [each for each in {first // PER_BLOCK, last // PER_BLOCK} if not low <= each < high]:
            self._load(row.id, edge, edge)
            block = self._blocks[row.id, edge]
            for number in [each for each in block if first <= each <= last]:
                del block[number]
                self._changed.add((row.id, edge))
        SegmentBlock.objects.filter(stream=row.id, block__gte=low, block__lt=high).delete()
        for key in [each for each in self._blocks if each[0] == row.id and low <= each[1] < high]:
            self._blocks[key] = {}
            self._changed.discard(key)

    def save(self) -> None:
        """Write what changed."""
        rows = []
        for stream, block in self._changed:
            if spans := self._blocks[stream, block]:
                rows.append(SegmentBlock(stream_id=stream, block=block, packed=_packed(spans)))
            else:
                SegmentBlock.objects.filter(stream=stream, block=block).delete()
        SegmentBlock.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["stream", "block"], update_fields=["packed"]
        )
        self._changed.clear()

    def _there(self, stream: UUID, low: int, high: int) -> list[int]:
        """The numbers of the blocks that hold anything, saved or not."""
        saved = SegmentBlock.objects.filter(stream=stream, block__gte=low, block__lte=high)
        fresh = {block for owner, block in self._blocks if owner == stream and low <= block <= high}
        return sorted({*saved.values_list("block", flat=True), *fresh})

    def _load(self, stream: UUID, low: int, high: int) -> None:
        if (stream, low) in self._blocks:
            return
        self._blocks[stream, low] = {}
        rows = SegmentBlock.objects.filter(stream=stream, block__gte=low, block__lte=high)
        for block, packed in rows.values_list("block", "packed"):
            if block == low or (stream, block) not in self._blocks:
                self._blocks[stream, block] = {span.number: span for span in _unpacked(bytes(packed))}


def _packed(block: dict[int, Span]) -> bytes:
    return b"".join(_ROW.pack(*block[number]) for number in sorted(block))


def _unpacked(data: bytes) -> Iterator[Span]:
    return (Span(*row) for row in _ROW.iter_unpack(data))

"""Reading the bits of parameter sets, and packing whole sets into decoder configuration records.

Owns fixed-width and Exp-Golomb codes (ITU-T H.264 and H.265, 9.1/9.2), the removal of emulation prevention
bytes, and the counted, length-prefixed lists of NAL units that `avcC` and `hvcC` share. Whatever the bytes
are, a read returns a value or raises `BrokenSet`: it never loops without end and never looks beyond
`LONGEST_SET_BYTES` of a set. What the numbers mean is left to the codecs.
"""

from collections.abc import Callable, Sequence

LONGEST_SET_BYTES = 4096
"""Real parameter sets stay below some hundred bytes; a hostile one may be larger and is read this far."""


class BrokenSet(ValueError):
    """A parameter set or codec configuration ends early or says what the standard forbids."""


class BitReader:
    """A position in a string of bits, most significant bit first."""

    __slots__ = ("_left", "_value")

    def __init__(self, data: bytes) -> None:
        data = data[:LONGEST_SET_BYTES]
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    @property
    def left(self) -> int:
        """How many bits have not been read yet."""
        return self._left

    def read(self, bits: int) -> int:
        """The next `bits` bits as an unsigned number, u(n) in the standards."""
        left = self._left - bits
        if left < 0:
            raise BrokenSet("A parameter set ends before the value that was to be read.")
        self._left = left
        return (self._value >> left) & ((1 << bits) - 1)

    def flag(self) -> bool:
        return self.read(1) == 1

    def skip(self, bits: int) -> None:
        self.read(bits)

    def unsigned(self) -> int:
        """An Exp-Golomb number, ue(v): at most 32 leading zeros are legal."""
        zeros = 0
        while not self.read(1):
            zeros += 1
            if zeros > 32:
                raise BrokenSet("A parameter set holds an Exp-Golomb code of more than 32 leading zeros.")
        return (1 << zeros) - 1 + self.read(zeros)

    def signed(self) -> int:
        """A signed Exp-Golomb number, se(v)."""
        code = self.unsigned()
        return (code + 1) // 2 if code & 1 else -(code // 2)

    def bounded(self, most: int, what: str) -> int:
        """An Exp-Golomb number that the standard limits to `most`; keeps hostile counts from becoming loops."""
        value = self.unsigned()
        if value > most:
            raise BrokenSet(f"A parameter set says {value} for {what}, where at most {most} is possible.")
        return value


def without_emulation_prevention(nal: bytes) -> bytes:
    """The bytes of a NAL unit with each 00 00 03 turned back into 00 00 (H.264 7.4.1, H.265 7.4.2)."""
    return nal[:LONGEST_SET_BYTES].replace(b"\x00\x00\x03", b"\x00\x00")


class ByteReader:
    """A position in a decoder configuration record."""

    __slots__ = ("_at", "_record")

    def __init__(self, record: bytes, at: int = 0) -> None:
        self._record, self._at = record, at

    @property
    def left(self) -> int:
        """How many bytes have not been read yet."""
        return len(self._record) - self._at

    def take(self, count: int) -> bytes:
        if self.left < count:
            raise BrokenSet("A decoder configuration record ends before what it announces.")
        self._at += count
        return self._record[self._at - count : self._at]

    def rest(self) -> bytes:
        return self.take(self.left)

    def number(self, size: int) -> int:
        """An unsigned big-endian number of `size` bytes."""
        return int.from_bytes(self.take(size), "big")

    def sets(self, count: int) -> list[bytes]:
        """`count` NAL units, each behind its length in two bytes."""
        return [self.take(self.number(2)) for _ in range(count)]


def fitting_sets(sets: Sequence[bytes], kind: int, nal_type: Callable[[bytes], int], *, most: int) -> list[bytes]:
    """The NAL units of one type that fit into a record: at most `most`, each of at most 65,535 bytes."""
    return [nal for nal in sets if nal_type(nal) == kind and len(nal) <= 0xFFFF][:most]


def prefixed_sets(sets: Sequence[bytes]) -> bytes:
    """NAL units one behind the other, each behind its length in two bytes; `ByteReader.sets` reverses it."""
    return b"".join(len(nal).to_bytes(2, "big") + nal for nal in sets)

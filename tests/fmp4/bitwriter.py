"""Parameter sets written bit by bit, for what no encoder at hand can be made to produce."""

from collections.abc import Sequence


class BitWriter:
    """The syntax elements of the standards, in their order: u(n), ue(v), se(v)."""

    def __init__(self) -> None:
        self.text = ""

    def u(self, bits: int, *values: int) -> "BitWriter":
        for value in values:
            self.text += f"{value:0{bits}b}"
        return self

    def ue(self, *values: int) -> "BitWriter":
        for value in values:
            code = f"{value + 1:b}"
            self.text += "0" * (len(code) - 1) + code
        return self

    def se(self, *values: int) -> "BitWriter":
        return self.ue(*(2 * value - 1 if value > 0 else -2 * value for value in values))

    def nal(self, header: bytes) -> bytes:
        """The NAL unit: stop bit, alignment and emulation prevention added."""
        bits = self.text + "1"
        bits += "0" * (-len(bits) % 8)
        return header + protected(int(bits, 2).to_bytes(len(bits) // 8, "big"))


def protected(payload: Sequence[int]) -> bytes:
    """Emulation prevention: a 03 before any byte below 4 that follows two zeros (H.264 7.4.1)."""
    out = bytearray()
    for byte in payload:
        if byte <= 3 and out[-2:] == b"\x00\x00":
            out.append(3)
        out.append(byte)
    return bytes(out)


def h264_sps(*, chroma: int = 1, order_type: int = 0) -> bytes:
    """A High 4:4:4 SPS with scaling lists, fields, cropping, and a VUI in which everything is present."""
    bits = BitWriter().u(8, 244, 0, 40).ue(0, chroma)
    if chroma == 3:
        bits.u(1, 1)  # three colour planes on their own
    bits.ue(0, 0).u(1, 0, 1)
    for index in range(12 if chroma == 3 else 8):
        if index % 3 == 0:
            bits.u(1, 1).se(*[1, -1] * (8 if index < 6 else 32))
        elif index % 3 == 1:
            bits.u(1, 1).se(-8)  # the default list: nothing follows
        else:
            bits.u(1, 0)
    bits.ue(0, order_type)
    if order_type == 0:
        bits.ue(4)
    elif order_type == 1:
        bits.u(1, 0).se(-1, 1).ue(2).se(1, -2)
    bits.ue(2).u(1, 0).ue(43, 17).u(1, 0, 1, 1).u(1, 1).ue(1, 2, 0, 3)
    bits.u(1, 1, 1).u(8, 255).u(16, 12, 11).u(1, 1, 1)
    bits.u(1, 1).u(3, 5).u(1, 1, 1).u(8, 1, 1, 1).u(1, 1).ue(0, 0).u(1, 1).u(32, 1, 50).u(1, 1)
    for _ in range(2):  # buffer models for NAL and VCL
        bits.u(1, 1).ue(1).u(4, 0, 0).ue(5, 6).u(1, 1).ue(7, 8).u(1, 0).u(5, 23, 23, 23, 24)
    return bits.u(1, 0, 1, 1, 1).ue(2, 1, 10, 10, 3, 4).nal(b"\x67")


def h265_profile(bits: BitWriter, sub_layers: int) -> BitWriter:
    """profile_tier_level of Main, level 4, high tier; the lower sub-layers say profile and level by turns."""
    _one_profile(bits, tier=1).u(8, 120)
    below = sub_layers - 1
    present = [(index % 2, 1 - index % 2) for index in range(below)]
    for pair in present:
        bits.u(1, *pair)
    if below:
        bits.u(2, *[0] * (8 - below))
    for profile, level in present:
        if profile:
            _one_profile(bits, tier=0)
        if level:
            bits.u(8, 90)
    return bits


def _one_profile(bits: BitWriter, tier: int) -> BitWriter:
    return bits.u(2, 0).u(1, tier).u(5, 1).u(32, 0x60000000).u(48, 0x900000000000)


def h265_vps(sub_layers: int = 1) -> bytes:
    bits = BitWriter().u(4, 0).u(2, 3).u(6, 0).u(3, sub_layers - 1).u(1, 1).u(16, 0xFFFF)
    h265_profile(bits, sub_layers).u(1, 0)
    bits.ue(4, 2, 0)
    return bits.u(6, 0).ue(0).u(1, 0, 0).nal(bytes((32 << 1, 1)))


def h265_sps(
    *,
    sub_layers: int = 3,
    chroma: int = 1,
    bit_depth: int = 8,
    segmentation: int = 7,
    scaling: bool = True,
    always_fixed_rate: bool = False,
) -> bytes:
    """An SPS that uses everything odd cameras use: sub-layers, cropping, scaling lists, predicted sets, HRD."""
    bits = BitWriter().u(4, 0).u(3, sub_layers - 1).u(1, 1)
    h265_profile(bits, sub_layers).ue(0, chroma)
    if chroma == 3:
        bits.u(1, 0)
    bits.ue(2560, 1440).u(1, 1).ue(0, 4, 0, 6)
    bits.ue(bit_depth - 8, bit_depth - 8, 4)
    bits.u(1, 1)
    for _ in range(sub_layers):
        bits.ue(4, 2, 0)
    bits.ue(0, 3, 0, 3, 0, 0)
    bits.u(1, int(scaling))
    if scaling:
        _scaling_lists(bits.u(1, 1))
    bits.u(1, 1, 1, 0)
    _reference_sets(bits)
    bits.u(1, 1).ue(2).u(9, 5).u(9, 9)  # two long-term pictures: 8 bits of order count and a flag each
    bits.u(1, 1, 1)
    _vui(bits.u(1, 1), sub_layers, segmentation, always_fixed_rate)
    return bits.u(1, 0).nal(bytes((33 << 1, 1)))


def _scaling_lists(bits: BitWriter) -> None:
    for size in range(4):
        for matrix in range(0, 6, 3 if size == 3 else 1):
            if matrix == 0:
                bits.u(1, 0).ue(0)
                continue
            bits.u(1, 1)
            if size > 1:
                bits.se(8)
            bits.se(*[1, -1] * (min(64, 1 << (4 + (size << 1))) // 2))


def _reference_sets(bits: BitWriter) -> None:
    """Three sets; the second predicted from the first (one picture dropped, one kept unused), the third from it."""
    bits.ue(3)
    bits.ue(2, 1).ue(0).u(1, 1).ue(0).u(1, 1).ue(0).u(1, 1)
    bits.u(1, 1).u(1, 1).ue(4).u(1, 1).u(1, 0, 0).u(1, 0, 1).u(1, 1)
    bits.u(1, 1).u(1, 1).ue(0).u(1, 1, 1, 1, 1)


def _vui(bits: BitWriter, sub_layers: int, segmentation: int, always_fixed_rate: bool) -> None:
    bits.u(1, 1).u(8, 255).u(16, 4, 3)
    bits.u(1, 1, 1)
    bits.u(1, 1).u(3, 5).u(1, 1).u(1, 1).u(8, 1, 1, 1)
    bits.u(1, 1).ue(0, 0)
    bits.u(1, 0, 0, 0)
    bits.u(1, 0)
    bits.u(1, 1).u(32, 1, 25).u(1, 1).ue(0)
    _hrd(bits.u(1, 1), sub_layers, always_fixed_rate)
    bits.u(1, 1).u(1, 1, 0, 1).ue(segmentation, 2, 1, 15, 15)


def _hrd(bits: BitWriter, sub_layers: int, always_fixed_rate: bool) -> None:
    """Buffer models for NAL and VCL, with sub-pictures; each sub-layer tells its rate in another way."""
    bits.u(1, 1, 1).u(1, 1).u(8, 0).u(5, 1).u(1, 0).u(5, 1).u(4, 0, 0).u(4, 0).u(5, 1, 1, 1)
    for index in range(sub_layers):
        buffers = 2 if index == 0 else 1
        if index == 1:
            bits.u(1, 0, 0).u(1, 1)  # low delay: one buffer, the number is not written
        else:
            # A rate that is fixed throughout is fixed within the sequence too, which is then not written.
            bits.u(1, 1) if always_fixed_rate else bits.u(1, 0, 1)
            bits.ue(0, buffers - 1)
        for _ in range(2 * buffers):
            bits.ue(10, 20, 30, 40).u(1, 0)


def h265_pps(*, tiles: bool = False, wavefronts: bool = False) -> bytes:
    bits = BitWriter().ue(0, 0).u(1, 0, 0).u(3, 0).u(1, 1, 0).ue(0, 0).se(-3).u(1, 0, 1).u(1, 1).ue(1).se(2, -2)
    bits.u(1, 0, 1, 0, 0).u(1, int(tiles), int(wavefronts))
    if tiles:
        bits.ue(1, 1).u(1, 1, 0)
    return bits.u(1, 1).u(1, 0).u(1, 0, 0).ue(0).u(1, 0, 0).nal(bytes((34 << 1, 1)))

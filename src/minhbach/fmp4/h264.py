"""H.264 parameter sets: what a sequence parameter set says, and the `avcC` record.

Sources: ITU-T H.264 7.3.2.1 and Annex E for the syntax, ISO/IEC 14496-15 5.3.3 for the record. The sets go
into the record byte for byte as the camera sent them, trailing zeros too; a set that cannot be understood
never stops a recording: the record then carries what its first bytes say and 4:2:0, 8 bit, for the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from minhbach.fmp4.bits import (
    BitReader,
    BrokenSet,
    ByteReader,
    fitting_sets,
    prefixed_sets,
    without_emulation_prevention,
)

SPS, PPS, SPS_EXTENSION = 7, 8, 13

# Profiles whose SPS says chroma format and bit depths (H.264 7.3.2.1.1).
_PROFILES_WITH_CHROMA = frozenset((44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 144, 244))
# Profiles whose record ends without them (ISO/IEC 14496-15 5.3.3.1.2).
_PROFILES_WITHOUT_EXTENSION = frozenset((66, 77, 88))
# High 4.0: what a decoder is told to be ready for when no SPS has been seen.
_UNKNOWN = bytes((100, 0, 40))


@dataclass(frozen=True, slots=True)
class Sps:
    """What a sequence parameter set says; sizes in pixels after cropping.

    `reorder_frames` is how many pictures may precede one in decoding and follow it in output: 0 means no
    B-frame delay, None that the set does not say.
    """

    profile: int
    constraints: int
    level: int
    chroma_format: int
    luma_bits: int
    chroma_bits: int
    width: int
    height: int
    reorder_frames: int | None


@dataclass(frozen=True, slots=True)
class _Head:
    profile: int
    constraints: int
    level: int
    chroma_format: int = 1
    separate_planes: bool = False
    luma_bits: int = 8
    chroma_bits: int = 8


def nal_type(nal: bytes) -> int:
    """The nal_unit_type of a whole NAL unit; 0 (unspecified) for an empty one."""
    return nal[0] & 0x1F if nal else 0


def parse_sps(nal: bytes) -> Sps:
    """Understands a whole SPS NAL unit, or raises `BrokenSet`."""
    bits = BitReader(without_emulation_prevention(nal))
    head = _read_head(bits)
    bits.unsigned()  # log2_max_frame_num_minus4
    order_type = _skip_picture_order(bits)
    bits.unsigned()  # max_num_ref_frames
    bits.flag()  # gaps_in_frame_num_value_allowed_flag
    width, height = _read_size(bits, head)
    return Sps(
        head.profile,
        head.constraints,
        head.level,
        head.chroma_format,
        head.luma_bits,
        head.chroma_bits,
        width,
        height,
        0 if order_type == 2 else _reorder_frames(bits),
    )


def _read_head(bits: BitReader) -> _Head:
    """From the NAL header to the bit depths and scaling matrices."""
    if bits.read(8) & 0x1F != SPS:
        raise BrokenSet("This NAL unit is no H.264 sequence parameter set.")
    profile, constraints, level = bits.read(8), bits.read(8), bits.read(8)
    bits.unsigned()  # seq_parameter_set_id
    if profile not in _PROFILES_WITH_CHROMA:
        return _Head(profile, constraints, level)
    chroma = bits.bounded(3, "chroma_format_idc")
    separate = chroma == 3 and bits.flag()
    luma_bits = 8 + bits.bounded(6, "bit_depth_luma_minus8")
    chroma_bits = 8 + bits.bounded(6, "bit_depth_chroma_minus8")
    bits.flag()  # qpprime_y_zero_transform_bypass_flag
    if bits.flag():
        for index in range(12 if chroma == 3 else 8):
            if bits.flag():
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return _Head(profile, constraints, level, chroma, separate, luma_bits, chroma_bits)


def _skip_scaling_list(bits: BitReader, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) & 0xFF
        last = following or last


def _skip_picture_order(bits: BitReader) -> int:
    """Reads over the picture order count fields and returns pic_order_cnt_type."""
    kind = bits.bounded(2, "pic_order_cnt_type")
    if kind == 0:
        bits.unsigned()
    elif kind == 1:
        bits.flag()
        bits.signed()
        bits.signed()
        for _ in range(bits.bounded(255, "num_ref_frames_in_pic_order_cnt_cycle")):
            bits.signed()
    return kind


def _read_size(bits: BitReader, head: _Head) -> tuple[int, int]:
    width = 16 * (bits.bounded(1 << 12, "pic_width_in_mbs_minus1") + 1)
    map_units = bits.bounded(1 << 12, "pic_height_in_map_units_minus1") + 1
    fields = 1 if bits.flag() else 2
    height = 16 * map_units * fields
    if fields == 2:
        bits.flag()  # mb_adaptive_frame_field_flag
    bits.flag()  # direct_8x8_inference_flag
    if bits.flag():
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        chroma = 0 if head.separate_planes else head.chroma_format
        width -= (left + right) * (2 if chroma in (1, 2) else 1)
        height -= (top + bottom) * (2 if chroma == 1 else 1) * fields
    if width <= 0 or height <= 0:
        raise BrokenSet("An H.264 sequence parameter set crops its whole picture away.")
    return width, height


def _reorder_frames(bits: BitReader) -> int | None:
    """max_num_reorder_frames of the VUI; a VUI that cannot be read (seen at cameras) counts as silent."""
    try:
        return _read_vui(bits) if bits.flag() else None
    except BrokenSet:
        return None


def _read_vui(bits: BitReader) -> int | None:
    if bits.flag() and bits.read(8) == 255:  # extended sample aspect ratio
        bits.skip(32)
    if bits.flag():
        bits.flag()  # overscan_appropriate_flag
    if bits.flag():  # video_signal_type_present_flag
        bits.skip(4)
        if bits.flag():
            bits.skip(24)
    if bits.flag():  # chroma_loc_info_present_flag
        bits.unsigned()
        bits.unsigned()
    if bits.flag():  # timing_info_present_flag
        bits.skip(65)
    buffer_models = 0
    for _ in range(2):  # NAL and VCL HRD parameters
        if bits.flag():
            _skip_hrd(bits)
            buffer_models += 1
    if buffer_models:
        bits.flag()  # low_delay_hrd_flag
    bits.flag()  # pic_struct_present_flag
    if not bits.flag():  # bitstream_restriction_flag
        return None
    bits.flag()
    for _ in range(4):
        bits.unsigned()
    return bits.bounded(16, "max_num_reorder_frames")


def _skip_hrd(bits: BitReader) -> None:
    count = bits.bounded(31, "cpb_cnt_minus1") + 1
    bits.skip(8)
    for _ in range(count):
        bits.unsigned()
        bits.unsigned()
        bits.flag()
    bits.skip(20)


def profile_bytes(sets: Sequence[bytes]) -> bytes:
    """Profile, constraint flags and level as the SPS in use says them, never as an SDP line does (B11)."""
    for nal in sets:
        if nal_type(nal) == SPS and len(nal) >= 4:
            return nal[1:4]
    return _UNKNOWN


def decoder_configuration(sets: Sequence[bytes]) -> bytes:
    """The AVCDecoderConfigurationRecord (ISO/IEC 14496-15 5.3.3.1) of these NAL units, 4-byte lengths."""
    profile = profile_bytes(sets)
    record = bytearray((1, *profile, 0xFF))
    sequence = fitting_sets(sets, SPS, nal_type, most=31)
    record += bytes((0xE0 | len(sequence),)) + prefixed_sets(sequence)
    picture = fitting_sets(sets, PPS, nal_type, most=255)
    record += bytes((len(picture),)) + prefixed_sets(picture)
    if profile[0] not in _PROFILES_WITHOUT_EXTENSION:
        extension = fitting_sets(sets, SPS_EXTENSION, nal_type, most=255)
        record += bytes((*_chroma_bytes(sequence), len(extension))) + prefixed_sets(extension)
    return bytes(record)


def _chroma_bytes(sequence_sets: Sequence[bytes]) -> tuple[int, int, int]:
    try:
        head = _read_head(BitReader(without_emulation_prevention(sequence_sets[0])))
    except (BrokenSet, IndexError):
        return 0xFD, 0xF8, 0xF8
    return 0xFC | head.chroma_format, 0xF8 | (head.luma_bits - 8), 0xF8 | (head.chroma_bits - 8)


def sets_of_record(record: bytes) -> tuple[bytes, ...]:
    """The NAL units inside an `avcC` record, in its order; raises `BrokenSet` when it is cut short."""
    reader = ByteReader(record, 5)
    sets = reader.sets(reader.number(1) & 0x1F) + reader.sets(reader.number(1))
    if reader.left >= 4:
        reader.take(3)
        sets += reader.sets(reader.number(1))
    return tuple(sets)

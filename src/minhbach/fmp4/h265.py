"""H.265 parameter sets: what a sequence parameter set says, and the `hvcC` record.

Sources: ITU-T H.265 7.3.2, 7.3.3, 7.3.7 and Annex E for the syntax, ISO/IEC 14496-15 8.3.3 for the record
and Annex E for the codec string. The sets go into the record byte for byte as the camera sent them. What a
set does not let us understand takes the most common value (4:2:0, 8 bit, segmentation unknown), so that a
camera with an odd SPS is still recorded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minhbach.fmp4.bits import (
    BitReader,
    BrokenSet,
    ByteReader,
    fitting_sets,
    prefixed_sets,
    without_emulation_prevention,
)

VPS, SPS, PPS, PREFIX_SEI, SUFFIX_SEI = 32, 33, 34, 39, 40

_MOST_SEGMENTATION = 4096  # min_spatial_segmentation_idc has 12 bits
_ARRAYS = (VPS, SPS, PPS, PREFIX_SEI, SUFFIX_SEI)


@dataclass(frozen=True, slots=True)
class Profile:
    """The general part of profile_tier_level (H.265 7.3.3); flags as the numbers they form in the stream."""

    space: int = 0
    tier: int = 0
    idc: int = 1
    compatibility: int = 0x60000000
    constraints: int = 0xB00000000000
    level: int = 120


@dataclass(frozen=True, slots=True)
class Sps:
    """What a sequence parameter set says; sizes in pixels after cropping.

    `reorder_frames` is how many pictures may precede one in decoding and follow it in output.
    `segmentation` is min_spatial_segmentation_idc, 0 when the set does not say.
    """

    profile: Profile
    sub_layers: int
    temporal_nesting: bool
    chroma_format: int
    luma_bits: int
    chroma_bits: int
    width: int
    height: int
    reorder_frames: int
    segmentation: int


@dataclass(frozen=True, slots=True)
class _Head:
    """The beginning of a VPS or SPS, which stands at fixed places and can nearly always be read."""

    sub_layers: int
    temporal_nesting: bool
    profile: Profile


@dataclass(frozen=True, slots=True)
class _Summary:
    """What a record says about all its sets together (ISO/IEC 14496-15 8.3.3.1.2)."""

    profile: Profile
    segmentation: int
    parallelism: int
    chroma_format: int
    luma_bits: int
    chroma_bits: int
    sub_layers: int
    temporal_nesting: bool


def nal_type(nal: bytes) -> int:
    """The nal_unit_type of a whole NAL unit; 63 (unspecified) for one shorter than its header."""
    return (nal[0] >> 1) & 0x3F if len(nal) >= 2 else 63


def _bits(nal: bytes) -> BitReader:
    """The payload of a NAL unit of the first layer; sets of further layers have another syntax (Annex F)."""
    if ((nal[0] & 1) << 5 | nal[1] >> 3) != 0:
        raise BrokenSet("This parameter set belongs to a further layer.")
    return BitReader(without_emulation_prevention(nal)[2:])


def parse_sps(nal: bytes) -> Sps:
    """Understands a whole SPS NAL unit, or raises `BrokenSet`."""
    if nal_type(nal) != SPS:
        raise BrokenSet("This NAL unit is no H.265 sequence parameter set.")
    bits = _bits(nal)
    head = _read_sps_head(bits)
    bits.unsigned()  # sps_seq_parameter_set_id
    chroma = bits.bounded(3, "chroma_format_idc")
    separate = chroma == 3 and bits.flag()
    width, height = _read_size(bits, 0 if separate else chroma)
    luma_bits = 8 + bits.bounded(8, "bit_depth_luma_minus8")
    chroma_bits = 8 + bits.bounded(8, "bit_depth_chroma_minus8")
    order_bits = 4 + bits.bounded(12, "log2_max_pic_order_cnt_lsb_minus4")
    reorder = _read_reorder(bits, head.sub_layers)
    return Sps(
        head.profile,
        head.sub_layers,
        head.temporal_nesting,
        chroma,
        luma_bits,
        chroma_bits,
        width,
        height,
        reorder,
        _segmentation(bits, head.sub_layers, order_bits),
    )


def _read_sps_head(bits: BitReader) -> _Head:
    bits.skip(4)  # sps_video_parameter_set_id
    sub_layers = bits.read(3) + 1
    nesting = bits.flag()
    return _Head(sub_layers, nesting, _read_profile(bits, sub_layers))


def _read_vps_head(bits: BitReader) -> _Head:
    bits.skip(12)  # identifier, base layer flags, vps_max_layers_minus1
    sub_layers = bits.read(3) + 1
    nesting = bits.flag()
    bits.skip(16)  # vps_reserved_0xffff_16bits
    return _Head(sub_layers, nesting, _read_profile(bits, sub_layers))


def _read_profile(bits: BitReader, sub_layers: int) -> Profile:
    general = Profile(bits.read(2), bits.read(1), bits.read(5), bits.read(32), bits.read(48), bits.read(8))
    below = sub_layers - 1
    present = [(bits.flag(), bits.flag()) for _ in range(below)]
    if below:
        bits.skip(2 * (8 - below))  # reserved_zero_2bits
    for profile, level in present:
        bits.skip(88 * profile + 8 * level)
    return general


def _read_size(bits: BitReader, chroma: int) -> tuple[int, int]:
    width = bits.bounded(0xFFFF, "pic_width_in_luma_samples")
    height = bits.bounded(0xFFFF, "pic_height_in_luma_samples")
    if bits.flag():
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        width -= (left + right) * (2 if chroma in (1, 2) else 1)
        height -= (top + bottom) * (2 if chroma == 1 else 1)
    if width <= 0 or height <= 0:
        raise BrokenSet("An H.265 sequence parameter set has no picture left after cropping.")
    return width, height


def _read_reorder(bits: BitReader, sub_layers: int) -> int:
    """sps_max_num_reorder_pics of the highest sub-layer."""
    reorder = 0
    for _ in range(sub_layers if bits.flag() else 1):
        bits.unsigned()  # sps_max_dec_pic_buffering_minus1
        reorder = bits.bounded(16, "sps_max_num_reorder_pics")
        bits.unsigned()  # sps_max_latency_increase_plus1
    return reorder


def _segmentation(bits: BitReader, sub_layers: int, order_bits: int) -> int:
    """min_spatial_segmentation_idc; what stands before it in a set is where odd cameras break parsers."""
    try:
        _skip_coding_tools(bits, order_bits)
        return _read_vui(bits, sub_layers) if bits.flag() else 0
    except BrokenSet:
        return 0


def _skip_coding_tools(bits: BitReader, order_bits: int) -> None:
    for _ in range(6):  # coding and transform block sizes and depths
        bits.unsigned()
    if bits.flag() and bits.flag():  # scaling lists enabled, and present
        _skip_scaling_lists(bits)
    bits.skip(2)  # amp_enabled_flag, sample_adaptive_offset_enabled_flag
    if bits.flag():  # pcm_enabled_flag
        bits.skip(8)
        bits.unsigned()
        bits.unsigned()
        bits.skip(1)
    _skip_reference_sets(bits)
    if bits.flag():  # long_term_ref_pics_present_flag
        for _ in range(bits.bounded(32, "num_long_term_ref_pics_sps")):
            bits.skip(order_bits + 1)
    bits.skip(2)  # sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag


def _skip_scaling_lists(bits: BitReader) -> None:
    """scaling_list_data (H.265 7.3.4)."""
    for size in range(4):
        for _ in range(0, 6, 3 if size == 3 else 1):
            if not bits.flag():
                bits.unsigned()  # scaling_list_pred_matrix_id_delta
                continue
            if size > 1:
                bits.signed()  # scaling_list_dc_coef_minus8
            for _ in range(min(64, 1 << (4 + (size << 1)))):
                bits.signed()


def _skip_reference_sets(bits: BitReader) -> None:
    """st_ref_pic_set (H.265 7.3.7): a set predicted from the one before is as long as that one tells."""
    before = 0
    for index in range(bits.bounded(64, "num_short_term_ref_pic_sets")):
        before = _skip_predicted(bits, before) if index and bits.flag() else _skip_explicit(bits)


def _skip_predicted(bits: BitReader, before: int) -> int:
    bits.flag()  # delta_rps_sign
    bits.unsigned()  # abs_delta_rps_minus1
    # A picture stays in the set when it is used by the current one, or kept for later ones.
    return sum(bits.flag() or bits.flag() for _ in range(before + 1))


def _skip_explicit(bits: BitReader) -> int:
    count = bits.bounded(16, "num_negative_pics") + bits.bounded(16, "num_positive_pics")
    for _ in range(count):
        bits.unsigned()
        bits.flag()
    return count


def _read_vui(bits: BitReader, sub_layers: int) -> int:
    """vui_parameters (H.265 E.2.1) up to min_spatial_segmentation_idc."""
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
    bits.skip(3)  # neutral chroma, fields, frame and field info
    if bits.flag():  # default_display_window_flag
        for _ in range(4):
            bits.unsigned()
    if bits.flag():  # vui_timing_info_present_flag
        bits.skip(64)
        if bits.flag():
            bits.unsigned()
        if bits.flag():
            _skip_hrd(bits, sub_layers)
    if not bits.flag():  # bitstream_restriction_flag
        return 0
    bits.skip(3)
    return bits.bounded(_MOST_SEGMENTATION - 1, "min_spatial_segmentation_idc")


def _skip_hrd(bits: BitReader, sub_layers: int) -> None:
    """hrd_parameters (H.265 E.2.2) with the common part present."""
    models = bits.flag() + bits.flag()  # NAL and VCL
    sub_pictures = False
    if models:
        sub_pictures = bits.flag()
        bits.skip(19 * sub_pictures)
        bits.skip(8)
        bits.skip(4 * sub_pictures)
        bits.skip(15)
    for _ in range(sub_layers):
        for _ in range(models * _read_buffer_count(bits)):
            for _ in range(4 if sub_pictures else 2):
                bits.unsigned()
            bits.flag()


def _read_buffer_count(bits: BitReader) -> int:
    fixed_in_general = bits.flag()
    low_delay = False
    if fixed_in_general or bits.flag():
        bits.unsigned()  # elemental_duration_in_tc_minus1
    else:
        low_delay = bits.flag()
    return 1 if low_delay else 1 + bits.bounded(31, "cpb_cnt_minus1")


def _parallelism(nal: bytes) -> int:
    """How a picture with this PPS may be decoded in parallel: 1 slices, 2 tiles, 3 wavefronts, 0 unknown or mixed."""
    try:
        tiles, wavefronts = _read_pps(_bits(nal))
    except BrokenSet:
        return 0
    return {(False, False): 1, (True, False): 2, (False, True): 3}.get((tiles, wavefronts), 0)


def _read_pps(bits: BitReader) -> tuple[bool, bool]:
    """tiles_enabled_flag and entropy_coding_sync_enabled_flag of a picture parameter set (H.265 7.3.2.3)."""
    bits.unsigned()
    bits.unsigned()
    bits.skip(7)  # flags and num_extra_slice_header_bits
    bits.unsigned()
    bits.unsigned()
    bits.signed()
    bits.skip(2)  # constrained_intra_pred_flag, transform_skip_enabled_flag
    if bits.flag():  # cu_qp_delta_enabled_flag
        bits.unsigned()
    bits.signed()
    bits.signed()
    bits.skip(4)  # chroma offsets, weighted prediction, lossless
    return bits.flag(), bits.flag()


def decoder_configuration(sets: Sequence[bytes], complete: bool) -> bytes:
    """The HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 8.3.3.1) of these NAL units, 4-byte lengths.

    `complete` says that the samples hold no parameter sets (`hvc1`), else they may (`hev1`).
    """
    says = _summarize(sets)
    profile = says.profile
    record = bytearray((1, profile.space << 6 | profile.tier << 5 | profile.idc))
    record += profile.compatibility.to_bytes(4, "big") + profile.constraints.to_bytes(6, "big")
    record.append(profile.level)
    record += (0xF000 | says.segmentation).to_bytes(2, "big")
    record += bytes((0xFC | says.parallelism, 0xFC | says.chroma_format, 0xF8 | (says.luma_bits - 8) & 7))
    record += bytes((0xF8 | (says.chroma_bits - 8) & 7, 0, 0))  # then avgFrameRate, which we do not claim
    record.append(says.sub_layers << 3 | says.temporal_nesting << 2 | 3)
    arrays = [(kind, found) for kind in _ARRAYS if (found := fitting_sets(sets, kind, nal_type, most=0xFFFF))]
    record.append(len(arrays))
    for kind, found in arrays:
        completeness = 0x80 if complete and kind <= PPS else 0
        record += bytes((completeness | kind,)) + len(found).to_bytes(2, "big") + prefixed_sets(found)
    return bytes(record)


def _summarize(sets: Sequence[bytes]) -> _Summary:
    heads = list(_heads(sets))
    understood = list(_understood(sets))
    first = understood[0] if understood else None
    segmentation = min((sps.segmentation for sps in understood), default=0)
    kinds = {_parallelism(nal) for nal in sets if nal_type(nal) == PPS}
    return _Summary(
        profile=_merge([head.profile for head in heads]),
        segmentation=segmentation,
        # The kind of parallelism is a statement about the segmentation: without one it must be 0.
        parallelism=kinds.pop() if segmentation and len(kinds) == 1 else 0,
        chroma_format=first.chroma_format if first else 1,
        luma_bits=first.luma_bits if first else 8,
        chroma_bits=first.chroma_bits if first else 8,
        sub_layers=max((head.sub_layers for head in heads), default=0) % 8,
        temporal_nesting=bool(heads) and heads[-1].temporal_nesting,
    )


def _heads(sets: Sequence[bytes]) -> Iterator[_Head]:
    """The beginnings of all VPS and SPS that can be read, the SPS last."""
    for kind, read_head in ((VPS, _read_vps_head), (SPS, _read_sps_head)):
        for nal in sets:
            if nal_type(nal) == kind:
                try:
                    yield read_head(_bits(nal))
                except BrokenSet:
                    continue


def _understood(sets: Sequence[bytes]) -> Iterator[Sps]:
    for nal in sets:
        try:
            yield parse_sps(nal)
        except BrokenSet:
            continue


def _merge(profiles: Sequence[Profile]) -> Profile:
    """One statement for all sets: the highest tier and level, only the flags on which all agree."""
    if not profiles:
        return Profile()
    compatibility, constraints = profiles[0].compatibility, profiles[0].constraints
    for other in profiles[1:]:
        compatibility &= other.compatibility
        constraints &= other.constraints
    tier = max(profile.tier for profile in profiles)
    return Profile(
        space=profiles[-1].space,
        tier=tier,
        idc=max(profile.idc for profile in profiles),
        compatibility=compatibility,
        constraints=constraints,
        level=max(profile.level for profile in profiles if profile.tier == tier),
    )


def codec_suffix(sets: Sequence[bytes]) -> str:
    """What follows `hvc1.` or `hev1.` in a codec string (ISO/IEC 14496-15 Annex E), such as `1.6.L93.B0`."""
    profile = _summarize(sets).profile
    reversed_flags = int(f"{profile.compatibility:032b}"[::-1], 2)
    space = ("", "A", "B", "C")[profile.space]
    constraints = profile.constraints.to_bytes(6, "big").rstrip(b"\x00")
    parts = [f"{space}{profile.idc}", f"{reversed_flags:X}", f"{'LH'[profile.tier]}{profile.level}"]
    return ".".join(parts + [f"{byte:X}" for byte in constraints])


def sets_of_record(record: bytes) -> tuple[bytes, ...]:
    """The NAL units inside an `hvcC` record, in its order; raises `BrokenSet` when it is cut short."""
    reader = ByteReader(record, 22)
    sets: list[bytes] = []
    for _ in range(reader.number(1)):
        reader.take(1)
        sets += reader.sets(reader.number(2))
    return tuple(sets)

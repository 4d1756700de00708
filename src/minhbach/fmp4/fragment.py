"""A fragment: the samples of half a second, described by `prft` + `moof` in front of one `mdat`.

Owns ISO/IEC 14496-12 8.8 and 8.16.5 for writing, and the conversion between Unix and NTP time. It is called
twice a second for every camera, so it touches no sample twice. The file's own timeline starts near 0; `prft`
ties it to wall time. Choosing times, flags and where a fragment ends is left to the archive.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

SYNC = 0x02000000
"""sample_flags of a sample that depends on no other: decoding may begin here."""
NON_SYNC = 0x01010000
"""sample_flags of every other sample."""

MOST_SAMPLES = 4096
"""The longest run that is written, and that is believed when read: half a second has some dozens of samples."""

_NTP_EPOCH_S = 2_208_988_800  # from 1900 to 1970
_NTP_ERA_S = 1 << 32
# From the 2014 amendment on the flags say which event the time belongs to; 8: the same choice throughout. Ours is
# the sample's time on the recorder's clock, which is neither the camera's capture nor any encoder's event.
_SAME_CHOICE_THROUGHOUT = 8

_DURATIONS, _SIZES, _FLAGS, _OFFSETS = 0x100, 0x200, 0x400, 0x800
_DATA_OFFSET, _FIRST_FLAGS = 0x1, 0x4
# default-base-is-moof, and defaults for duration, size and flags. The defaults are always there, so that the header
# has one shape; a column in trun overrules them.
_TFHD_FLAGS = 0x20038
_MOST_MDAT_BYTES = 0x7FFFFFFF  # data offsets are signed 32 bit numbers

_PRFT = struct.Struct(">I4s I I Q Q")
_MOOF = struct.Struct(">I4s I4s I I")
_BOX = struct.Struct(">I4s")
_BE32 = struct.Struct(">I")
# traf with its tfhd (all defaults), tfdt version 1, and trun up to the data offset, which is filled in at the end.
_TRAF = struct.Struct(">I4s I4s 5I I4s I Q I4s 3I")
_TFHD_BYTES, _TFDT_BYTES, _TRUN_BYTES = 28, 20, 20
_DATA_OFFSET_AT = _TRAF.size - 4


@dataclass(slots=True)
class Run:
    """Consecutive samples of one track, one item per sample in decoding order.

    `base_time` is the first sample's decoding time and `durations` the distances to the next, in ticks of the
    track; `sizes` are bytes; `flags` are SYNC or NON_SYNC; `offsets` are presentation minus decoding time,
    never negative, or None where the two never differ.
    """

    track_id: int
    base_time: int
    durations: Sequence[int]
    sizes: Sequence[int]
    flags: Sequence[int]
    offsets: Sequence[int] | None = None


def fragment_header(sequence: int, runs: Sequence[Run], wall_us: int) -> bytes:
    """Everything of a fragment but its media: the caller writes the bytes of the runs behind it, in order.

    `sequence` counts the fragments of a file from 1; `wall_us` is the Unix time of the first run's base time,
    in microseconds. Runs without samples are left out. Raises ValueError when there is no sample at all,
    when the lists of a run are not equally long or too long, or when a number does not fit its field.
    """
    runs = [run for run in runs if len(run.sizes)]
    if not runs:
        raise ValueError("A fragment needs at least one sample.")
    try:
        return _fragment(sequence, runs, wall_us)
    except (struct.error, OverflowError) as error:
        raise ValueError(f"A number does not fit into the fragment: {error}.") from error


def _fragment(sequence: int, runs: Sequence[Run], wall_us: int) -> bytes:
    first = runs[0]
    tracks: list[bytearray] = []
    places: list[int] = []
    moof_bytes = 24
    media_bytes = 0
    for run in runs:
        track = _track_fragment(run)
        tracks.append(track)
        places.append(media_bytes)
        moof_bytes += len(track)
        media_bytes += sum(run.sizes)
    if media_bytes > _MOST_MDAT_BYTES - moof_bytes - 8:
        raise ValueError(f"A fragment of {media_bytes} bytes is larger than its offsets can say.")
    for track, place in zip(tracks, places, strict=True):
        _BE32.pack_into(track, _DATA_OFFSET_AT, moof_bytes + 8 + place)
    reference = _PRFT.pack(
        32, b"prft", 1 << 24 | _SAME_CHOICE_THROUGHOUT, first.track_id, ntp_from_unix(wall_us), first.base_time
    )
    head = _MOOF.pack(moof_bytes, b"moof", 16, b"mfhd", 0, sequence)
    return b"".join((reference, head, *tracks, _BOX.pack(8 + media_bytes, b"mdat")))


def _track_fragment(run: Run) -> bytearray:
    """A `traf` whose data offset is still 0; what is equal for all samples is not said for each."""
    count = len(run.sizes)
    offsets = run.offsets
    if len(run.durations) != count or len(run.flags) != count or (offsets is not None and len(offsets) != count):
        raise ValueError(f"The lists of track {run.track_id} do not all have {count} items.")
    if count > MOST_SAMPLES:
        raise ValueError(f"A run of {count} samples is too long for one fragment.")
    says, rows = _rows(run, count)
    trun_bytes = _TRUN_BYTES + len(rows)
    traf_bytes = 8 + _TFHD_BYTES + _TFDT_BYTES + trun_bytes
    defaults = (run.durations[0], run.sizes[0], run.flags[-1])
    head = _TRAF.pack(
        *(traf_bytes, b"traf"),
        *(_TFHD_BYTES, b"tfhd", _TFHD_FLAGS, run.track_id, *defaults),
        *(_TFDT_BYTES, b"tfdt", 1 << 24, run.base_time),
        *(trun_bytes, b"trun", says, count, 0),
    )
    return bytearray(head + rows)


def _rows(run: Run, count: int) -> tuple[int, bytes]:
    """The flags of a `trun` and what follows its data offset: the columns in which the samples differ."""
    says = _DATA_OFFSET
    first_flags = b""
    columns: list[Sequence[int]] = []
    if run.durations.count(run.durations[0]) != count:
        says |= _DURATIONS
        columns.append(run.durations)
    if run.sizes.count(run.sizes[0]) != count:
        says |= _SIZES
        columns.append(run.sizes)
    first, last = run.flags[0], run.flags[-1]
    like_last = run.flags.count(last)
    if like_last == count - 1 and first != last:
        says |= _FIRST_FLAGS
        first_flags = first.to_bytes(4, "big")
    elif like_last != count:
        says |= _FLAGS
        columns.append(run.flags)
    if run.offsets is not None:
        says |= _OFFSETS
        columns.append(run.offsets)
    return says, first_flags + _interleave(columns, count)


def _interleave(columns: Sequence[Sequence[int]], count: int) -> bytes:
    """The table of `trun`: for each sample its value of every column, as 32 bit numbers."""
    width = len(columns)
    table = [0] * (count * width)
    for index, column in enumerate(columns):
        table[index::width] = column
    return struct.pack(f">{len(table)}I", *table)


def is_sync(sample_flags: int) -> bool:
    """Whether decoding may begin at a sample: sample_is_non_sync_sample is not set."""
    return not sample_flags & 0x10000


def ntp_from_unix(unix_us: int) -> int:
    """A 64 bit NTP time stamp (RFC 5905 6) of the era in which the time lies."""
    seconds, micros = divmod(unix_us, 1_000_000)
    return (seconds + _NTP_EPOCH_S) % _NTP_ERA_S << 32 | (micros << 32) // 1_000_000


def unix_from_ntp(ntp: int) -> int:
    """Unix microseconds of a 64 bit NTP time stamp between 1968 and 2104 (RFC 4330 3); exact for `ntp_from_unix`."""
    seconds = ntp >> 32
    if seconds < 1 << 31:
        seconds += _NTP_ERA_S
    return (seconds - _NTP_EPOCH_S) * 1_000_000 + ((ntp & 0xFFFFFFFF) * 1_000_000 + (1 << 31) >> 32)

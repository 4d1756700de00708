"""AAC configurations: what an AudioSpecificConfig says, and the `esds` box body that carries it.

Sources: ISO/IEC 14496-3 1.6.2.1 for the configuration, ISO/IEC 14496-1 7.2.6 for the descriptors and
ISO/IEC 14496-14 5.6 for their place in a file. All bytes of the configuration are kept, known or not.
"""

from dataclasses import dataclass

from minhbach.fmp4.bits import BitReader, BrokenSet, ByteReader

_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 0, 8, 0)
_LC = 2
_SBR, _PS = 5, 29
_WITH_FRAME_LENGTH = frozenset((1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23))

_ES, _DECODER, _SPECIFIC, _SYNC_LAYER = 3, 4, 5, 6
_AAC_OBJECT_TYPE = 0x40
_AUDIO_STREAM = 0x15


@dataclass(frozen=True, slots=True)
class AudioSpecific:
    """What an AudioSpecificConfig says.

    `object_type` 2 is AAC-LC, 5 and 29 announce HE-AAC; `rate` is that of the core coder in Hz; `channels`
    is 0 when the channels are described inside the stream; `frame_samples` are samples per access unit.
    """

    object_type: int
    rate: int
    channels: int
    frame_samples: int


def parse_configuration(asc: bytes) -> AudioSpecific:
    """Understands an AudioSpecificConfig as far as the values above, or raises `BrokenSet`."""
    bits = BitReader(asc)
    object_type = _read_object_type(bits)
    rate = _read_rate(bits)
    channels = _CHANNELS[bits.read(4)]
    core = object_type
    if object_type in (_SBR, _PS):
        _read_rate(bits)
        core = _read_object_type(bits)
    if core == 0:
        raise BrokenSet("An AAC configuration names no codec.")
    short = core in _WITH_FRAME_LENGTH and bits.flag()
    return AudioSpecific(object_type, rate, channels, 960 if short else 1024)


def _read_object_type(bits: BitReader) -> int:
    kind = bits.read(5)
    return 32 + bits.read(6) if kind == 31 else kind


def _read_rate(bits: BitReader) -> int:
    index = bits.read(4)
    if index == 15:
        return bits.read(24)
    if index >= len(_RATES):
        raise BrokenSet("An AAC configuration names a reserved sampling rate.")
    return _RATES[index]


def plain_configuration(rate: int, channels: int) -> bytes:
    """The configuration of AAC-LC for a camera that told none."""
    layout = channels if 1 <= channels <= 6 else 7 if channels == 8 else 0
    if rate in _RATES:
        return (_LC << 11 | _RATES.index(rate) << 7 | layout << 3).to_bytes(2, "big")
    return (_LC << 35 | 15 << 31 | (rate & 0xFFFFFF) << 7 | layout << 3).to_bytes(5, "big")


def elementary_stream(asc: bytes) -> bytes:
    """The ES_Descriptor in an `esds` box; buffer size and bit rates 0, since a live stream has not told them."""
    specific = _descriptor(_SPECIFIC, asc)
    decoder = _descriptor(_DECODER, bytes((_AAC_OBJECT_TYPE, _AUDIO_STREAM)) + bytes(11) + specific)
    return _descriptor(_ES, bytes(3) + decoder + _descriptor(_SYNC_LAYER, b"\x02"))


def _descriptor(tag: int, payload: bytes) -> bytes:
    """A descriptor with the shortest size field, seven bits a byte (ISO/IEC 14496-1 8.3.3)."""
    size = len(payload)
    field = [size & 0x7F]
    while size := size >> 7:
        field.insert(0, size & 0x7F | 0x80)
    return bytes((tag, *field)) + payload


def configuration_of_stream(descriptor: bytes) -> bytes:
    """The AudioSpecificConfig inside an ES_Descriptor; raises `BrokenSet` where there is none."""
    reader = _enter(ByteReader(descriptor), _ES)
    flags = reader.take(3)[2]
    if flags & 0xE0:
        raise BrokenSet("An AAC track depends on other streams or names a place elsewhere, which we never write.")
    reader = _enter(reader, _DECODER)
    reader.take(13)
    return _enter(reader, _SPECIFIC).rest()


def _enter(reader: ByteReader, tag: int) -> ByteReader:
    if reader.number(1) != tag:
        raise BrokenSet("The descriptors of an AAC track do not stand in the order of the standard.")
    size = 0
    for _ in range(4):
        byte = reader.number(1)
        size = size << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return ByteReader(reader.take(size))

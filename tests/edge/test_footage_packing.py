"""What a tap hears becomes packets that a stranger can follow: whole, in order, with every break told."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from minhbach.edge.rtp import track
from minhbach.edge.rtp.track import Samples
from minhbach.edge.uplink.footage.packing import BREAK, SOUND_TOLD_EVERY, Packer
from minhbach.fmp4 import AudioConfig, VideoConfig
from minhbach.protocol.footage import HOLE, decode, encode

PICTURE = VideoConfig("h264", (b"\x67\x42\xc0\x1e", b"\x68\xce"), False, 640, 360)
OTHER = VideoConfig("h264", (b"\x67\x64\x00\x1f", b"\x68\xce"), False, 1280, 720)
SOUND = AudioConfig("alaw", 8_000, 1)
OFFSET_US = 1_797_000_000_000_000


def samples(times_us, flags, config=PICTURE, sizes=None):
    sizes = sizes or [3] * len(times_us)
    data = bytearray(index % 256 for index in range(sum(sizes)))
    return Samples(data, list(sizes), list(times_us), list(flags), [(0, config)])


orders = st.lists(
    st.tuples(st.integers(0, 400_000), st.sampled_from([0, track.SYNC, track.DAMAGED])), min_size=1, max_size=30
)


@given(orders)
def test_decode_times_never_run_backwards_and_each_picture_is_shown_when_it_was(pictures):
    """Also of a camera that sends its pictures in another order than they are shown."""
    packer = Packer("picture")
    heard = samples([time_us for time_us, _ in pictures], [flag for _, flag in pictures])
    packets = [decode(encode(packet)) for packet in packer.pack(heard, 66_667, OFFSET_US)]
    decoded = [packet.base_us + head.after_us for packet in packets for head in packet.heads]
    shown = [packet.base_us + head.after_us + head.offset_us for packet in packets for head in packet.heads]
    assert all(later > sooner for sooner, later in itertools.pairwise(decoded))
    assert shown == [time_us + OFFSET_US for time_us, _ in pictures]
    assert b"".join(packet.data for packet in packets) == bytes(heard.data)
    holes = [bool(head.flags & HOLE) for packet in packets for head in packet.heads]
    assert holes == [bool(flag & track.DAMAGED) for _, flag in pictures]


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_key_frame_begins_a_packet_and_brings_its_configuration(keys):
    packer = Packer("picture")
    heard = samples([index * 100_000 for index in range(len(keys))], [track.SYNC if key else 0 for key in keys])
    for packet in packer.pack(heard, 100_000, OFFSET_US):
        assert not any(head.sync for head in packet.heads[1:])
        assert (packet.config == PICTURE) or not packet.heads[0].sync


def test_numbers_have_no_hole_but_where_the_camera_began_anew():
    packer = Packer("picture")
    first = list(packer.pack(samples([0, 1], [track.SYNC, track.SYNC]), 0, OFFSET_US))
    packer.broken()
    second = list(packer.pack(samples([5], [track.SYNC]), 0, OFFSET_US))
    assert [packet.sequence for packet in first + second] == [0, 1, 2 + BREAK]


def test_another_configuration_begins_another_packet():
    heard = samples([0, 1, 2], [track.SYNC, 0, 0])
    heard.configs.append((2, OTHER))
    packets = list(Packer("picture").pack(heard, 0, OFFSET_US))
    assert [(len(packet.heads), packet.config) for packet in packets] == [(2, PICTURE), (1, OTHER)]


def test_who_begins_to_listen_in_the_middle_soon_learns_the_form_of_the_sound():
    packer = Packer("sound")
    told = []
    for index in range(3 * SOUND_TOLD_EVERY):
        heard = samples([index * 20_000], [track.SYNC], SOUND, [160])
        told += [packet.config is not None for packet in packer.pack(heard, 20_000, OFFSET_US)]
    assert told.count(True) == 3

"""A still is a JPEG of the picture that was asked for, and nothing that is asked can harm the recorder."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minhbach.decode import wire
from minhbach.decode.child import Decoder, DecoderBusy, DecoderDied, DecoderUnavailable, NotDecodable
from minhbach.decode.wire import BrokenMessage, Footage
from minhbach.demo.spec import VideoCodec
from tests.decode.filming import filmed


def with_decoder(work: Callable[[Decoder], Awaitable[None]], **options: float) -> None:
    async def run() -> None:
        decoder = Decoder(**options)
        try:
            await work(decoder)
        finally:
            await decoder.close()

    asyncio.run(run())


def opened(image: bytes) -> av.VideoFrame:
    context = av.CodecContext.create("mjpeg", "r")
    assert isinstance(context, av.VideoCodecContext)
    return [*context.decode(av.Packet(image)), *context.decode(None)][0]


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_a_key_frame_becomes_a_jpeg_of_the_size_asked_for(codec: VideoCodec) -> None:
    async def work(decoder: Decoder) -> None:
        whole, small = opened(await decoder.still(filmed(codec))), opened(await decoder.still(filmed(codec), width=320))
        assert (whole.width, whole.height) == (640, 360)
        assert (small.width, small.height) == (320, 180)
        # The wall at the top left is light, the desk in the middle is wood.
        luma = whole.to_ndarray(format="gray")
        assert luma[150, 100] > 150 > luma[230, 360]

    with_decoder(work)


def test_of_several_samples_the_last_is_shown() -> None:
    async def work(decoder: Decoder) -> None:
        footage = filmed("h264", 3)
        first = await decoder.still(replace(footage, samples=footage.samples[:1]))
        assert await decoder.still(footage) != first

    with_decoder(work)


def test_what_is_no_picture_is_refused_and_the_next_request_is_answered() -> None:
    async def work(decoder: Decoder) -> None:
        good = filmed()
        for sample in (b"", b"\0\0\0\4abcd", b"\xff\xff\xff\xff", good.samples[0][:40], os.urandom(5000)):
            with pytest.raises(NotDecodable):
                await decoder.still(replace(good, samples=(sample,)))
        first = decoder.pid
        assert (await decoder.still(good)).startswith(b"\xff\xd8")
        assert decoder.pid == first

    with_decoder(work)


def test_footage_beyond_the_bound_is_refused_before_it_is_sent() -> None:
    async def work(decoder: Decoder) -> None:
        with pytest.raises(NotDecodable):
            await decoder.still(replace(filmed(), samples=(bytes(wire.MOST_ASKED_BYTES),)))
        assert decoder.pid is None

    with_decoder(work)


def test_a_child_that_dies_or_hangs_costs_one_request() -> None:
    async def work(decoder: Decoder) -> None:
        await decoder.still(filmed())
        assert decoder.pid is not None
        os.kill(decoder.pid, signal.SIGSTOP)
        with pytest.raises(DecoderDied):
            await decoder.still(filmed())
        await decoder.still(filmed())
        os.kill(decoder.pid, signal.SIGKILL)
        with pytest.raises(DecoderDied):
            await decoder.still(filmed())
        await decoder.still(filmed())

    with_decoder(work, deadline_s=1.0)


def test_whoever_gives_up_waiting_does_not_leave_an_answer_for_the_next() -> None:
    async def work(decoder: Decoder) -> None:
        await decoder.still(filmed())
        os.kill(decoder.pid or 0, signal.SIGSTOP)
        waiting = asyncio.create_task(decoder.still(filmed(), width=64))
        await asyncio.sleep(0.2)
        waiting.cancel()
        assert opened(await decoder.still(filmed())).width == 640

    with_decoder(work)


def test_a_crowd_is_turned_away() -> None:
    async def work(decoder: Decoder) -> None:
        asked = await asyncio.gather(*(decoder.still(filmed()) for _ in range(40)), return_exceptions=True)
        assert sum(isinstance(each, bytes) for each in asked) == 32
        assert sum(isinstance(each, DecoderBusy) for each in asked) == 8

    with_decoder(work)


def test_a_closed_decoder_starts_nothing() -> None:
    async def work(decoder: Decoder) -> None:
        await decoder.close()
        with pytest.raises(DecoderUnavailable):
            await decoder.still(filmed())

    with_decoder(work)


@given(st.binary(max_size=200), st.integers(0, 300))
def test_no_bytes_break_the_reader_of_messages(data: bytes, count: int) -> None:
    try:
        found = wire.parts(data, count)
    except BrokenMessage:
        return
    assert b"".join(found) == data[count * 4 :]


@given(st.lists(st.binary(max_size=20), max_size=8))
@settings(max_examples=200)
def test_footage_survives_the_pipe_or_is_refused(found: list[bytes]) -> None:
    message = wire.pack(wire.STILL, found)
    size, operation, count = wire.head(message[: wire.HEAD.size], wire.MOST_ASKED_BYTES)
    back = wire.parts(message[wire.HEAD.size :], count)
    assert (size, operation, back) == (len(message) - wire.HEAD.size, wire.STILL, found)
    try:
        footage = wire.read_footage(back)
    except BrokenMessage:
        return
    assert isinstance(footage, Footage)
    assert footage.samples

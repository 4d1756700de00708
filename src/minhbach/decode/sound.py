"""How loud compressed sound is.

Runs in the confined child only; G.711 needs no decoder and is heard in the recorder itself (``edge.health.hearing``).
"""

from __future__ import annotations

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

from minhbach.decode.wire import Loudness, Sound

_PRIMING_FRAMES = 2
"""The first frames of an AAC decoder that begins in the middle hold what it does not know yet."""


def loudness(sound: Sound) -> Loudness:
    """Over all packets and channels, without each channel's mean. Raises av.FFmpegError, ValueError."""
    context = av.CodecContext.create({"aac": "aac", "alaw": "pcm_alaw", "ulaw": "pcm_mulaw"}[sound.config.codec], "r")
    assert isinstance(context, AudioCodecContext)
    context.thread_count = 1
    context.sample_rate = sound.config.rate
    context.layout = "mono" if sound.config.channels == 1 else "stereo"
    context.extradata = sound.config.asc or None
    frames = [frame for packet in sound.packets for frame in context.decode(av.Packet(packet))]
    if sound.config.codec == "aac":
        frames = frames[_PRIMING_FRAMES:]
    if not frames:
        return Loudness(0, 0.0)
    heard = np.concatenate([_floats(frame) for frame in frames], axis=1)
    heard = heard - heard.mean(1, keepdims=True)
    return Loudness(heard.shape[1], float(np.sqrt((heard * heard).mean())))


def _floats(frame: av.AudioFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    values = frame.to_ndarray().astype(np.float64)
    if not frame.format.is_planar:
        values = values.reshape(-1, frame.layout.nb_channels).T
    return values / 32768 if frame.format.name.startswith("s16") else values

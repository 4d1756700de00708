"""Chromium plays what we write: as a file by `src=`, and through MediaSource (F01 to F08).

One browser for all tests; it gets no network: the page is blank and the bytes are handed over in the script.
"""

import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from minhbach.fmp4 import VideoConfig, codec_string, scan
from tests.fmp4 import clips

ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]

PLAY = """
async ({data, type, mse, until}) => {
  const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
  const video = document.createElement('video');
  document.body.replaceChildren(video);
  video.muted = true;
  const failed = new Promise((_, no) => video.addEventListener('error', () => no(new Error(video.error.message))));
  const played = (async () => {
    if (mse) {
      const source = new MediaSource();
      video.src = URL.createObjectURL(source);
      await new Promise(yes => source.addEventListener('sourceopen', yes, {once: true}));
      const buffer = source.addSourceBuffer(type);
      buffer.appendBuffer(bytes);
      await new Promise((yes, no) => {
        buffer.addEventListener('updateend', yes, {once: true});
        buffer.addEventListener('error', () => no(new Error('append failed')), {once: true});
      });
      source.endOfStream();
    } else {
      video.src = URL.createObjectURL(new Blob([bytes], {type: 'video/mp4'}));
    }
    video.playbackRate = 2;
    await video.play();
    while (!video.ended && video.currentTime < until) await new Promise(yes => setTimeout(yes, 20));
  })();
  await Promise.race([failed, played]);
  const quality = video.getVideoPlaybackQuality();
  return {
    time: video.currentTime, duration: video.duration, width: video.videoWidth, height: video.videoHeight,
    frames: quality.totalVideoFrames, broken: quality.corruptedVideoFrames, sound: video.webkitAudioDecodedByteCount,
    ranges: [...Array(video.buffered.length).keys()].map(i => [video.buffered.start(i), video.buffered.end(i)]),
  };
}
"""


@pytest.fixture(scope="module")
def page(needs) -> Iterator[Page]:
    program = needs("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser.new_page()
        finally:
            browser.close()


def play(page: Page, file: bytes, *configs, mse: bool, until: float) -> dict[str, Any]:
    kind = "video" if isinstance(configs[0], VideoConfig) else "audio"
    type_ = f'{kind}/mp4; codecs="{",".join(codec_string(config) for config in configs)}"'
    data = base64.b64encode(file).decode()
    shown: dict[str, Any] = page.evaluate(PLAY, {"data": data, "type": type_, "mse": mse, "until": until})
    return shown


@pytest.mark.parametrize("mse", [False, True], ids=["src", "MediaSource"])
@pytest.mark.parametrize("in_band", [False, True], ids=["avc1", "avc3"])
def test_chromium_plays_h264_with_aac(page, mse, in_band):
    video, audio = clips.encode("h264", frames=30, in_band=in_band), clips.aac(2)
    shown = play(page, clips.segment(video, audio), video.config, audio.config, mse=mse, until=1.8)
    assert shown["time"] >= 1.8
    assert (shown["width"], shown["height"]) == (320, 180)
    assert shown["frames"] > 15
    assert shown["broken"] == 0
    assert shown["sound"] > 1000
    assert len(shown["ranges"]) == 1, "fragments must tile without a hole"


@pytest.mark.parametrize("mse", [False, True], ids=["src", "MediaSource"])
def test_chromium_plays_b_frames(page, mse):
    video = clips.encode("h264", (("preset", "medium"),), frames=30)
    shown = play(page, clips.segment(video), video.config, mse=mse, until=1.8)
    assert shown["time"] >= 1.8
    assert shown["broken"] == 0
    assert len(shown["ranges"]) == 1


@pytest.mark.parametrize("codec", ["alaw", "ulaw"])
def test_chromium_plays_a_file_with_g711(page, codec):
    """F02: by src= only; for live view and playback the sound has to be wrapped as FLAC."""
    video = clips.encode("h264", frames=30)
    shown = play(page, clips.segment(video, clips.g711(codec)), video.config, mse=False, until=1.8)
    assert shown["time"] >= 1.8
    assert shown["frames"] > 15
    assert shown["sound"] > 8000, "bytes of G.711 that were decoded"


def test_chromium_plays_opus(page):
    video, audio = clips.encode("h264", frames=30), clips.opus(2)
    shown = play(page, clips.segment(video, audio), video.config, audio.config, mse=True, until=1.8)
    assert shown["time"] >= 1.8
    assert shown["sound"] > 1000


def test_chromium_knows_our_codec_strings(page):
    """G.711 and, without hardware, H.265 are what the browser cannot do (F01): others must be true."""
    known = "type => MediaSource.isTypeSupported(type)"
    for config in (clips.encode("h264").config, clips.encode("h264", in_band=True).config):
        assert page.evaluate(known, f'video/mp4; codecs="{codec_string(config)}"')
    assert page.evaluate(known, f'audio/mp4; codecs="{codec_string(clips.aac().config)}"')
    assert not page.evaluate(known, f'audio/mp4; codecs="{codec_string(clips.g711("alaw").config)}"')


def test_a_segment_cut_at_a_fragment_plays_to_its_end(page):
    """What a power cut leaves is a file like any other."""
    video = clips.encode("h264", frames=30)
    file = clips.segment(video)
    kept = scan(io.BytesIO(file[:-10])).complete_bytes
    shown = play(page, file[:kept], video.config, mse=False, until=1.4)
    assert shown["time"] >= 1.4
    assert shown["duration"] == pytest.approx(24 / clips.FRAMES_PER_S, abs=0.01)

"""An archive as somebody finds it who has the folder and FFmpeg's libraries, but not the recorder.

Owns reading what was recorded: the entries of the log in order, the sealed files of a stream, the samples in a file
(by PyAV, which knows nothing of our writer), the stamps in its pictures and the beeps in its sound.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np

from minhbach.demo import barcode
from minhbach.edge.archive import layout
from minhbach.edge.archive.home import reader
from minhbach.ledger import entry

SOURCE = Path(__file__).resolve().parents[2] / "src"


def entries(archive: Path) -> list[dict[str, Any]]:
    """Every entry of every log of the archive."""
    found = []
    for name in layout.log_names(archive):
        log = reader(layout.log_folder(archive, name))
        found += [entry.decode(data) for data in log.entries(0, log.size)]
    return found


def of_kind(archive: Path, kind: str, camera: str = "", stream: str = "main") -> list[dict[str, Any]]:
    """The entries of one kind, of one camera when it is named."""
    return [
        each for each in entries(archive)
        if each["kind"] == kind and (not camera or (each["camera"], each["stream"]) == (camera, stream))
    ]  # fmt: skip


def sound(archive: Path) -> dict[str, Any]:
    """What `minhbach check --json` says of the whole archive, in which it must find nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "minhbach", "check", str(archive), "--json"],
        capture_output=True, text=True, encoding="utf-8", env={**os.environ, "PYTHONPATH": str(SOURCE)}, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert (result["findings"], done.returncode) == ([], 0)
    return result


@dataclass
class Samples:
    """What PyAV finds in a file: pictures as lists of NAL units, sound as packets; times in seconds of the file."""

    pictures: list[list[bytes]] = field(default_factory=list)
    sounds: list[bytes] = field(default_factory=list)
    picture_times: list[float] = field(default_factory=list)
    sound_times: list[float] = field(default_factory=list)


def samples(path: Path) -> Samples:
    """Every sample of both tracks."""
    found = Samples()
    with av.open(str(path)) as file:
        for packet in file.demux():
            if not packet.size:
                continue
            assert packet.pts is not None
            assert packet.time_base is not None
            at = float(packet.pts * packet.time_base)
            if packet.stream.type == "video":
                found.pictures.append(_nal_units(bytes(packet)))
                found.picture_times.append(at)
            else:
                found.sounds.append(bytes(packet))
                found.sound_times.append(at)
    return found


def _nal_units(sample: bytes) -> list[bytes]:
    units, at = [], 0
    while at < len(sample):
        size = int.from_bytes(sample[at : at + 4], "big")
        units.append(sample[at + 4 : at + 4 + size])
        at += 4 + size
    return units


def probed(ffprobe: str, path: Path) -> tuple[int, str, int]:
    """ffprobe's exit status, what it says at level `warning`, and how many pictures it decodes."""
    words = ["-v", "warning", "-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames"]
    done = subprocess.run([ffprobe, *words, "-of", "csv=p=0", path], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr, int(done.stdout.strip() or 0)


def stamps(path: Path) -> list[tuple[float, barcode.Stamp]]:
    """(time in the file, stamp) of every picture; each must be legible."""
    found = []
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            assert frame.time is not None
            stamp = barcode.read(frame.to_ndarray(format="gray").astype(np.uint8))
            assert stamp is not None, f"{path.name}: the picture at {frame.time:.2f} s is illegible"
            found.append((frame.time, stamp))
    return found


def beeps(path: Path) -> list[float]:
    """Times in the file at which a tone begins after quiet."""
    rate, parts, begins = 0, [], []
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            assert frame.time is not None
            rate = frame.sample_rate
            parts.append(np.abs(frame.to_ndarray().astype(np.float64)).ravel())
            begins.append((sum(map(len, parts[:-1])), frame.time))
    loud = np.concatenate(parts) if parts else np.zeros(0)
    loud /= float(np.max(loud)) if len(loud) else 1.0
    onsets: list[float] = []
    quiet = rate // 4
    above = np.flatnonzero(loud > 0.3)
    for before, at in zip([-rate, *above[:-1]], above, strict=True):
        if at - before > quiet and at > quiet:
            first, time_s = max((each for each in begins if each[0] <= at), key=lambda each: each[0])
            onsets.append(time_s + float(at - first) / rate)
    return onsets

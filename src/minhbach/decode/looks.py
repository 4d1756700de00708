"""What can be measured in one key picture, beside three earlier ones of the same camera.

Runs in the confined child only. Owns the sample of a picture (every so many pixels, never averaged: averaging would
wipe out the sensor's noise, by which a live picture is known from a frozen one), the grid of 16 × 9 blocks, and the
numbers taken from them. Promises to judge nothing: thresholds are the recorder's (``edge.health.thresholds``), and to
keep nothing: the caller keeps the samples and hands them in again.

A picture's *relief* is what is kept of its structure: 80 blocks of 5 × 5 means without the block's own slope, 4 KB in
which nobody can be known. The rows in which cameras write their clock and name, two at the top and two at the bottom,
count neither as movement nor as structure.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from minhbach.decode.wire import RELIEF_BYTES, Look

Plane = NDArray[np.float32]
_SIZE = struct.Struct(">HH")
SAMPLE_WIDTH = 320
COLUMNS, ROWS = 16, 9
_ROW = np.repeat(np.arange(ROWS), COLUMNS)
_INNER = (_ROW >= 2) & (_ROW < ROWS - 2)
_CELLS = 5
"""A block's structure is read from 5 × 5 means: noise is mostly gone there, edges are not."""
_STRUCTURE = 2.5
_MOVED_LUMA = 2.0
_MOVED_NOISES = 0.5
_MOVED_VARIANCE, _MOVED_RATIO = 4.0, 8.0
_LEAST_BLOCKS = 50
_FLOOR = 0.01
_RELIEF_UNIT = 64.0


def sample(picture: VideoFrame) -> bytes:
    """Luma of every n-th pixel of every n-th row, at most 320 wide, behind its width and height."""
    luma = _luma(picture)
    step = -(-luma.shape[1] // SAMPLE_WIDTH)
    small = np.ascontiguousarray(luma[::step, ::step])
    return _SIZE.pack(small.shape[1], small.shape[0]) + small.tobytes()


def relief(taken: bytes) -> bytes:
    """What is kept of a sample's structure: little-endian 16-bit 1/64ths of luma, RELIEF_BYTES of them."""
    plane = _plane(taken)
    if plane is None:
        raise ValueError("The sample of a picture is not one.")
    return _packed(_cells(_blocks(plane))[_INNER])


def look(now: bytes, before: bytes, earlier: bytes, face: bytes, run: bytes) -> Look:
    """Measure a sample; ``before`` is the sample of the last look, ``earlier`` one from before any present suspicion.

    ``face`` is the relief of the room as it is known, ``run`` the reliefs, one after the other, since a suspicion
    began. Any of them may be empty or of another size, and then says nothing.
    """
    plane = _plane(now)
    if plane is None:
        raise ValueError("The sample of a picture is not one.")
    blocks = _blocks(plane)
    cells = _cells(blocks)
    means = blocks.mean(1)[_INNER]
    last = _matching(before, plane)
    change, movement, ratio, stir = _changes(blocks, last, _matching(earlier, plane))
    mine = _clipped(cells[_INNER].reshape(-1))
    likeness, _ = _agreement(mine, _reliefs(face))
    steadiness, _ = _agreement(mine, _reliefs(relief(before)) if last is not None else None)
    remains, depth = _agreement(mine, _reliefs(run))
    return Look(
        light=float(np.median(means)),
        brightest=float(np.percentile(means, 90)),
        structure=float((_roughness(cells)[_INNER] > _STRUCTURE).mean()),
        likeness=likeness,
        steadiness=steadiness,
        remains=remains,
        depth=depth,
        change=change,
        movement=movement,
        ratio=ratio,
        stir=stir,
    )


def _luma(picture: VideoFrame) -> NDArray[np.uint8]:
    if picture.format.name in ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "gray"):
        plane = picture.planes[0]
        whole = np.frombuffer(memoryview(plane), np.uint8, plane.line_size * plane.height)
        luma: NDArray[np.uint8] = whole.reshape(plane.height, plane.line_size)[:, : plane.width]
        return luma
    gray: NDArray[Any] = picture.reformat(format="gray", threads=1).to_ndarray()
    return gray


def _plane(data: bytes) -> Plane | None:
    if len(data) < _SIZE.size:
        return None
    width, height = _SIZE.unpack(data[: _SIZE.size])
    if len(data) != _SIZE.size + width * height or width < COLUMNS * _CELLS or height < ROWS * _CELLS:
        return None
    return np.frombuffer(data, np.uint8, offset=_SIZE.size).reshape(height, width).astype(np.float32)


def _matching(data: bytes, plane: Plane) -> Plane | None:
    other = _plane(data)
    return other if other is not None and other.shape == plane.shape else None


def _blocks(plane: Plane) -> Plane:
    """(144, pixels of a block), each block a multiple of 5 wide and high; what is left over at the edges is dropped."""
    high, wide = (plane.shape[0] // ROWS // _CELLS * _CELLS, plane.shape[1] // COLUMNS // _CELLS * _CELLS)
    cut = plane[: high * ROWS, : wide * COLUMNS].reshape(ROWS, high, COLUMNS, wide).swapaxes(1, 2)
    cells = cut.reshape(ROWS * COLUMNS, _CELLS, high // _CELLS, _CELLS, wide // _CELLS)
    blocks: Plane = cells.swapaxes(2, 3).reshape(ROWS * COLUMNS, -1)
    return blocks


def _cells(blocks: Plane) -> Plane:
    """(144, 25): means of the cells of each block without the block's own slope, so that a shadow is no structure."""
    cells = blocks.reshape(len(blocks), _CELLS * _CELLS, -1).mean(2)
    level: Plane = (cells - (cells @ _SLOPES) @ _SLOPES.T).astype(np.float32)
    return level


def _slopes() -> Plane:
    axis = np.arange(_CELLS) - _CELLS // 2
    down, across = (each.reshape(-1) for each in np.meshgrid(axis, axis, indexing="ij"))
    directions = np.stack([np.ones_like(down), down, across], 1)
    slopes: Plane = (directions / np.linalg.norm(directions, axis=0)).astype(np.float32)
    return slopes


_SLOPES = _slopes()


def _roughness(cells: Plane) -> Plane:
    rough: Plane = np.sqrt((cells * cells).mean(1))
    return rough


def _packed(cells: Plane) -> bytes:
    return np.rint(cells * _RELIEF_UNIT).clip(-32768, 32767).astype("<i2").tobytes()


def _reliefs(data: bytes) -> Plane | None:
    """The mean of so many reliefs, by which noise becomes less and structure stays; None for none."""
    if not data or len(data) % RELIEF_BYTES:
        return None
    mean: Plane = np.frombuffer(data, "<i2").reshape(-1, RELIEF_BYTES // 2).mean(0, dtype=np.float32) / _RELIEF_UNIT
    return mean


def _agreement(mine: Plane, other: Plane | None) -> tuple[float, float]:
    """How far the structure of two pictures agrees whatever their light, a correlation, and how deep (luma) what they
    share is; NaN without another.
    """
    if other is None:
        return float("nan"), float("nan")
    # An edge as bright as a lamp must not outvote the room.
    other = _clipped(other)
    both = float(np.sqrt((mine * mine).sum() * (other * other).sum()))
    shared = float((mine * other).mean())
    return shared * mine.size / both if both else 0.0, float(np.sqrt(max(shared, 0.0)))


def _clipped(values: Plane) -> Plane:
    most = 4.5 * float(np.median(np.abs(values))) + 0.15
    return values.clip(-most, most)


def _changes(blocks: Plane, before: Plane | None, earlier: Plane | None) -> tuple[float, int, float, float]:
    """(change since ``before``: median over blocks of the difference's variance; inner blocks that moved; the same
    change relative to that since ``earlier``, over blocks that moved in neither; the most that any block changed).
    """
    if before is None:
        return float("nan"), 0, float("nan"), float("nan")
    shift, variance = _difference(blocks, _blocks(before))
    change, stir = float(np.median(variance)), float((variance + shift * shift).max())
    moved = _moved(shift, variance, change)
    if earlier is None:
        return change, int((moved & _INNER).sum()), float("nan"), stir
    shift_since, variance_since = _difference(blocks, _blocks(earlier))
    noise = float(np.median(variance_since))
    quiet = ~moved & ~_moved(shift_since, variance_since, noise)
    # An encoder that polishes a frozen picture shifts blocks by less than the noise that froze in them: no movement.
    movement = int((_moved(shift, variance, max(change, noise), _MOVED_NOISES) & _INNER).sum())
    if quiet.sum() < _LEAST_BLOCKS:
        return change, movement, float("nan"), stir
    ratio = float(np.median((variance[quiet] + _FLOOR) / (variance_since[quiet] + _FLOOR)))
    return change, movement, ratio, stir


def _difference(blocks: Plane, others: Plane) -> tuple[Plane, Plane]:
    difference = blocks - others
    return np.abs(difference.mean(1)), difference.var(1)


def _moved(shift: Plane, variance: Plane, noise: float, noises: float = 0.0) -> NDArray[np.bool_]:
    """Blocks that differ by more than noise of this variance does; ``noises``: standard deviations a mean may shift."""
    shifted: NDArray[np.bool_] = shift > _MOVED_LUMA + noises * noise**0.5
    changed: NDArray[np.bool_] = variance > _MOVED_RATIO * noise + _MOVED_VARIANCE
    return shifted | changed

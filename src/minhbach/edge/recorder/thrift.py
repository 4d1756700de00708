"""How a process that runs for months keeps its memory small.

Owns two settings of the C library and of Python that only a whole process may make, measured with ``minhbach bench
record`` at a hundred cameras: freed sample buffers go back to the system instead of fragmenting the heap (about a fifth
of the process), and what the start-up left is no longer searched for garbage at every collection.
"""

from __future__ import annotations

import ctypes
import gc

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # glibc's malloc.h
_BUFFER_BYTES = 64 * 1024


def be_thrifty() -> None:
    """Call once, before the cameras. Does nothing where the C library is not glibc."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        mallopt = None
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _BUFFER_BYTES)
        mallopt(_M_TRIM_THRESHOLD, 2 * _BUFFER_BYTES)
        mallopt(_M_ARENA_MAX, 1)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)

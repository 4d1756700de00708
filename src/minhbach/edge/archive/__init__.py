"""Sealed footage and the log that proves it: files first, then the log, then everybody else's index.

The path inside this room: samples wait in ``pending``, ``cutting`` says where a segment ends, ``outputs`` gives
ticks, ``series`` makes fragments, ``segment`` writes and seals on a ``lane``, ``accounts`` keeps every second
explained, ``book`` numbers the entries, ``log`` makes them durable. ``home``, ``disks``, ``keys`` and ``layout`` are
the place itself, ``recovery`` reads what a kill left, ``archive`` joins all of it.
"""

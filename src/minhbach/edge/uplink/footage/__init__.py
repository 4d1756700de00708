"""Footage out of a recorder: only under a lease, and only after the log says so.

Owns what the recorder does for ``live``, ``play`` and ``still`` requests: the viewing is written to the log and durable
before the first byte leaves (``viewings``), live pictures go out while somebody's lease lives (``live``), sealed
footage is read as far as it is asked for (``shelf``), stills come from the decode child (``stills``). Promises that
nobody who holds the fabric gets a byte that the log does not know. Leaves boxes for the browser to ``centre.stream``.
"""

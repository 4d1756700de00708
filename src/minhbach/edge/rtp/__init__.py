"""From RTP packets to samples: everything between RTSP's `$` frames and the archive.

Owns the depacketizers (H.264, H.265, AAC, G.711, Opus), the repair of what real cameras get wrong (docs/cameras.md,
parts C to E) and the time of each sample on the recorder's monotonic clock. No input or output happens here: bytes
come in with the time of their arrival, samples go out. Promises that a camera's media bytes are never changed, that
nothing is left out without a note, and that memory is bounded whatever arrives. Leaves the dialog to ``rtsp``,
files to ``archive``.
"""

"""Asking a camera for its stream: RTSP 1.0 over TCP (RFC 2326), with media interleaved on the same connection.

Read in this order: `link` (the standing link to one camera) → `connection` (one socket) → `session` (bytes in, bytes
out) → `dialog` (the questions) → `message`, `framing`, `headers`, `auth`, `sdp`, `parameter_sets`, `url` (the pieces).
docs/cameras.md says for each known misbehaviour of cameras which test holds it.
"""

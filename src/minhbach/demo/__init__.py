"""Simulated cameras: what the demo shows, the tests dial and the benches measure against.

Owns: a camera as the network sees one. `camera.SimulatedCamera` listens on a real TCP socket and speaks RTSP 1.0
with Digest passwords; its picture is drawn and encoded live, its sound is a beep on each full second, and its
RTCP sender reports tell the truth about two clocks that do not run alike.

Promises: every picture carries its own capture time twice, for people (`glyphs`) and for machines (`barcode`), so
that whatever comes out at the far end of the product can be dated to the millisecond without trusting the product.

Leaves to others: misbehaving peers (the recorder's tests script those byte by byte), starting the whole demo, and
everything behind the socket: but for `past`, nothing here imports the recorder.

From camera to socket: `room` + `figure` → `picture` → `encoder` → `packets` → `camera`, beside `sound` → `g711` or
`encoder`; `dialog` answers requests, `gate` asks for the password, `describe` writes the SDP.
"""

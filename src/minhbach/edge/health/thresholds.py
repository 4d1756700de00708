"""Every number by which health judges. Changed only together with a new evaluation (`minhbach bench health`).

They were chosen on drawn rooms with sensor noise of 0.4 to 6 levels, compressed at 120 to 2000 kbit/s, live, dimmed,
covered and frozen with and without a running clock; and fixed before the clips of the evaluation were drawn. What was
seen then stands beside each number. An encoder that spends its whole rate on a picture that does not change, polishing
it for ever, makes a frozen picture look alive; those of cameras stop at a best quality, and that is assumed here.
"""

from __future__ import annotations

LOOK_EVERY_US = 10_000_000
"""One key frame in ten seconds."""

OFFLINE_US = 10_000_000
"""Without a picture for this long, a camera is offline; with the tick of a second and the tap's delay below 15 s."""

UNLIKE = 0.15
"""Correlation of a picture's structure with that of the room. Seen: from 0.21 (a room at 4 % of its light, noise 6) to
1.00 for the room, from -0.05 to 0.20 for anything else, once 0.37."""
UNLIKE_SHARE = 0.35
"""The same as a share of how far the picture is like itself from look to look. Seen: from 0.49 (a room known by day at
4 % of its light; 0.66 the next) to 1.2 for the room, to 0.28 for anything else, once 0.49."""
SOMETHING_REMAINS = 0.08
SOMETHING_DEPTH = 0.25
"""Likeness of dark looks to the mean of those before, and depth (luma) of what they share, by which something dark is
told from darkness. Seen: from 0.16 and 0.52 for a room at 4 % of its light; to 0.04 and 0.11 for noise; 1.00 and 0.00
for what an encoder makes of nothing."""
DARK = 32.0
"""Luma that nine of ten blocks of a black picture stay below; black is 16."""
BARE = 0.15
"""Share of blocks with structure up to which a picture shows nothing, where the room was never seen."""
LIT = 60.0
"""Luma from which a bare picture is no dark room."""
FACE_STRUCTURE = 0.25
"""From here on a picture shows enough of the room to be remembered as its face."""
FACE_STEADY = 0.3
"""Likeness of one look to the next by which a room is known that shows less. Noise alone has below 0.1."""
FACE_LIKENESS = 0.5
FACE_EVERY_US = 600_000_000
"""How often the face of the room is taken anew, from a picture that resembles the last one at least this much."""
FACE_LOOKS = 4
"""So many looks are averaged for it: noise and people become less, the room stays."""
SURE_LOOKS = 3
"""Looks in a row before a picture is called covered: nobody stands before a lens that long."""
SURE_DARK_LOOKS = 4
"""The same in the dark, where one look says less."""
LONGEST_RUN = 5

STILL_RATIO = 0.55
"""Change since the last look over change since an earlier one, as a median of three. Seen: 0.76 to 1.2 live, 0.00 to
0.52 frozen."""
STILL_SHARE = 0.7
"""The change itself over the least of the last live ones. Seen: to 0.6 frozen; from 0.8 live in the dark, where the
encoder's rate makes the ratio swing."""
NOISELESS = 1.0
"""Live change (luma²) below which a sensor's noise is lost, so that only its clock tells a live picture."""
CLOCK_STIR = 100.0
STILL_STIR = 0.05
"""The most that any block changes (luma²) while a clock runs, at least; and over the least of it, once it stands. Seen:
from 5000 while a clock runs, to 19 in a frozen picture that is encoded anew."""
CLOCK_LOOKS = 30
STILL_CHANGE = 0.02
"""Variance of change (luma²) that no sensor stays below. Used where no earlier picture can be compared."""
STILL_LOOKS = 3
STILL_LOOKS_ALONE = 5
MOST_MOVEMENT = 1
"""Blocks that may move in a frozen picture outside the rows of the clock."""
EARLIER_LOOKS = 7
"""How far back the earlier picture lies: more looks than it takes to be sure, so that it was taken before."""

SILENT_RMS = 0.0005
"""-66 dBFS. The quietest two codes of A-law are -72 dBFS; a microphone alone in a quiet room was set at -60."""
HEAR_EVERY_US = 10_000_000
SILENT_WINDOWS = 4
AAC_PACKETS = 24
"""So many packets of a window are decoded: a second and a half at 16 kHz."""

QUIET_US = {
    "offline": 120_000_000,
    "silent": 60_000_000,
    "frozen": 60_000_000,
    "black": 60_000_000,
    "covered": 60_000_000,
}
"""How long all must be well before a fault has ended. What comes back within this time is the same fault."""

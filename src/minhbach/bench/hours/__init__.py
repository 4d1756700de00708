"""A camera-hour packed as the centre's worker does it, working copy and all; run by ``bench.evidence``."""

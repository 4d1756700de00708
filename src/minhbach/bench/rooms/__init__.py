"""A room with a month behind it, in a database of its own, and requests for its time; run by ``bench.timeline``."""

"""The centre's own log in a database of its own: rows written, anchored, checked, forged; run by ``bench.journal``."""

"""A province that recorded all week, in a database of its own, drawn and assessed; run by ``bench.assess``."""

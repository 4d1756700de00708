"""What leaves the offices as figures: the days counted once, and the monthly report of each body that owes one.

Promises that every published figure equals its recomputation from the events (invariant 10): `counting.differences` and
`minhbach centre check_figures` say where it does not. What the system counted and what a person put in its place are
rows of their own and both stay visible. What was not counted is never a zero. Boards, the kiosk and exports come later.
"""

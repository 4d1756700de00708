"""Boards, the kiosk, monthly reports, rankings, exports. No code yet.

Will promise that every published figure equals its recomputation from the events (invariant 10), and that what the
system wrote and what a person changed can be told apart.
"""

"""Procedures, dossiers, deadlines, forms, hand-overs, the queue, look-up. No code yet.

Will promise that an open dossier always has one holder, one next step and one deadline (invariant 9), and that every
change is an event numbered by the box that made it.
"""

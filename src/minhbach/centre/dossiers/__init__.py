"""Procedures, dossiers and what happens at a counter: called, received, asked for more, handed back, help wanted.

Promises that every change is an event numbered by the box that made it and never rewritten, that each moment stands on
the room's timeline (`footage.mark`), and that whoever scans a receipt is led to that minute by the same rights as
everybody. Personal data stands in one row beside the dossier, nowhere in events or marks. Deadlines, forms and
hand-overs grow here later (invariant 9).
"""

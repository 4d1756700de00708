"""The recorder at a site: from a camera's socket to a sealed file and its entry in the log.

It promises that what it calls sealed is on disk (invariant 1), that nothing leaves its log (2), and that every second
without footage has an entry that says why (3). It runs without Django, PostgreSQL or a decoder: the standard library
and `cryptography`. What people may see of the footage is decided in the centre, never here.
"""

"""What the supervision site does without being asked: ``python -m minhbach.centre.worker``.

Owns the process: Django is made ready before anything with rows is imported. Leaves the loops to ``running``.
"""

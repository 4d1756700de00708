"""A past for the demo: weeks of recording, made in seconds by the recorder's own code on a simulated clock.

Owns what happened in those weeks (`plan`), the pictures of it (`film`), and the recorder that lives through them
without cameras (`recorder`). Promises that nothing of it is forged: each entry is written, judged and signed
by the code that records in an office, each checkpoint is cosigned by the centre's own key at its simulated time, what
is gone went by an announced deletion, and what is held is there. Only the disk is not waited for (`disk`): it is synced
once, at the end.

Runs as a program of its own (`make`), one for each recorder, and knows nothing of the centre.
"""

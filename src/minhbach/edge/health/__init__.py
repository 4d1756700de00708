"""Whether what is recorded is worth anything: a camera that is gone, frozen, black, covered, or deaf.

``thresholds`` are the numbers, fixed before anything was evaluated with them; ``seeing`` judges one camera's pictures
by what the confined child measured, ``hearing`` its sound, ``spell`` turns judgements into faults (flapping is one
fault), ``watch`` does it for all cameras of a recorder and tells the log. Leaves measuring to ``decode``, writing to
``archive``, and who is told to the centre.
"""

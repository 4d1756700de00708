"""The recorder's line to its centre: it dials out, and only what the centre signed or a lease allows is done for it.

Owns who the centre is to this recorder (``enrolment``), the connection, the centre's clock as far as it is known here,
the answers to what the centre asks, and the configuration that came signed. Promises that recording never waits for it:
without a line, or with a centre that misbehaves, footage and log go on. Leaves footage under a lease to ``footage``.
"""

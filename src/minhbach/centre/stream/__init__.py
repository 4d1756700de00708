"""The process that relays footage to browsers: samples in from the fabric, fragments out over one WebSocket a page.

Owns the lease's last verification before a browser, the wrapping of what cameras sent into what browsers play
(``picture``, ``sound``), one relay a live camera for all who watch it (``relay``), the pacing of playback
(``playback``), and the telling of what was served. Promises that no byte goes out without a living lease, that
playback is never more than ten seconds ahead of whoever watches, and that one slow viewer costs only itself. No ORM and
no Django: who may see was decided by whoever signed the lease.
"""

"""What edge and centre say to each other: subjects, messages, signed documents, and the line they travel on.

Owns the shapes of everything that crosses the fabric but footage frames' contents (``footage``), and how a message from
the other side is read: bounded, of one spelling, refused with one error. Leaves to ``edge.uplink`` and ``centre`` what
is done about a message, and to ``lease`` the right to bytes.
"""

VERSION = 1
"""Of the protocol. A side that hears another number refuses the message and says so."""

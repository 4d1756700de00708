"""Sessions of citizen reception: opened, closed, and closed to others where somebody denounces.

Promises that a session marked as a denunciation is restricted as a whole, at once and backwards in time, that its
footage is held, and that two people are needed to undo it. Nobody who was received is named here: the reception book
comes later, and stands beside these rows.
"""

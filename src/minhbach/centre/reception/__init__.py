"""Reception of citizens: calendar, sessions, the reception book. No code yet.

Will promise that a session marked as a denunciation is restricted as a whole, at once and backwards in time, and that
two people are needed to undo it.
"""

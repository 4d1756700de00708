"""Units as a dated tree, rooms, counters, cameras, recorders, equipment, people, assignments, notice signs.

Promises that what was true on a day can still be read for that day: every row that may change has dates, nothing of the
past is overwritten, and PostgreSQL refuses two truths for one day. A room is recorded only under a sign that hangs. May
probe a camera at a site, but never sees a picture: a picture is a viewing, and viewings are decided above.
"""

"""Units as a dated tree, rooms, counters, cameras, recorders, equipment, staff, assignments, signs. No code yet.

Will promise that what was true on a day can still be read for that day. May probe a camera at a site, but never sees
a picture: a picture is a viewing, and viewings are decided above.
"""

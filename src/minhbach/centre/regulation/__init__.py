"""The rules in force, as versions with effective dates: rights, retention, calendars, duties, forms.

Promises that a rule is data, that a case can read the version of its day, and that a version once issued is never
rewritten. `rights` names what can be allowed, `rules` reads a version strictly, `reading` says which holds where.
Leaves to `minhbach.centre.access` what follows for a person at a place.
"""

"""The rules in force, as versions with effective dates: rights, retention, calendars, duties, forms. No code yet.

Will promise that a rule is data, that a case keeps the version of its day, and that the printed regulation is the one
that is enforced.
"""

"""Who may do what where, and who did what: grants, restrictions, viewings, the audit log. No code yet.

Will promise that no byte of footage leaves without a right and a viewing record, refusals recorded too (invariant 6).
Knows intervals and rooms, not why someone asked for a restriction or a grant: the higher app writes that down here.
"""

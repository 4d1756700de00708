"""The rows of `access`, one file for each noun.

Accounts and sign-ins; grants, restrictions and still occasions; purposes, viewings and what was served; refusals and
the audit log. What is history here is append-only, and PostgreSQL says so by triggers.
"""

from minhbach.centre.access.models.account import Account, SignInAttempt
from minhbach.centre.access.models.audit import AuditRow
from minhbach.centre.access.models.standing import Grant, Restriction, StillOccasion
from minhbach.centre.access.models.viewing import Purpose, Refusal, Served, ViewedCamera, Viewing

__all__ = [
    "Account",
    "AuditRow",
    "Grant",
    "Purpose",
    "Refusal",
    "Restriction",
    "Served",
    "SignInAttempt",
    "StillOccasion",
    "ViewedCamera",
    "Viewing",
]

"""The rows of `access`, one file for each noun.

Accounts and sign-ins; grants, restrictions and still occasions; purposes, viewings and what was served; refusals and
the audit log. What is history here is append-only, and PostgreSQL says so by triggers.
"""

from minhbach.centre.access.models.account import Account, SignIn, SignInAttempt
from minhbach.centre.access.models.audit import AuditRow
from minhbach.centre.access.models.codes import CodeDevice, CodeReset, RecoveryCode
from minhbach.centre.access.models.security_keys import SecurityKey
from minhbach.centre.access.models.standing import Grant, GrantRequest, Restriction, StillOccasion
from minhbach.centre.access.models.viewing import Purpose, Refusal, RefusalTally, Served, ViewedCamera, Viewing

__all__ = [
    "Account",
    "AuditRow",
    "CodeDevice",
    "CodeReset",
    "Grant",
    "GrantRequest",
    "Purpose",
    "RecoveryCode",
    "Refusal",
    "RefusalTally",
    "Restriction",
    "SecurityKey",
    "Served",
    "SignIn",
    "SignInAttempt",
    "StillOccasion",
    "ViewedCamera",
    "Viewing",
]

"""Extraction: the request, two approvals, the package, custody.

Promises that nobody extracts alone (invariant 8), whatever this code does: PostgreSQL refuses an approval by the
requester, by one person twice, or of a request that was changed since, and a second package. A package verifies years
later, offline, with the court's own copy of the keys (invariant 7): that is `ledger`'s. What a citizen asks of the
recording of themselves is in the modules named after `subjects`: who asked is one row, and it may go.
"""

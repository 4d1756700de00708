"""Extraction: the request, two approvals, the package, custody; requests of data subjects. No code yet.

Will promise that nobody extracts alone (invariant 8) and that a package verifies years later, offline, with the
court's own copy of the keys (invariant 7).
"""

"""Minh Bạch: footage, dossier and rule in one place, and none of them can be quietly changed.

This package holds no code of its own: `cli` is the one command line, `edge` the recorder at a site, `centre` the
supervision site, `ledger` the part a court runs alone. Importing it imports none of them.
"""

__version__ = "0.2.0"

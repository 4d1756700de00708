"""The centre's end of the fabric: its keys, its users, and the one client that talks to the recorders of the sites.

Serves pages, jobs and the stream process alike; so it has no rows and no Django: folders and addresses are arguments.
Owns who may publish and subscribe what (``server``), what a technician carries to a site (``enrolment``), the keys that
recorders trust (``keys``), and how a recorder is asked (``client`` on an event loop, ``asking`` from a page). It
carries no picture or sound without a lease. Leaves what recorders log to ``footage``.
"""

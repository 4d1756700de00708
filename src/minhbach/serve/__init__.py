"""`minhbach serve`: the whole supervision site on one machine, engines and all.

Owns which processes a site is made of, what each is told, when they are ready and in which order they end. Promises
that none of them outlives it, that nothing is opened to a network but what was asked for, and that a second start on
the same folder is refused. Leaves what they do to `centre` and `engines`; an office that runs its own PostgreSQL and
NATS starts the same processes one by one (`deploy/`).
"""

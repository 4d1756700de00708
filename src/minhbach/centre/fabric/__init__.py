"""The one client that talks to the recorders of the sites. No code yet.

Will own subjects, time limits and windows of the messages that `minhbach.protocol` defines, for pages, jobs and the
stream process alike; so it has no rows and no Django. It carries no picture or sound without a lease.
"""

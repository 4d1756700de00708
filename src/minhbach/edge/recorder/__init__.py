"""The running recorder: one loop, all cameras, one archive.

``camera`` follows one stream from its link to its series, ``loop`` is the tick that drives everything, ``sidelog``
keeps the bytes nobody understood, ``witnessing`` and ``packaging`` are the two commands that read an archive for
others, and ``command`` is what the command line calls.
"""

"""The running recorder: one loop, all cameras, one archive.

``camera`` follows one stream from its link to its series, ``intake`` moves its samples there, ``load`` tells a flood
from a busy moment, ``loop`` is the tick that drives everything, ``sidelog`` keeps the bytes nobody understood,
``thrift`` keeps the process small, ``witnessing`` and ``packaging`` are the two commands that read an archive for
others, and ``command`` is what the command line calls.
"""

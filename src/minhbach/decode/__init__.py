"""Pictures and sound out of footage, only ever in a confined child process.

Compressed pictures are the one thing of a camera that no code of ours can parse, and decoders are where cameras'
bytes have become code before. So the decoder lives in a process that has nothing to lose: no network, no files, no
keys, no environment, no other process, little memory (``confinement``). ``child`` is the side of the recorder: it
starts the process, asks, bounds what comes back and kills what does not answer; it imports no decoder. ``worker`` is
the program of the process, ``pictures``, ``looks`` and ``sound`` what it can do, ``wire`` what the two say to each
other.

Errors::

    DecodeTrouble
    ├── NotDecodable        these bytes give no picture or sound; the child goes on
    ├── DecoderBusy         too many wait already; ask again later
    ├── DecoderDied         the child ended, was killed for lateness, or answered nonsense; the next request starts one
    └── DecoderUnavailable  this machine cannot confine a process, so nothing is decoded at all
"""

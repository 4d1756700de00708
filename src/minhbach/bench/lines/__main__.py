"""`python -m minhbach.bench.lines WORDS`: writes, anchors, checks and forges rows; WORDS are JSON."""

import json
import sys

import django

django.setup()

from minhbach.bench.lines import forged  # noqa: E402  # its rooms have rows

if __name__ == "__main__":
    forged.measure(**json.loads(sys.argv[1]))

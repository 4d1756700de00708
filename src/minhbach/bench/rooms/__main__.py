"""`python -m minhbach.bench.rooms WORDS`: lays a room with a month behind it and measures; WORDS are JSON."""

import json
import sys

import django

django.setup()

# Rows can only be imported once Django knows its apps.
from minhbach.bench.rooms import month  # noqa: E402

if __name__ == "__main__":
    month.measure(**json.loads(sys.argv[1]))

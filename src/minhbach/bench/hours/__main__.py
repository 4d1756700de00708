"""`python -m minhbach.bench.hours WORDS`: packs an hour of footage, or as much as there is time for; WORDS are JSON."""

import json
import sys

import django

django.setup()

from minhbach.bench.hours import hour  # noqa: E402  # the worker's rooms have rows

if __name__ == "__main__":
    hour.measure(**json.loads(sys.argv[1]))

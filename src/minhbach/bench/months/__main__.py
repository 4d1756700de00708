"""`python -m minhbach.bench.months WORDS`: lays communes with a month behind them and measures; WORDS are JSON."""

import json
import sys

import django

django.setup()

# Rows can only be imported once Django knows its apps.
from minhbach.bench.months import measuring  # noqa: E402

if __name__ == "__main__":
    measuring.measure(**json.loads(sys.argv[1]))

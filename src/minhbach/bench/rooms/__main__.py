"""`python -m minhbach.bench.rooms WORDS`: lays a room with a month behind it and measures; WORDS are JSON."""

import json
import sys

# The process of the pages, as it is set up for people; rows can only be imported after it.
import minhbach.centre.pages  # noqa: F401
from minhbach.bench.rooms import month

if __name__ == "__main__":
    month.measure(**json.loads(sys.argv[1]))

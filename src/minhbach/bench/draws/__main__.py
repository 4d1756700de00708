"""`python -m minhbach.bench.draws WORDS`: lays a province, draws and assesses; WORDS are JSON."""

import json
import sys

# The process of the pages, as it is set up for people; rows can only be imported after it.
import minhbach.centre.pages  # noqa: F401
from minhbach.bench.draws import province

if __name__ == "__main__":
    province.measure(**json.loads(sys.argv[1]))

"""`python -m minhbach.demo.district FILE`: lays the district; a file of JSON says what happened so far."""

import json
import sys
from pathlib import Path

import django

django.setup()

# Rows can only be imported once Django knows its apps.
from minhbach.demo.district import laying  # noqa: E402

if __name__ == "__main__":
    laying.lay(laying.Past.read(json.loads(Path(sys.argv[1]).read_text("utf-8"))))

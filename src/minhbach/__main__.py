"""``python -m minhbach`` is ``minhbach``: for processes that start another part of the product."""

import sys

from minhbach.cli import main

if __name__ == "__main__":
    sys.exit(main())

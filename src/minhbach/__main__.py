"""``python -m minhbach`` is ``minhbach``: for processes that start another part of the product with their own Python."""

import sys

from minhbach.cli import main

sys.exit(main())

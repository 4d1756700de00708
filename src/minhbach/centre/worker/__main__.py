"""The worker as a program: Django first, then what needs it."""

import sys

import django

django.setup()

from minhbach.centre.worker.running import main  # noqa: E402  # its rooms have rows

if __name__ == "__main__":
    sys.exit(main())

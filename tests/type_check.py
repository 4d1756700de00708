"""`python -m tests.type_check`: mypy over everything, with the settings its Django plug-in wants to read."""

import sys

from mypy import api

from tests import centre_settings


def main(arguments: list[str]) -> int:
    """Run mypy with the arguments given; its exit status."""
    centre_settings.lay()
    report, trouble, status = api.run(arguments)
    print(report, end="")
    print(trouble, end="", file=sys.stderr)
    centre_settings.take_away()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

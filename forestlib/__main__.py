"""``python -m forestlib`` is the command line."""

import sys

from forestlib.cli import main

if __name__ == "__main__":
    sys.exit(main())

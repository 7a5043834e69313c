"""`python -m analyzer` and the `blastwall` command."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line; a fault of blastwall itself ends with 4 and no input in the message."""
    gc.disable()  # a run is short and keeps nearly all that it makes: looking for garbage is waste
    from analyzer.cli import run  # noqa: PLC0415 (the import guard of `analyzer` comes first)

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

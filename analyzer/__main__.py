"""`python -m analyzer` and the `blastwall` command."""

from __future__ import annotations

import gc
import sys

# A run builds values that live to its end: looking for garbage among them often finds none.
OBJECTS_BETWEEN_COLLECTIONS = 50_000


def main() -> None:
    """Run the command line; a fault of blastwall itself ends with 4 and no input in the message."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    from analyzer.cli import run  # noqa: PLC0415 (the import guard of `analyzer` comes first)

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

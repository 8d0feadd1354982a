"""`python -m heartsight`: the command line."""

from __future__ import annotations

from heartsight.cli import main

if __name__ == "__main__":
    main()

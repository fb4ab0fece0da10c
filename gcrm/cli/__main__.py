"""`python -m gcrm.cli`: the command line where its script is not on the path."""

from __future__ import annotations

from gcrm.cli import main

if __name__ == "__main__":
    main()

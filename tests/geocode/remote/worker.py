"""A run in a process of its own, for tests that start several or kill one: FOLDER URL PER_SECOND UNKNOWN."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.geocode.remote.desk import Desk

if __name__ == "__main__":
    folder, url, per_second, unknown = sys.argv[1:]
    desk = Desk(Path(folder), url, unknown=int(unknown), per_second=float(per_second))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sent = desk.send()
    sys.stdout.write(f"{sent.requests} {sent.states.get('found', 0)} {sent.elsewhere} {sent.stopped}\n")

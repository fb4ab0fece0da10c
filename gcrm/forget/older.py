"""Older snapshots, which hold the people: they go as soon as nobody reads them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gcrm.errors import UserError
from gcrm.warehouse import lease, retention, snapshot

if TYPE_CHECKING:
    from pathlib import Path

#: Seconds to wait for readers of older snapshots.
WAIT_S = 30.0
_POLL_S = 0.25


class ForgetError(UserError):
    """Somebody cannot be forgotten altogether yet: something holds them that gcrm does not write."""


def delete_older(folder: Path, wait_s: float) -> list[str]:
    """Delete everything but the newest snapshot, as soon as nobody reads it.

    Parameters
    ----------
    folder
        The project's folder.
    wait_s
        How long to wait for readers.

    Returns
    -------
    list of str
        Files that were deleted.

    Raises
    ------
    ForgetError
        If somebody still reads an older snapshot.
    """
    root = folder / snapshot.FOLDER
    deleted = retention.prune(folder, 1)
    end = time.monotonic() + wait_s
    while len(snapshot.history(folder)) > 1 or any(p.suffix == ".duckdb" for p in _unnamed(folder)):
        if time.monotonic() > end:
            newest = snapshot.history(folder)[0].sequence
            holders = sorted({c.holder for c in lease.held(root) if c.sequence != newest}) or ["a program unknown"]
            msg = (
                "The new snapshot is without them, but an older one is still read, and so it is still there: "
                f"{'; '.join(holders)}. Close it, or reload the page of the dashboard, and run it again."
            )
            raise ForgetError(msg)
        time.sleep(_POLL_S)
        deleted += retention.prune(folder, 1)
    return deleted


def _unnamed(folder: Path) -> list[Path]:
    """Return the stage files that the newest snapshot does not name."""
    manifest = snapshot.history(folder)[0]
    names = {file.file for file in manifest.stages.values()}
    return [p for p in (folder / snapshot.FOLDER).iterdir() if p.suffix == ".duckdb" and p.name not in names]

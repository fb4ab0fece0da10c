"""Ingest: files become typed tables and a ledger of what was rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["build_ingest", "input_files"]

if TYPE_CHECKING:
    from gcrm.ingest.build import build_ingest
    from gcrm.ingest.reader import input_files


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: a process of its own that reads one file starts faster that way."""
    if name == "build_ingest":
        from gcrm.ingest.build import build_ingest  # noqa: PLC0415

        return build_ingest
    if name == "input_files":
        from gcrm.ingest.reader import input_files  # noqa: PLC0415

        return input_files
    msg = f"module 'gcrm.ingest' has no attribute '{name}'"
    raise AttributeError(msg)

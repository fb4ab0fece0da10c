"""Ingest: files become typed tables and a ledger of what was rejected."""

from __future__ import annotations

from gcrm.ingest.build import build_ingest
from gcrm.ingest.reader import input_files

__all__ = ["build_ingest", "input_files"]

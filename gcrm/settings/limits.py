"""The limits of a project: what one file may take before it is refused."""

from __future__ import annotations

from pydantic import Field

from gcrm.settings.words import Strict


class Limits(Strict):
    """`[limits]`: what reading one file may take; beyond it the file is refused, and nothing is published.

    Attributes
    ----------
    memory_mb
        Most memory, in mebibytes, of the process that reads a spreadsheet or a geodata file.
    seconds
        Longest time that reading the file may take.
    unpacked_mb
        Most mebibytes that an archive, spreadsheet or Parquet file may unpack to.
    rows
        Most rows that a file may hold.
    """

    memory_mb: int = Field(default=2048, ge=256)
    seconds: int = Field(default=900, ge=1)
    unpacked_mb: int = Field(default=8192, ge=1)
    rows: int = Field(default=100_000_000, ge=1)

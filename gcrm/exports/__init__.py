"""What leaves the building: tables without live formulas, people with consent, assignments; all of it logged."""

from __future__ import annotations

from gcrm.exports.table import read_table, to_bytes, write_table

__all__ = ["read_table", "to_bytes", "write_table"]

"""Stage linkage: which customers and prospects are one person or company, and which people one household.

It stands in the flow of projects whose gcrm.toml has `[linkage]`, and of no others.
"""

from __future__ import annotations

from gcrm.linkage.build import build_linkage

__all__ = ["build_linkage"]

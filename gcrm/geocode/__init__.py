"""Geocode: an address becomes a point, with how sure and how far off it may be.

Places are worked on, not records: each distinct written address is understood once (`written`, `parsed`, `address`) and
each distinct place is looked for once, in sets (`exact`, `near`, `match`). The rules, best first, stand in `rule.sql`.
"""

from __future__ import annotations

from gcrm.geocode.build import build_geocode

__all__ = ["build_geocode"]

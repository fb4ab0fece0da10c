"""Geocode: an address becomes a point, with how sure and how far off it may be.

Places are worked on, not records: each distinct written address is understood once (`written`, `parsed`, `address`) and
each distinct place is looked for once, in sets (`exact`, `near`, `match`). The rules, best first, stand in `rule.sql`.

A reference address without a point of its own takes the inner point of its parcel: it still answers as `exact`, with
the parcel's reach as its error (`geocode.reference.point_source` says so). Only a record that is placed by its own
parcel, because its address has no single answer, has the level `parcel`.
"""

from __future__ import annotations

from gcrm.geocode.build import build_geocode
from gcrm.geocode.geocoder import Found, Geocoder

__all__ = ["Found", "Geocoder", "build_geocode"]

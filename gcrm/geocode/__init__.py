"""Geocode: an address becomes a point, with how sure and how far off it may be.

Places are worked on, not records: each distinct written address is understood once, and each distinct place is looked
for once, in sets. The rooms in the order of the flow: `pack` makes reference packs; `intake` takes in records, packs
and parcels; `reading` understands addresses; `reference` holds what they are looked for in; `matching` finds the
address itself, `nearby` what comes near it; `verdict` says what counts, with the word of `remote` geocoders and of
people; and `result` writes what later stages read. `build` runs them for a project, `table` for a file, `geocoder`
for one address, by means of `single`. The rules, best first, stand in `matching/rule.sql`.

A reference address without a point of its own takes the inner point of its parcel: it still answers as `exact`, with
the parcel's reach as its error (`geocode.reference.point_source` says so). Only a record that is placed by its own
parcel, because its address has no single answer, has the level `parcel`.
"""

from __future__ import annotations

from gcrm.geocode.build import build_geocode
from gcrm.geocode.found import Found
from gcrm.geocode.geocoder import Geocoder

__all__ = ["Found", "Geocoder", "build_geocode"]

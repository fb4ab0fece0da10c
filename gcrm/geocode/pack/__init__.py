"""Reference packs: address points, house-number ranges, streets, places and postcodes as a folder of Parquet files.

`form` says what a pack holds and `label` what is said about it. `build` makes one from files (`file`, `heading`,
`feature`, `centreline`) and OpenStreetMap extracts (`osm`).
"""

from __future__ import annotations

from gcrm.geocode.pack.form import LABEL, SUFFIX, TABLES, VERSION
from gcrm.geocode.pack.label import Pack, read_pack

__all__ = ["LABEL", "SUFFIX", "TABLES", "VERSION", "Pack", "read_pack"]

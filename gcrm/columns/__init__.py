"""The columns of gcrm: what each kind of source holds, in one place.

A *kind* is a table that a company can bring. A source maps its own columns onto the fields below; everything after
ingest knows only these names. Names carry unit and system (`floor_area_m2`, `lon`).
"""

from __future__ import annotations

from gcrm.columns.company import COMPANY, IDENTITY
from gcrm.columns.field import FIGURES, SQL_TYPES, Field, FieldType, Kind
from gcrm.columns.movement import DAY_TYPES, MOVEMENTS
from gcrm.columns.place import ADDRESS, PLACES, POINT

__all__ = ["ADDRESS", "DAY_TYPES", "FIGURES", "IDENTITY", "KINDS", "POINT", "SQL_TYPES", "Field", "FieldType", "Kind"]

#: Every kind by the name used in gcrm.toml.
KINDS: dict[str, Kind] = {k.name: k for k in (*COMPANY, *PLACES, *MOVEMENTS)}

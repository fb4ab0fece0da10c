"""Regions as they come from the sources: read, and their polygons repaired."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Transformer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gcrm.settings import Settings

#: The types of geometry that have an area: polygon, multipolygon.
_POLYGONAL = (3, 6)


@dataclass(frozen=True)
class Level:
    """One level of a hierarchy: a layer.

    Attributes
    ----------
    layer_id
        Number of the layer, from 1 in the order of the settings.
    hierarchy, level
        Names as in the settings.
    depth
        1 for the largest regions of the hierarchy.
    overlapping
        True where regions of the level may overlap.
    """

    layer_id: int
    hierarchy: str
    level: str
    depth: int
    overlapping: bool


@dataclass(frozen=True)
class Region:
    """One version of a region.

    Attributes
    ----------
    region_id, name, parent_id
        As the source says; the identifier where it gives no name.
    valid_from, valid_to
        First day valid and first day no longer; null where open.
    geometry
        Polygon or multipolygon in lon/lat; null where there is none.
    original
        Geometry as the source gave it; null where it gave none.
    fault
        Why the given geometry was no valid polygon; null where it was one.
    """

    region_id: str
    name: str
    parent_id: str | None
    valid_from: date | None
    valid_to: date | None
    geometry: BaseGeometry | None
    original: BaseGeometry | None
    fault: str | None = None

    @property
    def since(self) -> date:
        """First day valid, the beginning of time where open."""
        return self.valid_from or date.min

    @property
    def until(self) -> date:
        """First day no longer valid, the end of time where open."""
        return self.valid_to or date.max

    def meets(self, other: Region) -> bool:
        """Tell whether there is a day on which both are valid."""
        return self.since < other.until and other.since < self.until


def levels(settings: Settings) -> list[Level]:
    """Return every level of every hierarchy, in the order of the settings."""
    named = [
        (name, h, depth, level) for name, h in settings.hierarchies.items() for depth, level in enumerate(h.levels, 1)
    ]
    return [Level(number, name, level, depth, h.overlapping) for number, (name, h, depth, level) in enumerate(named, 1)]


def read_regions(con: duckdb.DuckDBPyConnection, level: Level) -> list[Region]:
    """Read the regions of a level and repair their polygons.

    Parameters
    ----------
    con
        Connection with the catalog `ingest` attached.
    level
        The level to read.

    Returns
    -------
    list of Region
        One per region and validity, by `region_id`, then `valid_from`.
    """
    rows = con.execute(
        "SELECT region_id, coalesce(name, region_id), parent_id, valid_from, valid_to, geometry FROM ingest.region "
        "WHERE hierarchy = $hierarchy AND level = $level ORDER BY region_id, valid_from NULLS FIRST, valid_to",
        {"hierarchy": level.hierarchy, "level": level.level},
    ).fetchall()
    if not rows:
        return []
    wkb = np.empty(len(rows), object)
    wkb[:] = [row[5] for row in rows]
    given = shapely.force_2d(shapely.from_wkb(wkb))
    fine = shapely.is_valid(given) & np.isin(shapely.get_type_id(given), _POLYGONAL) & ~shapely.is_empty(given)
    regions = [
        Region(name_id, name, parent, since, until, g, g)
        for (name_id, name, parent, since, until, _), g in zip(rows, given, strict=True)
    ]
    return [
        region
        if ok or region.original is None
        else replace(region, geometry=repaired(region.original), fault=fault(region.original))
        for region, ok in zip(regions, fine, strict=True)
    ]


def fault(geometry: BaseGeometry) -> str:
    """Say why a geometry is no valid polygon."""
    if geometry.is_empty:
        return "the geometry is empty"
    if shapely.get_type_id(geometry) not in _POLYGONAL:
        return f"a {geometry.geom_type} is no polygon"
    return str(shapely.is_valid_reason(geometry))


def repaired(geometry: BaseGeometry) -> BaseGeometry | None:
    """Return the polygonal part of a geometry made valid; null where nothing with an area remains."""
    valid = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(shapely.get_parts(valid))
    areas = parts[(shapely.get_type_id(parts) == _POLYGONAL[0]) & (shapely.area(parts) > 0)]
    if not len(areas):
        return None
    whole = areas[0] if len(areas) == 1 else shapely.multipolygons(areas)
    return whole if shapely.is_valid(whole) else shapely.union_all(areas)


def metric(geometry: Sequence[BaseGeometry | None] | NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    """Project geometries from lon/lat to a metric CRS, vertex by vertex."""
    to = _transformer("EPSG:4326", crs)
    flat = np.empty(len(geometry), object)
    flat[:] = geometry
    out: NDArray[np.object_] = shapely.transform(flat, lambda xy: np.column_stack(to.transform(xy[:, 0], xy[:, 1])))
    return out


def degrees(point: BaseGeometry, crs: str) -> tuple[float, float]:
    """Return the longitude and latitude of a point in a metric CRS."""
    lon, lat = _transformer(crs, "EPSG:4326").transform(point.x, point.y)
    return float(lon), float(lat)


def area_m2(geometry: Sequence[BaseGeometry | None] | NDArray[np.object_], crs: str) -> NDArray[np.float64]:
    """Return areas in square metres, measured in the metric CRS; NaN for a missing geometry or outside of the CRS."""
    area: NDArray[np.float64] = shapely.area(metric(geometry, crs))
    return np.where(np.isfinite(area) & ~shapely.is_missing(geometry), area, np.nan)


@cache
def _transformer(source: str, target: str) -> Transformer:
    """Make a transformer between two CRS once: it takes longer than most of its uses."""
    return Transformer.from_crs(source, target, always_xy=True)

"""The questions of the buildings page: buildings one by one, summed up in cells, and the profile of customers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import h3
import shapely
import shapely.affinity

from gcrm.cube.model import dimensions

if TYPE_CHECKING:
    from gcrm.workspace import Workspace

#: More buildings than this are drawn as cells, no more cells than this, and so many leads are listed.
BUILDINGS, CELLS, LEADS = 3000, 5000, 100
#: Resolutions of cells, fine to coarse: the finest that gives few enough is drawn.
RESOLUTIONS = (10, 9, 8, 7, 6)
#: A building that is known as a point alone is drawn as a disc of this size, in metres.
DISC_M = 7.0
_DEGREE_M = 111_195.08


def listed(ws: Workspace, question: dict[str, Any]) -> dict[str, Any] | None:
    """Return the buildings of a region, those with their outline where they are few; None for who may not see them.

    The answer holds `total`, `rows` (none above `BUILDINGS`) and `leads`, the largest first.
    """
    if not ws.scope.record_rights:
        return None
    table = ws.buildings(_where(ws, question), question["period"])
    few = table.num_rows <= BUILDINGS
    rows = table.to_pylist() if few else []
    frame = ws.footprints([row["building_key"] for row in rows]) if rows else None
    shapes = {} if frame is None else dict(zip(frame["building_key"], frame.geometry, strict=True))
    for row in rows:
        row["shape"] = drawn(shapes[row["building_key"]])
    return {"total": table.num_rows, "rows": rows, "leads": table.slice(0, LEADS).to_pylist()}


def cells(ws: Workspace, question: dict[str, Any]) -> list[dict[str, Any]]:
    """Return buildings summed up in the finest cells that are few enough, each with its outline."""
    where = _where(ws, question)
    for resolution in RESOLUTIONS:
        table = ws.building_cells(resolution, where, question["period"])
        if table.num_rows <= CELLS:
            break
    rows: list[dict[str, Any]] = table.to_pylist()
    for row in rows:
        row["shape"] = shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(row["cell"])])
    return rows


def profile(ws: Workspace, question: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the profile of customers by type of residence, of the same regions."""
    rows: list[dict[str, Any]] = ws.profile(where=_where(ws, question), period=question["period"]).to_pylist()
    return rows


def drawn(shape: shapely.Geometry) -> shapely.Geometry:
    """Return what is drawn of a building: its outline, or a disc around its point.

    Parameters
    ----------
    shape
        Footprint, parcel or point, in EPSG:4326.

    Returns
    -------
    shapely.Geometry
        An area in EPSG:4326.
    """
    if shape.geom_type != "Point":
        return shape
    radius = DISC_M / _DEGREE_M
    wide = 1 / max(0.05, math.cos(math.radians(shape.y)))
    return shapely.affinity.scale(shapely.buffer(shape, radius, quad_segs=2), wide, 1.0)


def _where(ws: Workspace, question: dict[str, Any]) -> dict[str, Any]:
    """Return the regions of a question's filters: buildings know no segments."""
    levels = {name for name, d in dimensions(ws.settings).items() if d.kind in {"region", "area"}}
    return {name: wanted for name, wanted in question["where"].items() if name in levels}

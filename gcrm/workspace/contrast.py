"""Two sides of the people of places weighed against each other: day and night, weekdays and weekends, and so on."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from gcrm.analysis.movement.place import STATION
from gcrm.analysis.movement.presence import indices
from gcrm.cube.model import dimensions
from gcrm.cube.places import shapes
from gcrm.errors import QueryError, near
from gcrm.maps.contrast import circles, describe_contrast
from gcrm.workspace.point import WGS84

if TYPE_CHECKING:
    from gcrm.maps.description import MapDescription
    from gcrm.workspace.workspace import Workspace

#: Index -> what it is called, its two sides (columns of `indices`), and what they are called.
INDICES: dict[str, tuple[str, tuple[str, str], tuple[str, str]]] = {
    "day_night": ("Day against night", ("day", "night"), ("day", "night")),
    "weekday_weekend": ("Weekdays against weekends", ("weekday", "weekend"), ("weekdays", "weekends")),
    "visitor_resident": ("Visitors against residents", ("visitor", "resident"), ("visitors", "residents")),
}
_STATIONS = """
    SELECT coalesce(place_id, lon || ' ' || lat) AS member, lon, lat FROM enrich.movement_place
    WHERE lon IS NOT NULL QUALIFY row_number() OVER (PARTITION BY member ORDER BY lon, lat) = 1"""


def contrast(
    ws: Workspace,
    level: str,
    index: str,
    *,
    measure: str,
    day: tuple[int, int] = (9, 17),
    night: tuple[int, int] = (0, 5),
) -> gpd.GeoDataFrame:
    """Weigh two sides of each region's people against each other.

    Parameters
    ----------
    ws
        The workspace.
    level, index, measure, day, night
        As in `Population.contrast`.

    Returns
    -------
    geopandas.GeoDataFrame
        As there.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known.
    """
    if index not in INDICES:
        msg = f"There is no index '{index}'.{near(index, INDICES)}"
        raise QueryError(msg)
    first, second = INDICES[index][1]
    table = indices(ws.reader, level, scope=ws.scope, measure=measure, day=day, night=night).to_pandas()
    table = table[table["member"].notna()][["member", "name", first, second, "persons"]]
    table = table.astype(dict.fromkeys((first, second, "persons"), float))
    frame = gpd.GeoDataFrame(table, geometry=_shapes(ws, level, table["member"].tolist()), crs=WGS84)
    return weighed(frame, index)


def weighed(table: gpd.GeoDataFrame, index: str) -> gpd.GeoDataFrame:
    """Weigh the two sides of places.

    With a the place's share of everybody of the first side, and b that of the other, `balance` is (a - b) / (a + b) and
    `surplus` a - b. Where there are fewer people everywhere by night, no place is a place of the day for that.

    Parameters
    ----------
    table
        One row per place: member, and the two sides of the index.
    index
        A word of `INDICES`.

    Returns
    -------
    geopandas.GeoDataFrame
        The rows with both columns, by the balance; null where a side is not known, or both are 0.
    """
    first, second = INDICES[index][1]
    sides = table[[first, second]].where(table[[first, second]].notna().all(axis=1))
    share = sides / sides.sum()
    both = share.sum(axis=1, skipna=False)
    found = table.copy()
    found["surplus"] = share[first] - share[second]
    found["balance"] = (found["surplus"] / both).where(both > 0)
    return found.sort_values(["balance", "member"], ascending=[False, True], ignore_index=True)


def describe(found: gpd.GeoDataFrame, level: str, index: str, note: str = "") -> MapDescription:
    """Describe the map of an index.

    Parameters
    ----------
    found
        As `contrast` gives it.
    level, index
        What it is of.
    note
        What it rests on.

    Returns
    -------
    MapDescription
        Regions, or a circle per station, the largest below.
    """
    title, (first, second), words = INDICES[index]
    drawn = found.sort_values("persons", ascending=False, na_position="first") if level == STATION else found
    shown = circles(list(drawn.geometry), drawn["persons"].tolist()) if level == STATION else list(drawn.geometry)
    rows = [
        (
            str(row["member"]),
            str(row["name"]),
            shape,
            None if isnan(row["balance"]) else float(row["balance"]),
            ((f"people, {words[0]}", _number(row[first])), (f"people, {words[1]}", _number(row[second]))),
        )
        for row, shape in zip(drawn.to_dict("records"), shown, strict=True)
    ]
    return describe_contrast(rows, title=title, noun=f"{level}s", words=words, note=note)


def _number(value: float) -> str:
    return "unknown" if isnan(value) else f"{value:,.1f}"


def _shapes(ws: Workspace, level: str, members: list[str]) -> list[shapely.Geometry | None]:
    """Return the geometry of each member: of a region or cell its outline, of a station its point."""
    if level != STATION:
        return shapes(ws.reader, dimensions(ws.settings)[level], members)
    at = {name: shapely.Point(lon, lat) for name, lon, lat in ws.cursor().execute(_STATIONS).fetchall()}
    return [at.get(name) for name in members]

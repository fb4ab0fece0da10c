"""Points as a user writes them, and the stores that stand for some of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gcrm.workspace.opened import Opened

#: A point as a user writes it: (lon, lat), {"lon": ..., "lat": ...}, {"store": "S1"} or a shapely point.
Point = Any
WGS84 = "EPSG:4326"
_STORES = """
    WITH last AS (SELECT max(ordered_on) AS day FROM warehouse.fact_order)
    SELECT s.store_id, s.name, l.lon, l.lat,
        coalesce(s.opened_on <= last.day, true) AND coalesce(last.day < s.closed_on, s.closed_on IS NULL) AS is_open
    FROM warehouse.dim_store AS s CROSS JOIN last
    LEFT JOIN warehouse.dim_location AS l ON l.location_id = s.location_id
    WHERE s.store_id IS NOT NULL ORDER BY s.store_id
"""


def stores(ws: Opened) -> pd.DataFrame:
    """Return every store: store_id, name, lon and lat (NaN where it was not located), is_open on the orders' last day.

    Parameters
    ----------
    ws
        The opened project.

    Returns
    -------
    pandas.DataFrame
        One row per store, in the order of their identifiers.
    """
    found: pd.DataFrame = ws.cursor().execute(_STORES).to_arrow_table().to_pandas()
    return found


def placed(ws: Opened, given: Point | Sequence[Point]) -> tuple[list[Any], NDArray[np.float64]]:
    """Read points as a user writes them.

    Parameters
    ----------
    ws
        The opened project, for its stores.
    given
        One or several points, a GeoDataFrame or GeoSeries of points, or `stores`: every located store that is open.

    Returns
    -------
    tuple
        What to call each point (its store, its index, else its number), and lon and lat of each, one row per point.

    Raises
    ------
    QueryError
        If something is no point, lies beyond the world, or is a store that is not known or not located.
    """
    if isinstance(given, str) and given == "stores":
        known = stores(ws)
        known = known[known["is_open"] & known["lon"].notna()]
        return known["store_id"].tolist(), known[["lon", "lat"]].to_numpy(float)
    if isinstance(given, gpd.GeoDataFrame | gpd.GeoSeries):
        given = given.geometry.to_crs(WGS84) if given.crs is not None else given.geometry
        return given.index.tolist(), np.column_stack([given.x, given.y]).astype(float)
    several: Iterable[Point] = [given] if _is_one(given) else given
    names: list[Any] = []
    at = []
    for i, point in enumerate(several):
        is_store = isinstance(point, Mapping) and "store" in point
        names.append(str(point["store"]) if is_store else i)
        at.append(_store(ws, str(point["store"])) if is_store else lon_lat(point))
    return names, np.array(at, float).reshape(-1, 2)


def _is_one(given: Any) -> bool:
    """Say whether something is one point, not several."""
    if isinstance(given, Mapping | shapely.Point):
        return True
    return len(given) == 2 and all(isinstance(v, int | float) for v in given)


def lon_lat(point: Any) -> tuple[float, float]:
    """Read one point.

    Parameters
    ----------
    point
        A pair, a mapping with `lon` and `lat`, or a shapely point.

    Returns
    -------
    tuple of float
        Longitude and latitude, in degrees.

    Raises
    ------
    QueryError
        If it is no point, or lies beyond the world.
    """
    try:
        if isinstance(point, shapely.Point):
            lon, lat = point.x, point.y
        else:
            lon, lat = (point["lon"], point["lat"]) if isinstance(point, Mapping) else point
        lon, lat = float(lon), float(lat)
    except (TypeError, ValueError, KeyError, shapely.errors.GEOSException):
        msg = f'A point is (lon, lat), {{"lon": ..., "lat": ...}} or {{"store": "S1"}}; found {type(point).__name__}.'
        raise QueryError(msg) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        msg = "A point is longitude and latitude in degrees, in this order; found one beyond the world."
        raise QueryError(msg)
    return lon, lat


def _store(ws: Opened, name: str) -> tuple[float, float]:
    known = {row["store_id"]: (float(row["lon"]), float(row["lat"])) for row in stores(ws).to_dict("records")}
    if name not in known:
        msg = f"There is no store '{name}'.{near(name, known)}"
        raise QueryError(msg)
    if np.isnan(known[name]).any():
        msg = f"The store '{name}' could not be located; give a point instead."
        raise QueryError(msg)
    return known[name]

"""Travel on the roads of a project: times, areas, ways, and how well regions are served. Estimates without roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gcrm.conform.lattice import Lattice
from gcrm.enrich.road.travel import Travel, checked_minutes, travel
from gcrm.errors import QueryError
from gcrm.workspace.point import WGS84, Point, placed, stores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gcrm.workspace.workspace import Workspace


class Roads:
    """What can be asked of the roads of a workspace: `ws.roads`.

    Points are `(lon, lat)`, `{"lon": ..., "lat": ...}`, `{"store": "S1"}` or shapely points, one or several of them;
    the word `stores` is every store that is open on the last day of the orders. Every answer has a column `basis`:
    `roads`, `roads, busy hours assumed`, or `estimate` where the project has no roads.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def info(self) -> dict[str, Any]:
        """Return what there is of roads: junctions, pieces, arcs by mode, the largest component, conditions, rules."""
        con = self._ws.cursor()
        table = con.execute("SELECT nodes, pieces, drive_arcs, cycle_arcs, walk_arcs FROM enrich.road_network")
        row = dict(zip([c[0] for c in table.description], table.fetchall()[0], strict=True))
        largest = con.execute("SELECT coalesce(max(component_nodes), 0) FROM enrich.road_node").fetchall()[0][0]
        conditions = con.execute("SELECT count(*) FROM enrich.road_condition").fetchall()[0][0]
        far = "SELECT count(*) FROM enrich.location_road WHERE road_access = 'too far'"
        return {
            **row,
            "largest_component": largest,
            "conditions": conditions,
            "places_too_far": con.execute(far).fetchall()[0][0],
            "basis": self._travel("drive", None, None).basis,
        }

    def stores(self) -> pd.DataFrame:
        """Return every store: store_id, name, lon and lat (NaN where it was not located), is_open.

        Returns
        -------
        pandas.DataFrame
            One row per store; is_open on the last day of the orders.
        """
        return stores(self._ws)

    def matrix(
        self,
        origins: Point | Sequence[Point],
        destinations: Point | Sequence[Point],
        mode: str = "drive",
        *,
        day_type: str | None = None,
        hour: int | None = None,
        limit_min: float = float("inf"),
    ) -> pd.DataFrame:
        """Return the travel time of every pair of points.

        Parameters
        ----------
        origins, destinations
            Points.
        mode
            drive, cycle or walk.
        day_type, hour
            weekday, saturday or sunday, and an hour from 0 to 23; free flow where both are null.
        limit_min
            Longer ways are not looked for.

        Returns
        -------
        pandas.DataFrame
            One row per pair: origin, destination (numbers of the points given, or store_ids), minutes (null where
            there is no way, or a point is too far from any road), basis.
        """
        how = self._travel(mode, day_type, hour)
        names, at = placed(self._ws, origins)
        others, to = placed(self._ws, destinations)
        minutes = how.between(at, to, limit_min)
        return pd.DataFrame(
            {
                "origin": np.repeat(np.array(names, object), len(others)),
                "destination": np.tile(np.array(others, object), len(names)),
                "minutes": minutes.ravel(),
                "basis": how.basis,
            }
        )

    def nearest(
        self,
        points: Point | Sequence[Point],
        targets: Point | Sequence[Point] = "stores",
        mode: str = "drive",
        *,
        day_type: str | None = None,
        hour: int | None = None,
    ) -> pd.DataFrame:
        """Return the target that is nearest to each point in time.

        Parameters
        ----------
        points, targets
            Points; where no targets are given, the open stores.
        mode, day_type, hour
            As in `matrix`.

        Returns
        -------
        pandas.DataFrame
            One row per point: point, target, minutes (both null where none can be reached), basis.
        """
        how = self._travel(mode, day_type, hour)
        names, at = placed(self._ws, points)
        others, to = placed(self._ws, targets)
        minutes, which = how.nearest(at, to)
        chosen = [others[i] if i >= 0 else None for i in which.tolist()]
        return pd.DataFrame({"point": names, "target": chosen, "minutes": minutes, "basis": how.basis})

    def isochrones(
        self,
        points: Point | Sequence[Point],
        minutes: float | Sequence[float] = (5, 10, 15),
        mode: str = "drive",
        *,
        day_type: str | None = None,
        hour: int | None = None,
        towards: bool = False,
    ) -> gpd.GeoDataFrame:
        """Return the areas that can be reached within so many minutes.

        Parameters
        ----------
        points
            Points.
        minutes
            One or several numbers of minutes.
        mode, day_type, hour
            As in `matrix`.
        towards
            True for the areas from which the point is reached in time; one-way streets make a difference.

        Returns
        -------
        gpd.GeoDataFrame
            One row per point and number of minutes, the fewest first: point, minutes, mode, time, basis, geometry
            (EPSG:4326; empty where the point is too far from any road). Those of one point nest.
        """
        how, steps = self._travel(mode, day_type, hour), checked_minutes(minutes)
        names, at = placed(self._ws, points)
        areas = how.areas(at, steps, towards=towards)
        rows = [
            {"point": name, "minutes": m, "mode": mode, "time": how.time.words, "basis": how.basis}
            for name in names
            for m in steps
        ]
        return gpd.GeoDataFrame(rows, geometry=[area for own in areas for area in own], crs=WGS84)

    def route(
        self,
        origin: Point,
        destination: Point,
        mode: str = "drive",
        *,
        day_type: str | None = None,
        hour: int | None = None,
    ) -> gpd.GeoDataFrame:
        """Return the shortest way from one point to another.

        Parameters
        ----------
        origin, destination
            One point each.
        mode, day_type, hour
            As in `matrix`.

        Returns
        -------
        gpd.GeoDataFrame
            One row: minutes, metres, streets (their names in order), mode, time, basis, geometry (a line, EPSG:4326).

        Raises
        ------
        QueryError
            If there is no way, or a point is too far from any road.
        """
        how = self._travel(mode, day_type, hour)
        (_, at), (_, to) = placed(self._ws, origin), placed(self._ws, destination)
        if len(at) != 1 or len(to) != 1:
            msg = f"A route leads from one point to another; found {len(at)} and {len(to)} points."
            raise QueryError(msg)
        found = how.way(at, to)
        if found is None:
            reach = f"{how.net.rules.reach_m:g} m"
            msg = f"There is no way ({mode}) between these points on the project's roads, or one lies {reach} off them."
            raise QueryError(msg)
        row = {
            "minutes": found.minutes,
            "metres": found.metres,
            "streets": ", ".join(name for name in found.streets if name),
            "mode": mode,
            "time": how.time.words,
            "basis": how.basis,
        }
        return gpd.GeoDataFrame([row], geometry=[found.line], crs=WGS84)

    def accessibility(
        self,
        level: str,
        minutes: float = 10,
        mode: str = "drive",
        *,
        day_type: str | None = None,
        hour: int | None = None,
    ) -> gpd.GeoDataFrame:
        """Say how well each region or cell is served by stores, measured from a point inside of it.

        Parameters
        ----------
        level
            Name of a level of regions, or of cells such as `h3_r8`: those in which streets meet.
        minutes
            Within how many minutes stores are counted.
        mode, day_type, hour
            As in `matrix`.

        Returns
        -------
        gpd.GeoDataFrame
            One row per region or cell: region_id, name (that of a cell is its identifier), target (the nearest store),
            minutes (to it), within (stores within the given minutes), basis, geometry (EPSG:4326).

        Raises
        ------
        QueryError
            If there is no such level.
        """
        how = self._travel(mode, day_type, hour)
        regions = self._areas(level)
        inner = shapely.get_coordinates(shapely.point_on_surface(regions.geometry.to_numpy())).reshape(-1, 2)
        names, to = placed(self._ws, "stores")
        every = how.between(inner, to) if len(names) else np.full((len(inner), 0), np.nan)
        filled = np.where(np.isnan(every), np.inf, every)
        best = filled.argmin(axis=1) if len(names) else np.zeros(len(inner), int)
        least = filled.min(axis=1, initial=np.inf)
        found = regions.copy()
        found["target"] = [names[i] if np.isfinite(m) else None for i, m in zip(best, least, strict=True)]
        found["minutes"] = np.where(np.isfinite(least), least, np.nan)
        found["within"] = (filled <= minutes).sum(axis=1)
        found["basis"] = how.basis
        return found[["region_id", "name", "target", "minutes", "within", "basis", "geometry"]]

    def _areas(self, level: str) -> gpd.GeoDataFrame:
        """Return the regions of a level, or the cells in which junctions of the roads lie, which anybody may know."""
        place = self._ws.dimensions.get(level)
        if place is None or place.kind != "cell":
            return self._ws.regions(level)[["region_id", "name", "geometry"]]
        nodes = self._ws.cursor().execute("SELECT lon, lat FROM enrich.road_node").fetchnumpy()
        lon, lat = (np.asarray(nodes[name], float) for name in ("lon", "lat"))
        each = Lattice(int(level.removeprefix("h3_r"))).cells(lon, lat).each
        cells = [f"{cell:x}" for cell in np.unique(each).tolist()]
        frame = pd.DataFrame({"region_id": cells, "name": cells})
        return gpd.GeoDataFrame(frame, geometry=self._ws.shapes(place, cells), crs=WGS84)

    def cut_borders(self, level: str) -> pd.DataFrame:
        """Find neighbouring regions that no road leads between, such as those on either side of a river.

        Parameters
        ----------
        level
            Name of the level.

        Returns
        -------
        pandas.DataFrame
            One row per border: region_id, other_id, reason (the barrier along it, else `no road`), share (how much of
            the border the barrier covers, 0 to 1).

        Raises
        ------
        QueryError
            If there is no such level, or the project has no roads.
        """
        from gcrm.workspace.borders import cut_borders  # noqa: PLC0415 (few need it)

        return cut_borders(self._ws, self._travel("drive", None, None).net, level)

    def note(self, mode: str = "drive", day_type: str | None = None, hour: int | None = None) -> str:
        """Return in a sentence what travel times of a mode at a time rest on.

        Parameters
        ----------
        mode, day_type, hour
            As in `matrix`.

        Returns
        -------
        str
            The sentence.

        Raises
        ------
        QueryError
            If there is no such mode, day or hour.
        """
        return self._travel(mode, day_type, hour).note

    def _travel(self, mode: str, day_type: str | None, hour: int | None) -> Travel:
        return travel(self._ws.cursor(), mode, day_type, hour)

"""The movement of a workspace: trips between its regions, as tables and as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.analysis.movement.flow import desire_lines, ends, flows

if TYPE_CHECKING:
    import folium
    import geopandas as gpd
    import pyarrow as pa

    from gcrm.analysis.movement.flow import Hours
    from gcrm.analysis.movement.gap import Filled, Model
    from gcrm.enrich.road.pace import Mode
    from gcrm.workspace.workspace import Workspace


class Movement:
    """What can be asked of trips: `ws.movement`.

    A level is one of regions that do not overlap, a cell (`h3_r8`), or `station`: every place by itself. Types of day
    are weekday, saturday, sunday and weekend; hours are one hour, or the first and the last of several.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def flows(
        self,
        level: str,
        day_type: str | None = None,
        hours: Hours = None,
        *,
        mode: str | None = None,
        source: str | None = None,
        top: int | None = None,
    ) -> pa.Table:
        """Count trips between the regions of a level.

        Parameters
        ----------
        level, day_type, hours
            As the class says.
        mode, source
            Means of travel, and source, that count; null is all.
        top
            Only so many flows, the largest.

        Returns
        -------
        pa.Table
            One row per pair of regions, the largest first: origin, destination, trips, unknown; see
            `gcrm.analysis.movement.flow.flows`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        reader, scope = self._ws.reader, self._ws.scope
        return flows(reader, level, scope=scope, day_type=day_type, hours=hours, mode=mode, source=source, top=top)

    def lines(
        self, level: str, day_type: str | None = None, hours: Hours = None, *, top: int | None = 500
    ) -> gpd.GeoDataFrame:
        """Draw the largest flows as straight lines; those within one region have none.

        Parameters
        ----------
        level, day_type, hours, top
            As in `flows`.

        Returns
        -------
        geopandas.GeoDataFrame
            One row per flow: origin, origin_name, destination, destination_name, trips, unknown, geometry (EPSG:4326).

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        return desire_lines(self.flows(level, day_type, hours, top=top))

    def map(self, level: str, day_type: str | None = None, hours: Hours = None, *, top: int = 100) -> folium.Map:
        """Draw the largest flows as a folium map of tapered arrows; what it saves opens without a network.

        Parameters
        ----------
        level, day_type, hours, top
            As in `flows`; flows within one region, and those of which nothing is known, are not drawn.

        Returns
        -------
        folium.Map
            The map, with a legend.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        from gcrm.maps.arrows import describe_flows  # noqa: PLC0415 - folium is an option
        from gcrm.maps.render_folium import to_folium  # noqa: PLC0415

        drawn = self.lines(level, day_type, hours, top=None).dropna(subset=["trips"])
        some = drawn.head(top)
        names = list(zip(some["origin_name"], some["destination_name"], strict=True))
        return to_folium(describe_flows(names, list(some.geometry), some["trips"].tolist(), total=len(drawn)))

    def ends(self, level: str, day_type: str | None = None, hours: Hours = None) -> pa.Table:
        """Count the trips that begin and end in each region, by type of day and hour.

        Parameters
        ----------
        level, day_type, hours
            As in `flows`.

        Returns
        -------
        pa.Table
            One row per region, type of day and hour: member, name, day_type, hour, trips_out, trips_in, unknown.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        return ends(self._ws.reader, level, scope=self._ws.scope, day_type=day_type, hours=hours)

    def model(self, level: str, model: Model = "power", day_type: str | None = None, hours: Hours = None) -> Filled:
        """Fit a model to the flows between regions, for pairs that nobody counted: see `gcrm.analysis.movement.gap`.

        Parameters
        ----------
        level, day_type, hours
            As in `flows`.
        model
            `power` or `exponential` (gravity, by its deterrence), or `radiation`.

        Returns
        -------
        Filled
            Counted and modelled trips of every pair, the parameters with their errors, and how well it fits.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or the flows are too few.
        """
        from gcrm.analysis.movement.gap import filled  # noqa: PLC0415 (takes long to import)

        reader, scope = self._ws.reader, self._ws.scope
        return filled(reader, level, scope=scope, model=model, day_type=day_type, hours=hours)

    def routes(
        self,
        level: str,
        mode: Mode = "cycle",
        day_type: str | None = None,
        hours: Hours = None,
        *,
        top: int = 200,
    ) -> gpd.GeoDataFrame:
        """Add the largest flows up along the roads that people would take: see `gcrm.analysis.movement.route`.

        Parameters
        ----------
        level, day_type, hours
            As in `flows`.
        mode
            drive, cycle or walk.
        top
            How many flows, the largest first.

        Returns
        -------
        geopandas.GeoDataFrame
            One row per piece of road with trips, the busiest first: name, road_class, trips, flows, geometry.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or the project has no roads.
        """
        from gcrm.analysis.movement.route import routes  # noqa: PLC0415 (takes long to import)

        reader, scope = self._ws.reader, self._ws.scope
        return routes(reader, level, scope=scope, mode=mode, day_type=day_type, hours=hours, top=top)

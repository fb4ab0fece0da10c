"""The movement of a workspace: trips between its regions, as tables and as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.analysis.movement.flow import desire_lines, ends, flows

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

    from gcrm.analysis.movement.flow import Hours
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
            One row per flow: origin, destination, trips, unknown, geometry (EPSG:4326).

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        return desire_lines(self.flows(level, day_type, hours, top=top))

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

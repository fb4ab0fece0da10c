"""The floating population of a workspace: who is around at which hour, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.analysis.movement.presence import hourly, indices
from gcrm.workspace.contrast import contrast, describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium
    import geopandas as gpd
    import pandas as pd
    import pyarrow as pa

    from gcrm.analysis.movement.flow import Hours
    from gcrm.workspace.preference import StoreChoice
    from gcrm.workspace.workspace import Workspace


class Population:
    """What can be asked of people present: `ws.population`.

    Levels, types of day and hours are those of `ws.movement`. A stock (people present in an hour) adds up over places,
    not over hours; footfall counts people each time that they pass. The two are never added to each other.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def hours(
        self,
        level: str,
        day_type: str | None = None,
        hours: Hours = None,
        *,
        measure: str = "stock",
        source: str | None = None,
        visitor: str | None = None,
    ) -> pa.Table:
        """Count the people in each region, hour by hour.

        Parameters
        ----------
        level, day_type, hours
            As the class says.
        measure
            `stock` or `footfall`.
        source
            Source that counts; the first of its measure in gcrm.toml where null.
        visitor
            Only residents, visitors or workers.

        Returns
        -------
        pa.Table
            One row per region, type of day and hour: member, name, day_type, hour, persons (null where a part is
            unknown), at_least, unknown; see `gcrm.analysis.movement.presence.hourly`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        reader, scope = self._ws.reader, self._ws.scope
        return hourly(
            reader,
            level,
            scope=scope,
            measure=measure,
            day_type=day_type,
            hours=hours,
            source=source,
            visitor=visitor,
        )

    def indices(
        self,
        level: str,
        *,
        measure: str = "stock",
        day: tuple[int, int] = (9, 17),
        night: tuple[int, int] = (0, 5),
    ) -> pa.Table:
        """Tell how day and night, weekdays and weekends differ in each region.

        Parameters
        ----------
        level, measure
            As in `hours`.
        day, night
            First and last hour of either.

        Returns
        -------
        pa.Table
            One row per region, the strongest day first: day, night, day_night, weekday, weekend, weekday_weekend,
            visitor, resident, visitor_resident, person_hours, peak_hour; see `gcrm.analysis.movement.presence.indices`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        return indices(self._ws.reader, level, scope=self._ws.scope, measure=measure, day=day, night=night)

    def contrast(
        self,
        level: str,
        index: str = "day_night",
        *,
        measure: str = "stock",
        day: tuple[int, int] = (9, 17),
        night: tuple[int, int] = (0, 5),
    ) -> gpd.GeoDataFrame:
        """Weigh two sides of each region's people against each other: day and night, for one.

        Parameters
        ----------
        level, measure, day, night
            As in `indices`.
        index
            `day_night`, `weekday_weekend` or `visitor_resident`.

        Returns
        -------
        geopandas.GeoDataFrame
            One row per region, the strongest first side first: member, name, the two sides (means of an hour), persons,
            surplus (its share of everybody on the first side, less that on the other), balance (that by the sum of both
            shares, -1 to 1: 0 is as everywhere; null where a side is unknown, or both are 0), geometry (EPSG:4326; a
            station's point).

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        return contrast(self._ws, level, index, measure=measure, day=day, night=night)

    def map(self, level: str, index: str = "day_night", *, measure: str = "stock") -> folium.Map:
        """Draw an index as a folium map; what it saves opens without a network.

        Parameters
        ----------
        level, index, measure
            As in `contrast`; stations are circles, as large as they have people.

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
        from gcrm.maps.render_folium import to_folium  # noqa: PLC0415 - folium is an option

        return to_folium(describe(self.contrast(level, index, measure=measure), level, index))

    def compare(
        self,
        level: str,
        day_type: str | None = None,
        hours: Hours = None,
        *,
        sources: Sequence[str] | None = None,
        measure: str = "stock",
    ) -> pd.DataFrame:
        """Set sources side by side, and pool them with a range: see `gcrm.analysis.movement.pool`.

        Parameters
        ----------
        level, day_type, hours, measure
            As in `hours`.
        sources
            Names of sources; all where null.

        Returns
        -------
        pandas.DataFrame
            One row per region, type of day and hour: one column per source, ratio, pooled, low, high.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or there are fewer than two sources.
        """
        from gcrm.analysis.movement.pool import compared  # noqa: PLC0415 (takes long to import)

        reader, scope = self._ws.reader, self._ws.scope
        return compared(reader, level, scope=scope, names=sources, measure=measure, day_type=day_type, hours=hours)

    def around(
        self,
        level: str,
        day_type: str = "weekday",
        *,
        residents: str = "residents",
        jobs: str = "jobs",
        modelled: bool = False,
    ) -> pd.DataFrame:
        """Tell who is around at each hour: counted, or modelled from residents and jobs where nobody counts.

        Parameters
        ----------
        level
            A level of regions that do not overlap.
        day_type
            `weekday` or `weekend`.
        residents, jobs
            Statistics of the level from which people are modelled.
        modelled
            True models people also where they are counted.

        Returns
        -------
        pandas.DataFrame
            One row per region and hour: member, name, day_type, hour, persons, basis (`counted`, `modelled, fitted` or
            `modelled, assumed profile`), error (of zones held out, by the mean; null where nothing is counted).

        Raises
        ------
        AccessError
            If the scope does not see every region, or has no record rights.
        QueryError
            If a word is not known, or there are neither counts nor statistics.
        """
        from gcrm.analysis.movement.around import around  # noqa: PLC0415 (takes long to import)

        found = around(
            self._ws.reader,
            level,
            scope=self._ws.scope,
            day_type=day_type,
            residents=residents,
            jobs=jobs,
            modelled=modelled,
        )
        return found.frame(day_type)

    def demand(
        self,
        level: str,
        day_type: str = "weekday",
        mode: str = "drive",
        *,
        choice: StoreChoice | None = None,
        residents: str = "residents",
        jobs: str = "jobs",
    ) -> pd.DataFrame:
        """Tell which people each store could draw at each hour: where people are, how they choose, and the way there.

        Parameters
        ----------
        level, day_type, residents, jobs
            As in `around`.
        mode
            drive, cycle or walk; that of `choice` where one is given.
        choice
            A choice fitted by `ws.choice`: its stores, competitors included, its attractions and its decay, by the
            travel times of each hour. Floor area over minutes where null.

        Returns
        -------
        pandas.DataFrame
            One row per store and hour: store_id, own (False for a competitor), hour, people, share (of those who choose
            any store), basis.

        Raises
        ------
        AccessError
            As `around`.
        QueryError
            As `around`, or if no open store is on the map.
        """
        from gcrm.analysis.movement.around import WEEK, around, by_floor_area, demand  # noqa: PLC0415 (takes long)

        reader, scope = self._ws.reader, self._ws.scope
        here = around(reader, level, scope=scope, day_type=day_type, residents=residents, jobs=jobs)
        draw = choice.draw(reader, WEEK[day_type]) if choice else by_floor_area(reader, mode, day_type)
        return demand(here, draw)

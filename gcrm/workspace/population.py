"""The floating population of a workspace: who is around at which hour, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.analysis.movement.presence import hourly, indices

if TYPE_CHECKING:
    import pyarrow as pa

    from gcrm.analysis.movement.flow import Hours
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
            person_hours, peak_hour; see `gcrm.analysis.movement.presence.indices`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        return indices(self._ws.reader, level, scope=self._ws.scope, measure=measure, day=day, night=night)

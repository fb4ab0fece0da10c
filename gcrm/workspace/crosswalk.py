"""The crosswalks of a workspace: figures moved between systems of regions and versions of borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.analysis import crosswalk as walks

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from gcrm.analysis.crosswalk import Weight
    from gcrm.conform.crosswalk import Crosswalk
    from gcrm.workspace.workspace import Workspace


class Crosswalks:
    """What moves figures between regions: `ws.crosswalk(source, target)`, `ws.crosswalk.error`, `ws.crosswalk.trend`.

    Weights are `area`, `addresses`, `dwellings` and `volume` (of buildings).
    """

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def __call__(
        self,
        source: str,
        target: str,
        weight: Weight = "area",
        *,
        source_day: date | None = None,
        target_day: date | None = None,
    ) -> Crosswalk:
        """Tell which share of each region of a level lies in which region of another.

        Parameters
        ----------
        source, target
            Levels; they may be the same, on two days.
        weight
            As the class says.
        source_day, target_day
            Day whose regions are meant; those of today where null.

        Returns
        -------
        Crosswalk
            Its `extensive` moves counts and keeps their total, its `intensive` moves rates.

        Raises
        ------
        AccessError
            If the scope does not see every region, or has no record rights.
        QueryError
            If a level or weight is not known, or nothing is known of what is weighted by.
        """
        reader, scope = self._ws.reader, self._ws.scope
        return walks.crosswalk(
            reader, source, target, scope=scope, weight=weight, source_day=source_day, target_day=target_day
        )

    def error(self, statistic: str, fine: str, coarse: str) -> pd.DataFrame:
        """Measure how wrong figures become when they are moved, by weight: see `gcrm.analysis.crosswalk.held_out`.

        Parameters
        ----------
        statistic
            A count that is known of the level `fine`.
        fine, coarse
            Levels; its figures are summed up to the larger one and moved down again.

        Returns
        -------
        pandas.DataFrame
            One row per weight, the best first: weight, zones, mean_absolute_error, root_mean_square_error,
            share_misplaced.

        Raises
        ------
        AccessError
            As the call.
        QueryError
            As the call, or if the statistic is not known.
        """
        return walks.held_out(self._ws.reader, statistic, fine, coarse, scope=self._ws.scope)

    def trend(self, statistic: str, level: str, weight: Weight = "area") -> pd.DataFrame:
        """Return a count of every reference day by the regions of the last: see `gcrm.analysis.crosswalk.trend`.

        Parameters
        ----------
        statistic
            A count.
        level
            Its level.
        weight
            As the class says.

        Returns
        -------
        pandas.DataFrame
            One row per region and reference day: region_id, as_of, value, covered, moved, lost.

        Raises
        ------
        AccessError
            As the call.
        QueryError
            As the call, or if the statistic has no reference days.
        """
        return walks.trend(self._ws.reader, statistic, level, scope=self._ws.scope, weight=weight)

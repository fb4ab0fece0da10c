"""The design of territories over the figures of a workspace: `ws.territories`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from gcrm.analysis.neighbour import bordering
from gcrm.analysis.territory import Design, Progress, Rules, Units, compact, design
from gcrm.analysis.territory.workload import workload
from gcrm.enrich.road.travel import travel
from gcrm.errors import AccessError, DesignError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gcrm.cube.question import PeriodWord, Where
    from gcrm.workspace.workspace import Workspace

#: The activity that is made of visits and ways.
WORKLOAD = "workload"
_WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class Figures:
    """Where the amounts of units come from.

    Attributes
    ----------
    where, period
        Which regions, customers and days count, as in a question; regions that are left out are no units.
    given
        Activity -> unit -> amount, for what the cube does not count; units that are left out have 0.
    visits
        Measure -> visits that one of it takes: {"customers": 4, "prospects": 1}. The activity `workload` is visits
        times the time for a visit and the way to it, in hours.
    service_min
        Minutes that a visit takes.
    travel
        drive, cycle or walk: centres and sites are judged by minutes on roads and not by metres; where no way is
        known, by twice the longest. Null: by metres.
    day_type, hour
        When somebody travels, as in `ws.roads`; free flow where both are null.
    partial
        True where an amount that is not known is NaN and stops nobody: enough to compare, not to design.
    """

    where: Where | None = None
    period: PeriodWord = None
    given: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    visits: Mapping[str, float] = field(default_factory=lambda: {"customers": 4.0})
    service_min: float = 30.0
    travel: str | None = None
    day_type: str | None = None
    hour: int | None = None
    partial: bool = False


class Territories:
    """Designs territories of a workspace's regions or cells; it needs record rights."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def units(self, level: str, activities: Sequence[str] = ("customers",), figures: Figures | None = None) -> Units:
        """Return regions or cells as units: where they are, what they have, who borders on whom.

        Parameters
        ----------
        level
            A level of regions, or cells such as `h3_r8`; of cells only those with anything in them are units.
        activities
            Measures that add up over regions, names of `figures.given`, and `workload`.
        figures
            Where their amounts come from.

        Returns
        -------
        Units
            In the order of their identifiers; a region's place is a point inside of it.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        DesignError
            If a figure of a unit is not known and `figures` asks for whole ones, or there are no units.
        QueryError
            If a word is not known.
        """
        figures = figures or Figures()
        if not self._ws.scope.record_rights:
            msg = f"The scope '{self._ws.scope.name}' has no right to exact figures, which territories are made of."
            raise AccessError(msg)
        visited = list(figures.visits) if WORKLOAD in activities else []
        asked = dict.fromkeys([*activities, *visited])
        measures = [name for name in asked if name != WORKLOAD and name not in figures.given]
        table = self._figures(level, measures, figures)
        amounts = {name: table[name].to_numpy(float) for name in measures}
        for name, own in figures.given.items():
            amounts[name] = np.array([float(own.get(unit, 0.0)) for unit in table.index])
        flat = table.geometry.to_crs(self._ws.settings.project.metric_crs)
        inside = flat.representative_point()
        minutes = self._minutes(inside, figures) if figures.travel or WORKLOAD in activities else None
        if WORKLOAD in activities and minutes is not None:
            visits = np.sum([amounts[name] * each for name, each in figures.visits.items()], axis=0)
            amounts[WORKLOAD] = workload(visits, minutes, figures.service_min)
        ids = table.index.tolist()
        pairs = [(ids[a], ids[b]) for a, b in bordering(flat.to_numpy()).tolist()]
        cost = _known(minutes) if figures.travel and minutes is not None else None
        chosen = {name: amounts[name] for name in dict.fromkeys([*activities, *figures.given])}
        return Units(ids, inside.x.to_numpy(), inside.y.to_numpy(), chosen, pairs, cost)

    def design(  # noqa: PLR0913 - the words of a design, each with a default
        self,
        level: str,
        count: int = 0,
        activities: Sequence[str] | Mapping[str, float] = ("customers",),
        *,
        tolerance: float = 0.1,
        rules: Rules | None = None,
        figures: Figures | None = None,
        objective: Literal["ways", "borders"] = "ways",
        seconds: float = 60.0,
        gap: float = 0.02,
        on_progress: Callable[[Progress], bool] = lambda _: True,
    ) -> Design:
        """Design territories: contiguous, balanced, near to their centres, with a proof of how good they are.

        Parameters
        ----------
        level
            A level of regions, or cells such as `h3_r8`.
        count
            How many territories; that of the rules' centres where 0.
        activities
            What is balanced, and by which share each may differ; all by `tolerance` where they have no own share.
        tolerance
            By which share of the mean a territory may have more or less.
        rules
            What else has to hold; its count and bands are those given here. Pieces of the map that nobody borders on
            are joined to the nearest unit where it is null.
        figures
            Where the amounts come from.
        objective
            What is as small as can be: ways to the centres, or the number of borders between territories (`compact` of
            `gcrm.analysis.territory`, which knows no `gap`).
        seconds, gap, on_progress
            As in `gcrm.analysis.territory.design`.

        Returns
        -------
        Design
            The best plan, and its proof.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        DesignError
            If units or rules cannot be met, or no plan was found; the message says what stands in the way.
        QueryError
            If a word is not known.
        """
        bands = dict(activities) if isinstance(activities, Mapping) else dict.fromkeys(activities, tolerance)
        asked = rules or Rules(count, bands, islands="join")
        asked = replace(asked, count=count or len(asked.centres) or asked.count, bands=bands or asked.bands)
        extra = [name for most in asked.capacities.values() for name in most]
        extra += [asked.keep.activity] if asked.keep else []
        units = self.units(level, list(dict.fromkeys([*asked.bands, *extra])), figures)
        if objective == "borders":
            return compact(units, asked, seconds=seconds, on_progress=on_progress)
        return design(units, asked, seconds=seconds, gap=gap, on_progress=on_progress)

    def site(self, level: str, count: int | None = None, **words: Any) -> gpd.GeoDataFrame:
        """Choose which regions get a site: a store, or the home of somebody who visits customers.

        Parameters
        ----------
        level
            A level of regions, or cells such as `h3_r8`; a site stands at a point inside of it.
        count
            How many sites, those that are there already among them; null for `cover_all`.
        **words
            measure (what is needed: `customers`), method (`median`: short ways in all; `cover_all`: as few as reach
            everybody; `cover_most`: reach most; `centre`: the longest way short; `capacitated`: short ways, none
            overfull), reach (metres, or minutes with `figures.travel`), capacity (of each site), candidates (all
            regions where null), opened (sites that stay), figures, seconds.

        Returns
        -------
        gpd.GeoDataFrame
            One row per region: unit, name, weight, site (that serves it; null where none does), cost, is_site,
            geometry (EPSG:4326). Its `attrs` hold value, bound, state and sites.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        DesignError
            If no such sites can be chosen; the message says why.
        QueryError
            If a word is not known.
        """
        from gcrm.workspace.sites import site  # noqa: PLC0415 (it builds on this module)

        return site(self._ws, level, count, **words)

    def table(self, level: str, found: Design) -> gpd.GeoDataFrame:
        """Return a design as a table.

        Parameters
        ----------
        level
            The level it was designed of.
        found
            The design.

        Returns
        -------
        gpd.GeoDataFrame
            One row per unit: unit, name, territory, centre (whether it is its territory's), geometry (EPSG:4326).
        """
        shapes = self.outlines(level, list(found.territory))
        shapes["territory"] = [found.territory[unit] for unit in shapes.index]
        shapes["centre"] = [found.centre[found.territory[unit]] == unit for unit in shapes.index]
        return shapes.reset_index(names="unit")[["unit", "name", "territory", "centre", "geometry"]]

    def outlines(self, level: str, units: list[str]) -> gpd.GeoDataFrame:
        """Return name and outline of units.

        Parameters
        ----------
        level
            Their level.
        units
            Their identifiers.

        Returns
        -------
        gpd.GeoDataFrame
            One row per unit, which is the index: name, geometry (EPSG:4326).
        """
        place = self._ws.dimensions[level]
        names: dict[str, Any] = {}
        if place.kind != "cell":
            regions = self._ws.regions(level)
            names = dict(zip(regions["region_id"], regions["name"], strict=True))
        frame = pd.DataFrame({"name": [names.get(u, u) for u in units]}, index=pd.Index(units, name="unit"))
        return gpd.GeoDataFrame(frame, geometry=self._ws.shapes(place, units), crs=_WGS84)

    def _figures(self, level: str, measures: Sequence[str], figures: Figures) -> gpd.GeoDataFrame:
        """Return one row per unit with its figures: what does not occur in a region is 0 of it."""
        asked = self._ws.query(measures or ["customers"], by=[level], where=figures.where, period=figures.period)
        frame = asked.frame[asked.frame[level].notna()].set_index(level)
        is_cell = self._ws.dimensions[level].kind == "cell"
        if not is_cell and not figures.where:
            frame = frame.reindex(self._ws.regions(level)["region_id"])
        shapes = self.outlines(level, frame.index.tolist())
        for name in measures:
            states = frame[f"{name}_state"]
            unknown = states.notna() & (states != "known")
            if unknown.any() and not figures.partial:
                unit = frame.index[unknown][0]
                msg = f"Territories: '{name}' of '{unit}' is not known, so nothing can be balanced by it."
                raise DesignError(msg)
            shapes[name] = frame[name].astype(float).fillna(0.0).mask(unknown).reindex(shapes.index)
        if not len(shapes):
            msg = f"Territories: there is no '{level}' to make them of. Build the project, or take a filter away."
            raise DesignError(msg)
        return shapes.sort_index()

    def _minutes(self, inside: gpd.GeoSeries, figures: Figures) -> Any:
        """Return the travel time between all units."""
        at = inside.to_crs(_WGS84)
        spots = np.column_stack([at.x, at.y])
        how = travel(self._ws.cursor(), figures.travel or "drive", figures.day_type, figures.hour)
        return how.between(spots, spots)


def _known(minutes: Any) -> Any:
    """Return travel times with those that are not known as twice the longest."""
    longest = np.nanmax(minutes, initial=0.0)
    found = np.where(np.isnan(minutes), 2 * longest + 1, minutes)
    np.fill_diagonal(found, 0.0)
    return found

"""The choice of sites over the figures of a workspace: `ws.territories.site`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from gcrm.analysis.siting import Sites, capacitated_median, centre, cover_all, cover_most, median
from gcrm.analysis.siting.sites import Choice, refuse
from gcrm.analysis.territory.compare import cost
from gcrm.errors import near
from gcrm.workspace.territories import Figures

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import geopandas as gpd

    from gcrm.workspace.workspace import Workspace

Method = Literal["median", "cover_all", "cover_most", "centre", "capacitated"]
METHODS = ("median", "cover_all", "cover_most", "centre", "capacitated")


def site(  # noqa: PLR0913 - the words of a choice, each with a default
    workspace: Workspace,
    level: str,
    count: int | None = None,
    *,
    measure: str = "customers",
    method: Method = "median",
    reach: float | None = None,
    capacity: float | None = None,
    candidates: Sequence[str] | None = None,
    opened: Collection[str] = (),
    figures: Figures | None = None,
    seconds: float = 60.0,
) -> gpd.GeoDataFrame:
    """Choose which regions get a site.

    Parameters
    ----------
    workspace
        The project.
    level, count
        Of what, and how many; null for `cover_all`.
    measure
        What is needed.
    method, reach, capacity, candidates, opened
        As in `Territories.site`.
    figures
        Where the amounts come from, and how somebody travels.
    seconds
        How long to look at most.

    Returns
    -------
    gpd.GeoDataFrame
        One row per region: unit, name, weight, site, cost, is_site, geometry; see `Territories.site`.

    Raises
    ------
    DesignError
        If no such sites can be chosen.
    """
    if method not in METHODS:
        refuse(f"there is no method '{method}'.{near(method, METHODS)}")
    figures = figures or Figures()
    units = workspace.territories.units(level, [measure], figures)
    names = list(candidates) if candidates is not None else list(units.ids)
    for name in (*names, *opened):
        if name not in units.ids:
            refuse(f"there is no '{level}' called '{name}'.{near(name, units.ids)}")
    columns = [list(units.ids).index(name) for name in names]
    missing = [name for name in opened if name not in names]
    if missing:
        refuse(f"'{missing[0]}' stays open but is no candidate. Name it among the candidates.")
    ways = cost(units, range(len(units.ids)), columns)
    asked = Sites(ways, units.activities[measure], [names.index(name) for name in opened])
    found = _choose(asked, method, count, reach, (capacity, len(names), seconds))
    table = workspace.territories.outlines(level, list(units.ids))
    served = found.served
    table["weight"] = units.activities[measure]
    table["site"] = [names[s] if s >= 0 else None for s in served.tolist()]
    table["cost"] = np.where(served >= 0, ways[np.arange(len(ways)), served], np.nan)
    table["is_site"] = table.index.isin([names[s] for s in found.sites])
    result = table.reset_index(names="unit")[["unit", "name", "weight", "site", "cost", "is_site", "geometry"]]
    result.attrs.update(value=found.value, bound=found.bound, state=found.state, sites=[names[s] for s in found.sites])
    return result


def _choose(
    asked: Sites, method: str, count: int | None, reach: float | None, limits: tuple[float | None, int, float]
) -> Choice:
    """Ask the method, with what it needs."""
    capacity, sites, seconds = limits
    if method in {"cover_all", "cover_most"} and reach is None:
        refuse("covering needs a reach, in metres or minutes.")
    if method == "cover_all":
        return cover_all(asked, float(reach or 0), seconds=seconds)
    if count is None:
        refuse("say how many sites are wanted; only 'cover_all' finds that out itself.")
    if method == "cover_most":
        return cover_most(asked, float(reach or 0), count, seconds=seconds)
    if method == "centre":
        return centre(asked, count, seconds=seconds)
    if method == "capacitated":
        if capacity is None:
            refuse("sites with a capacity need one, in the unit of the measure.")
        return capacitated_median(asked, count, np.full(sites, capacity), seconds=seconds)
    return median(asked, count, seconds=seconds)

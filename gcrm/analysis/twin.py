"""Twin buildings: alike in type, units, age and neighbourhood; those with fewer customers than their twins are leads.

For a building b with u dwelling units and c customers, its twins are the nearest `most` buildings of the same type of
residence within `radius_m`, whose units lie between 2/3 and 3/2 of u and whose year of construction, where both are
known, differs by at most `years`. With their customers C and units U,

    penetration = c / u,    twin_penetration = C / U,    expected = u C / U,    lead = max(0, u L - c),

where L is the lower bound of Wilson's 95 % interval of C in U: a lead is what even a cautious reading of the twins says
is missing. Fewer than `LEAST` twins say nothing. Source of the interval: Wilson 1927, Probable inference, the law of
succession, and statistical inference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely
from scipy.spatial import cKDTree

from gcrm.analysis.interval import wilson
from gcrm.conform.region import metric

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Fewer twins than this say nothing.
LEAST = 5
#: Neighbours that are looked at first.
_FIRST = 64


@dataclass(frozen=True)
class Likeness:
    """When two buildings are twins.

    Attributes
    ----------
    radius_m
        How far apart they may be, in metres.
    most
        Most twins of a building: the nearest ones.
    years
        How far apart their years of construction may be.
    """

    radius_m: float = 1000
    most: int = 20
    years: int = 15


def with_twins(table: pa.Table, crs: str, likeness: Likeness) -> pa.Table:
    """Add penetration, twins and leads to buildings.

    Parameters
    ----------
    table
        As of `gcrm.cube.building.buildings`, of all buildings that may be twins.
    crs
        Metric CRS of the project.
    likeness
        When two buildings are twins.

    Returns
    -------
    pa.Table
        The table with change, penetration, twins (how many), twin_penetration, expected and lead; null where they
        cannot be told: penetration without units, the others without `LEAST` twins.
    """
    units, customers = _numbers(table, "units"), _numbers(table, "customers")
    has = units > 0
    one, other = _pairs(table, crs, likeness)
    size = table.num_rows
    count = np.bincount(one, minlength=size)
    known = count >= LEAST
    held = np.bincount(one, weights=customers[other], minlength=size)
    room = np.bincount(one, weights=units[other], minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = wilson(np.minimum(held, room), room)[0]
        figures = {
            "change": (customers - _numbers(table, "customers_before"), np.ones(size, bool)),
            "penetration": (customers / units, has),
            "twins": (count, np.ones(size, bool)),
            "twin_penetration": (held / room, known),
            "expected": (units * held / room, known),
            "lead": (np.maximum(0, units * low - customers), known),
        }
    for name, (values, valid) in figures.items():
        whole = name in {"change", "twins"}
        column = pa.array(values.astype(np.int64) if whole else values, mask=~valid)
        table = table.append_column(name, column)
    return table


def _pairs(table: pa.Table, crs: str, likeness: Likeness) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of buildings and of their twins."""
    units, year = _numbers(table, "units"), _numbers(table, "built_year")
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    xy = shapely.get_coordinates(metric(shapely.points(lon, lat), crs)).reshape(-1, 2)
    types = table["residence_type"].to_numpy(zero_copy_only=False).astype(object)
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for name in sorted({t for t in types if t is not None}):
        own = np.flatnonzero((types == name) & (units > 0))
        for size in np.unique(units[own]):
            like = own[(units[own] <= 1.5 * size) & (units[own] >= size / 1.5)]
            one, other = _nearest(own[units[own] == size], like, xy, year, likeness)
            left.append(one)
            right.append(other)
    return np.concatenate(left), np.concatenate(right)


def _nearest(
    own: NDArray[np.int64],
    like: NDArray[np.int64],
    xy: NDArray[np.float64],
    year: NDArray[np.float64],
    likeness: Likeness,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of `own` and the nearest ones of `like`, by their years too.

    More neighbours are looked at as long as some that are left have too few twins and have not seen all within reach.
    """
    tree, seen = cKDTree(xy[like]), _FIRST
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    while len(own):
        far, at = tree.query(xy[own], k=[*range(1, min(seen, len(like)) + 1)], distance_upper_bound=likeness.radius_m)
        near = np.isfinite(far)
        other = like[np.minimum(at, len(like) - 1)]
        apart = np.abs(year[own][:, None] - year[other])
        alike = near & (other != own[:, None]) & (np.isnan(apart) | (apart <= likeness.years))
        chosen = alike & (np.cumsum(alike, axis=1) <= likeness.most)
        done = (alike.sum(axis=1) >= likeness.most) | ~near[:, -1] | (seen >= len(like))
        row, rank = np.nonzero(chosen & done[:, None])
        left.append(own[row])
        right.append(other[row, rank])
        own, seen = own[~done], seen * 4
    return np.concatenate(left), np.concatenate(right)


def _numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    """Return a column as numbers; NaN is not known."""
    found: NDArray[np.float64] = table[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found

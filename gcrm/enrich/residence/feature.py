"""What the model knows of a building: numbers that every source may give, and what stands around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy
import shapely

from gcrm.conform.region import metric

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

#: Numbers of the building itself, then of its neighbourhood.
OWN = (
    "area_m2",
    "compactness",
    "touching",
    "addresses",
    "levels",
    "height_m",
    "floor_area_m2",
    "built_year",
    "records",
)
AROUND = ("nearest_m", "density_m", "area_beside", "addresses_beside")
#: Neighbours that are looked at.
NEIGHBOURS = 8
#: Known neighbours whose types are looked at.
VOTES = 9


def own(con: duckdb.DuckDBPyConnection) -> dict[str, NDArray[np.float64]]:
    """Read the numbers of every site, in the order of its number; NaN is not known.

    Parameters
    ----------
    con
        Connection with the temporary table of traits.

    Returns
    -------
    dict of str to numpy.ndarray
        `OWN`, and `lon` and `lat`.
    """
    columns = ", ".join(f"{name}::DOUBLE AS {name}" for name in (*OWN, "lon", "lat"))
    found = con.execute(f"SELECT {columns} FROM building_trait ORDER BY site").fetchnumpy()
    return {name: np.ma.filled(np.ma.asarray(column, float), np.nan) for name, column in found.items()}


def flat(traits: dict[str, NDArray[np.float64]], crs: str) -> NDArray[np.float64]:
    """Return the points of the sites in the metric CRS, two columns."""
    points = shapely.points(traits["lon"], traits["lat"])
    found: NDArray[np.float64] = shapely.get_coordinates(metric(points, crs)).reshape(-1, 2)
    return found


def matrix(traits: dict[str, NDArray[np.float64]], xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the features of sites of one kind, one row each: `OWN`, then `AROUND`.

    Parameters
    ----------
    traits
        What `own` read, of these sites.
    xy
        Their points in the metric CRS.

    Returns
    -------
    numpy.ndarray
        Features; NaN is not known.
    """
    columns = [traits[name] for name in OWN]
    size = min(NEIGHBOURS + 1, len(xy))
    if size < 3:
        return np.column_stack([*columns, *(np.full(len(xy), np.nan) for _ in AROUND)])
    far, at = scipy.spatial.cKDTree(xy).query(xy, k=size)
    area, addresses = traits["area_m2"], traits["addresses"]
    with np.errstate(divide="ignore", invalid="ignore"):
        beside = area / np.median(area[at[:, 1:]], axis=1)
    around = [far[:, 1], far[:, -1], beside, addresses[at[:, 1:]].mean(axis=1)]
    return np.column_stack([*columns, *around])


def nearest_m(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far the nearest other site is from each, in metres; infinite where there is none."""
    if len(xy) < 2:
        return np.full(len(xy), np.inf)
    found: NDArray[np.float64] = scipy.spatial.cKDTree(xy).query(xy, k=2)[0][:, 1]
    return found


def votes(
    xy: NDArray[np.float64], known: NDArray[np.int64], kind: NDArray[np.int64], kinds: int
) -> NDArray[np.float64]:
    """Return for each site the share of each type among its nearest known neighbours, itself left out.

    Parameters
    ----------
    xy
        Points of the sites in the metric CRS.
    known
        Positions of the sites whose type is known.
    kind
        Their types.
    kinds
        How many types there are.

    Returns
    -------
    numpy.ndarray
        One row per site, one column per type.
    """
    size = min(VOTES + 1, len(known))
    _, at = scipy.spatial.cKDTree(xy[known]).query(xy, k=size)
    at = at.reshape(len(xy), size)
    other = known[at] != np.arange(len(xy))[:, None]
    # Where the site itself is not among them, the farthest one is one too many.
    other[:, -1] &= ~other[:, :-1].all(axis=1)
    cell = (np.arange(len(xy))[:, None] * kinds + kind[at])[other]
    ballot = np.bincount(cell, minlength=len(xy) * kinds).reshape(len(xy), kinds)
    found: NDArray[np.float64] = ballot / np.maximum(ballot.sum(axis=1, keepdims=True), 1)
    return found

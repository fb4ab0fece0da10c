"""Invented regions: irregular polygons that tile an area and share their winding borders to the last digit.

The cells of a Voronoi diagram give the neighbourhoods. Every edge between two corners becomes one winding line, made
once and used by both neighbours. A line stays inside a kite around its edge, whose other two corners lie towards the
centres of the two cells; kites of different edges do not overlap, so borders never cross.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: West, south, east, north of the tiled area in degrees. The outer border winds a little beyond it.
BOUNDS = (-104.0, 35.0, -92.0, 43.0)
#: Zones per district, on average.
ZONES_PER_DISTRICT = 20
#: Coordinates are whole multiples of this many degrees (a centimetre), so that they survive every file format.
_DECIMALS = 7
#: Length of one step of a border, as a share of the distance between two centres.
_STEP = 0.019
_MOST_HALVINGS = 7


def tiling(count: int, seed: int = 0, *, bounds: tuple[float, float, float, float] = BOUNDS) -> gpd.GeoDataFrame:
    """Tile an area with irregular polygons of some 100 to 300 vertices each.

    Parameters
    ----------
    count
        Number of polygons, at least 3.
    seed
        The same seed makes the same polygons.
    bounds
        West, south, east, north of the area in degrees.

    Returns
    -------
    gpd.GeoDataFrame
        One row per zone in EPSG:4326: zone_id (text), name, district (text; districts are groups of neighbouring
        zones) and geometry. Neighbours share the vertices of their border exactly; nothing overlaps and nothing is
        left open between them.

    Raises
    ------
    ValueError
        If fewer than three polygons are asked for.
    """
    if count < 3:
        msg = f"a tiling of {count} polygons: ask for at least 3"
        raise ValueError(msg)
    rng = np.random.default_rng([seed, 1])
    west, south, east, north = bounds
    size = np.array([east - west, north - south])
    sites = _sites(count, size, rng)
    edges = _edges(_cells(sites, size), sites)
    paths = _wind(edges, np.sqrt(size.prod() / count), rng)
    width = len(str(count))
    return gpd.GeoDataFrame(
        {
            "zone_id": [f"Z{i:0{width}d}" for i in range(1, count + 1)],
            "name": [f"Zone {i}" for i in range(1, count + 1)],
            "district": _districts(sites, rng),
        },
        geometry=_rings(edges, paths, np.array([west, south])),
        crs="EPSG:4326",
    )


@dataclass(frozen=True)
class _Edges:
    """The edges of a Voronoi diagram, each once, and the rings of its cells in terms of them.

    Attributes
    ----------
    start, end
        Corners, one row per edge.
    site
        Centre of one of the two cells; the other is its mirror image.
    ring, cell, forward
        One entry per cell and edge, in the order of the ring: the edge, the cell, and whether it runs start to end.
    """

    start: Floats
    end: Floats
    site: Floats
    ring: Ints
    cell: Ints
    forward: NDArray[np.bool_]


@dataclass(frozen=True)
class _Paths:
    """Winding lines, one per edge: `points[first[i] : first[i] + steps[i] + 1]`."""

    points: Floats
    first: Ints
    steps: Ints


def _sites(count: int, size: Floats, rng: np.random.Generator) -> Floats:
    """Scatter centres, denser around a few towns, and move them apart twice."""
    towns = rng.random((max(1, count // 60), 2)) * size
    spread = size.mean() * 0.35 / np.sqrt(len(towns))
    near = towns[rng.integers(len(towns), size=count)] + rng.normal(0, spread, (count, 2))
    anywhere = rng.random((count, 2)) * size
    sites = np.where(rng.random((count, 1)) < 0.5, near, anywhere)
    sites = np.abs(sites)
    sites = size - np.abs(size - sites)
    sites = np.clip(sites, size * 1e-4, size * (1 - 1e-4))
    for _ in range(2):
        sites = shapely.get_coordinates(shapely.centroid(_cells(sites, size)))
    return sites


def _cells(sites: Floats, size: Floats) -> NDArray[np.object_]:
    """Return the Voronoi cell of every centre within the area: mirrored centres outside make its border."""
    mirrored = [sites]
    for axis in (0, 1):
        for edge in (0.0, size[axis]):
            twin = sites.copy()
            twin[:, axis] = 2 * edge - twin[:, axis]
            mirrored.append(twin)
    diagram = shapely.voronoi_polygons(shapely.multipoints(np.concatenate(mirrored)), ordered=True)
    return np.asarray(shapely.get_parts(diagram)[: len(sites)])


def _edges(cells: NDArray[np.object_], sites: Floats) -> _Edges:
    """Take the cells apart into edges, each once."""
    corners, cell = shapely.get_coordinates(cells, return_index=True)
    _, corner = np.unique(np.round(corners, 9), axis=0, return_inverse=True)
    corner = corner.ravel()
    inside = (cell[1:] == cell[:-1]) & (corner[1:] != corner[:-1])
    here, there = corner[:-1][inside], corner[1:][inside]
    pair = np.column_stack([np.minimum(here, there), np.maximum(here, there)])
    _, first, ring = np.unique(pair, axis=0, return_index=True, return_inverse=True)
    ring = ring.ravel()
    owner = cell[:-1][inside]
    starts, ends = corners[:-1][inside], corners[1:][inside]
    return _Edges(
        start=starts[first],
        end=ends[first],
        site=sites[owner[first]],
        ring=ring,
        cell=owner,
        forward=here == here[first][ring],
    )


def _wind(edges: _Edges, spacing: float, rng: np.random.Generator) -> _Paths:
    """Make every edge a winding line of steps of similar length."""
    along = edges.end - edges.start
    length = np.hypot(*along.T)
    halvings = np.clip(np.round(np.log2(length / (_STEP * spacing) + 1e-9)), 0, _MOST_HALVINGS).astype(np.int64)
    steps = 2**halvings
    first = np.concatenate([[0], np.cumsum(steps + 1)[:-1]])
    points = np.empty((int((steps + 1).sum()), 2))
    left, right = _kite(edges, along, length)
    for depth in np.unique(halvings):
        who = np.flatnonzero(halvings == depth)
        u, v = _staircase(len(who), int(depth), rng), _staircase(len(who), int(depth), rng)
        # The kite as the image of the unit square: start at (0, 0), end at (1, 1), its sides at (0, 1) and (1, 0).
        mixed = (
            ((1 - u) * (1 - v))[:, :, None] * edges.start[who, None, :]
            + (u * v)[:, :, None] * edges.end[who, None, :]
            + ((1 - u) * v)[:, :, None] * left[who, None, :]
            + (u * (1 - v))[:, :, None] * right[who, None, :]
        )
        points[first[who, None] + np.arange(2**depth + 1)] = mixed
    return _Paths(points, first, steps)


def _kite(edges: _Edges, along: Floats, length: Floats) -> tuple[Floats, Floats]:
    """Return the two side corners of the kite around every edge.

    They lie on the way from the middle of the edge to the two centres, so far out that the foot of neither leaves the
    edge: the kite is convex and within the two triangles of edge and centre.
    """
    middle = (edges.start + edges.end) / 2
    unit = along / length[:, None]
    to_site = edges.site - middle
    shift = (to_site * unit).sum(axis=1)
    share = np.minimum(0.75, 0.35 * length / np.maximum(np.abs(shift), 1e-12))
    across = to_site - shift[:, None] * unit
    foot = middle + (share * shift)[:, None] * unit
    return foot + share[:, None] * across, foot - share[:, None] * across


def _staircase(count: int, depth: int, rng: np.random.Generator) -> Floats:
    """Return rising numbers from 0 to 1, `2**depth + 1` per row: halve every gap near its middle, again and again."""
    stairs = np.tile([0.0, 1.0], (count, 1))
    for _ in range(depth):
        gaps = stairs[:, 1:] - stairs[:, :-1]
        middle = stairs[:, :-1] + gaps * rng.uniform(0.2, 0.8, gaps.shape)
        finer = np.empty((count, stairs.shape[1] * 2 - 1))
        finer[:, ::2], finer[:, 1::2] = stairs, middle
        stairs = finer
    return stairs


def _rings(edges: _Edges, paths: _Paths, corner: Floats) -> NDArray[np.object_]:
    """Join the winding lines of every cell into its polygon."""
    steps = paths.steps[edges.ring]
    entry = np.repeat(np.arange(len(steps)), steps)
    step = np.arange(len(entry)) - np.repeat(np.cumsum(steps) - steps, steps)
    offset = np.where(edges.forward[entry], step, steps[entry] - step)
    points = np.round(paths.points[paths.first[edges.ring][entry] + offset] + corner, _DECIMALS)
    return np.asarray(shapely.polygons(shapely.linearrings(points, indices=edges.cell[entry])))


def _districts(sites: Floats, rng: np.random.Generator) -> list[str]:
    """Group the zones into districts: every zone goes to the nearest of some chosen zones."""
    count = max(1, round(len(sites) / ZONES_PER_DISTRICT))
    heads = sites[np.sort(rng.choice(len(sites), count, replace=False))]
    _, nearest = shapely.STRtree(shapely.points(heads)).query_nearest(shapely.points(sites), all_matches=False)
    width = len(str(count))
    return [f"D{k + 1:0{width}d}" for k in nearest.tolist()]

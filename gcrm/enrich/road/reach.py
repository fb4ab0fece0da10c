"""Isochrones: the areas that can be reached within so many minutes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.enrich.road.contour import below
from gcrm.enrich.road.search import access_min, entries, exits, search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gcrm.enrich.road.network import Graph
    from gcrm.enrich.road.snap import Snap

#: A place up to so many metres from a reached stretch of road is reached too, on foot from there.
SPREAD_M = 100.0
#: Steps of the grid in metres, by mode, and the most points that it may have.
_STEP_M = {"drive": 50.0, "cycle": 30.0, "walk": 20.0}
_POINTS = 4_000_000


@dataclass(frozen=True, eq=False)
class _Samples:
    """Points along all pieces, a step of the grid apart at most.

    Attributes
    ----------
    piece, share
        On which piece, and how far along it.
    xy
        Where, in the metric CRS.
    """

    piece: NDArray[np.int64]
    share: NDArray[np.float64]
    xy: NDArray[np.float64]


def isochrones(
    graph: Graph, places: Snap, minutes: Sequence[float], *, towards: bool = False
) -> list[list[shapely.MultiPolygon]]:
    """Return the areas that can be reached from places within so many minutes.

    The travel time of each point along the roads is known exactly. On a grid (50 m by car, 30 m on a bicycle, 20 m on
    foot) the time of a point is the least over the roads within 100 m of it, with the way from there on foot; the area
    of so many minutes is where that is at most as much, linear between the points of the grid.

    Parameters
    ----------
    graph
        Roads of a mode at a time.
    places
        Places on roads.
    minutes
        How many minutes.
    towards
        True for the areas from which the place is reached in time.

    Returns
    -------
    list of list of shapely.MultiPolygon
        Per place one area per number of minutes, in the metric CRS; empty where the place is too far from any road.
        Those of one place nest.
    """
    step = _STEP_M[graph.mode]
    samples = _sampled(graph, step / 2)
    nodes, first = entries(graph, places) if towards else exits(graph, places)
    matrix, most = graph.back if towards else graph.matrix, max(minutes)
    walk = np.nan_to_num(access_min(graph, places), nan=np.inf)
    found = []
    for i in range(len(places)):
        own = slice(i, i + 1)
        reached = search(matrix, nodes[own], first[own] + walk[i], most)[0]
        times = _times(graph, samples, reached, places.part(own), walk[i], towards=towards)
        near = times <= most
        found.append(_areas(samples.xy[near], times[near], minutes, step, graph.network.rules.walk_kmh))
    return found


def _sampled(graph: Graph, step_m: float) -> _Samples:
    """Return points along the open pieces; kept with the graph."""
    kept: dict[float, _Samples] = graph.__dict__.setdefault("_sampled", {})
    if step_m not in kept:
        lines = graph.network.line[graph.open_pieces]
        count = np.maximum(np.ceil(shapely.length(lines) / step_m).astype(np.int64), 1) + 1
        index = np.repeat(np.arange(len(lines)), count)
        place = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
        share = place / (count - 1)[index]
        points = shapely.line_interpolate_point(lines[index], share, normalized=True)
        kept[step_m] = _Samples(graph.open_pieces[index], share, shapely.get_coordinates(points))
    return kept[step_m]


def _times(
    graph: Graph, samples: _Samples, reached: NDArray[np.float64], own: Snap, walk_min: float, *, towards: bool
) -> NDArray[np.float64]:
    """Return the minutes to (or from) each sample: by either end of its piece, or along the piece of the place."""
    net, piece, share = graph.network, samples.piece, samples.share
    start, end = reached[net.start[piece]], reached[net.end[piece]]
    forward, backward = graph.forward_min[piece], graph.backward_min[piece]
    if towards:
        start = start + graph.backward_end_min[piece]
        end = end + graph.forward_end_min[piece]
        start, end = end, start
        share = 1 - share
    with np.errstate(invalid="ignore"):
        times = np.fmin(start + share * forward, end + (1 - share) * backward)
        here = np.flatnonzero(piece == own.piece[0])
        way = samples.share[here] - own.share[0]
        ahead = way <= 0 if towards else way >= 0
        along = np.abs(way) * np.where(ahead, forward[here], backward[here])
    times[here] = np.fmin(times[here], np.where(way == 0, 0.0, along) + walk_min)
    return np.where(np.isnan(times), np.inf, times)


def _areas(
    xy: NDArray[np.float64], times: NDArray[np.float64], minutes: Sequence[float], step: float, walk_kmh: float
) -> list[shapely.MultiPolygon]:
    """Spread the times of points along roads over a grid, and return the areas of so many minutes."""
    if not len(xy):
        return [shapely.MultiPolygon() for _ in minutes]
    low, high = xy.min(axis=0) - SPREAD_M, xy.max(axis=0) + SPREAD_M
    step = max(step, math.sqrt(float(np.prod(high - low)) / _POINTS))
    # The grid is the same wherever an area lies, so that areas of places beside each other fit.
    first = np.floor(low / step).astype(np.int64) - 1
    columns, rows = (np.ceil(high / step).astype(np.int64) + 2 - first).tolist()
    values = np.full((rows, columns), np.inf)
    near = np.rint(xy / step).astype(np.int64)
    off_m = np.hypot(*(xy - near * step).T)
    pace = 0.06 / walk_kmh
    np.minimum.at(values, tuple((near - first).T[::-1]), times + off_m * pace)
    values = _spread(values, step * pace, max(1, round(SPREAD_M / step)))
    areas = [below(values, m) for m in minutes]
    return [shapely.transform(a, lambda p: (p + first) * step) for a in areas]


def _spread(values: NDArray[np.float64], step_min: float, rings: int) -> NDArray[np.float64]:
    """Let each point of a grid be reached from its eight neighbours, so many times over."""
    for _ in range(rings):
        wide = np.pad(values, 1, constant_values=np.inf)
        inner = (slice(1, -1), slice(1, -1))
        found = wide[inner].copy()
        for up in (-1, 0, 1):
            for right in (-1, 0, 1):
                if up or right:
                    other = wide[1 + up : wide.shape[0] - 1 + up, 1 + right : wide.shape[1] - 1 + right]
                    np.minimum(found, other + step_min * math.hypot(up, right), out=found)
        values = found
    return values

"""The way between two places: its line, its streets, its time and its length."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import scipy
import shapely
import shapely.ops

from gcrm.enrich.road.search import access_min, entries, exits, on_piece, started

if TYPE_CHECKING:
    from gcrm.enrich.road.network import Graph
    from gcrm.enrich.road.snap import Snap

#: A street that is followed for less is not named.
_LEAST_M = 0.01


@dataclass(frozen=True)
class Way:
    """The shortest way between two places.

    Attributes
    ----------
    minutes
        How long it takes, the ways on foot at either end included.
    metres
        Its length on roads.
    line
        Its line on roads, in the metric CRS.
    streets
        Names of the streets in order, each once where it is followed on; null where the register has none.
    """

    minutes: float
    metres: float
    line: shapely.LineString
    streets: tuple[str | None, ...]


def way(graph: Graph, origin: Snap, destination: Snap) -> Way | None:
    """Find the shortest way from one place to another.

    Parameters
    ----------
    graph
        Roads of a mode at a time.
    origin, destination
        One place on roads each.

    Returns
    -------
    Way or None
        The way; null where there is none.
    """
    found = followed(graph, origin, destination)
    if found is None:
        return None
    minutes, parts = found
    net = graph.network
    lines = [_part(net.line[p], *span) for p, *span in parts]
    walk = access_min(graph, origin)[0] + access_min(graph, destination)[0]
    metres = sum(abs(b - a) * net.length_m[p] for p, a, b in parts)
    # Where a place stands at a crossing, a street of no length may come first or last.
    names = [net.name[p] for p, a, b in parts if abs(b - a) * net.length_m[p] > _LEAST_M or len(parts) == 1]
    streets = tuple(n for i, n in enumerate(names) if i == 0 or n != names[i - 1])
    xy = np.concatenate([shapely.get_coordinates(line) for line in lines])
    return Way(float(minutes + walk), float(metres), shapely.LineString(xy), streets)


#: A piece, and the shares of it between which it is travelled.
_Part = tuple[int, float, float]


def followed(graph: Graph, origin: Snap, destination: Snap) -> tuple[float, list[_Part]] | None:
    """Find the pieces of road that the shortest way follows.

    Parameters
    ----------
    graph, origin, destination
        As in `way`.

    Returns
    -------
    tuple or None
        Minutes on roads, and pieces in order, each with the shares of it between which it is travelled; null where
        there is no way.
    """
    if origin.piece[0] < 0 or destination.piece[0] < 0:
        return None
    minutes, parts = _along(graph, origin, destination)
    other, others = _across(graph, origin, destination)
    if other < minutes:
        minutes, parts = other, others
    return (minutes, parts) if np.isfinite(minutes) else None


def _along(graph: Graph, origin: Snap, destination: Snap) -> tuple[float, list[_Part]]:
    """Return the way along the piece that both stand on; infinite where they do not."""
    if origin.piece[0] != destination.piece[0]:
        return np.inf, []
    only = np.zeros(1, np.int64)
    minutes = float(on_piece(graph, origin, only, destination, only)[0])
    return minutes, [(int(origin.piece[0]), float(origin.share[0]), float(destination.share[0]))]


def _across(graph: Graph, origin: Snap, destination: Snap) -> tuple[float, list[_Part]]:
    """Return the shortest way over junctions; infinite where there is none."""
    count = graph.network.nodes
    whole = started(graph.matrix, *exits(graph, origin))
    reached, before = scipy.sparse.csgraph.dijkstra(whole, indices=count, return_predecessors=True)
    ends, rest = entries(graph, destination)
    both = reached[ends[0]] + rest[0]
    pick = int(np.argmin(both))
    if not np.isfinite(both[pick]):
        return np.inf, []
    nodes = [int(ends[0, pick])]
    while before[nodes[-1]] != count:
        nodes.append(int(before[nodes[-1]]))
    nodes.reverse()
    first, last = int(origin.piece[0]), int(destination.piece[0])
    # The first junction is the end of the piece by which it was reached sooner; a loop ends where it begins.
    leaves, taken = exits(graph, origin)
    forward = leaves[0, 0] == nodes[0] and (leaves[0, 1] != nodes[0] or taken[0, 0] <= taken[0, 1])
    parts: list[_Part] = [(first, float(origin.share[0]), 1.0 if forward else 0.0)]
    for a, b in pairwise(nodes):
        piece = graph.piece_of[a, b]
        parts.append((piece, 0.0, 1.0) if piece >= 0 else (~piece, 1.0, 0.0))
    parts.append((last, 0.0 if pick == 0 else 1.0, float(destination.share[0])))
    return float(both[pick]), parts


def _part(line: shapely.LineString, start: float, end: float) -> shapely.LineString:
    """Return part of a line, in the direction of travel."""
    part = shapely.ops.substring(line, start, end, normalized=True)
    return part if part.geom_type == "LineString" else shapely.LineString([part, part])

"""Shortest travel times between places on roads: Dijkstra's algorithm from places, part of a piece at either end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gcrm.enrich.road.network import Graph
    from gcrm.enrich.road.snap import Snap

#: Numbers held at a time: 128 MB.
_AT_ONCE = 16_000_000


def exits(graph: Graph, places: Snap) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the two junctions that each place may leave its piece by, and the minutes until it stands there.

    Parameters
    ----------
    graph
        Roads of a mode at a time.
    places
        Places on roads.

    Returns
    -------
    tuple of numpy.ndarray
        Junctions and minutes, one row per place, two columns; minutes are infinite where there is no such way.
    """
    net, piece = graph.network, np.maximum(places.piece, 0)
    ahead = _part(1 - places.share, graph.forward_min[piece]) + graph.forward_end_min[piece]
    behind = _part(places.share, graph.backward_min[piece]) + graph.backward_end_min[piece]
    return _ends(places, net.end[piece], net.start[piece], ahead, behind)


def entries(graph: Graph, places: Snap) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the two junctions that each place may be reached from along its piece, and the minutes from there.

    Parameters
    ----------
    graph
        Roads of a mode at a time.
    places
        Places on roads.

    Returns
    -------
    tuple of numpy.ndarray
        As of `exits`.
    """
    net, piece = graph.network, np.maximum(places.piece, 0)
    ahead = _part(places.share, graph.forward_min[piece])
    behind = _part(1 - places.share, graph.backward_min[piece])
    return _ends(places, net.start[piece], net.end[piece], ahead, behind)


def _part(share: NDArray[np.float64], minutes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a share of each piece's minutes: none for no part of it, infinite where it cannot be travelled."""
    part = np.where(np.isfinite(minutes), share * np.where(np.isfinite(minutes), minutes, 0.0), np.inf)
    return np.where(share == 0, 0.0, part)


def _ends(
    places: Snap,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    one: NDArray[np.float64],
    two: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Put two ways side by side; a place without a road has neither."""
    minutes = np.column_stack([one, two])
    minutes[places.piece < 0] = np.inf
    return np.column_stack([first, second]), minutes


def access_min(graph: Graph, places: Snap) -> NDArray[np.float64]:
    """Return the minutes between each place and its road, on foot whatever the mode; NaN where it is too far."""
    return places.access_m / graph.network.rules.walk_kmh * 0.06


def minutes_between(
    graph: Graph, origins: Snap, destinations: Snap, *, limit_min: float = np.inf
) -> NDArray[np.float64]:
    """Return the shortest travel time from each origin to each destination.

    Parameters
    ----------
    graph
        Roads of a mode at a time.
    origins, destinations
        Places on roads.
    limit_min
        Longer ways are not looked for.

    Returns
    -------
    numpy.ndarray
        Minutes, one row per origin, one column per destination, the ways on foot at either end included; NaN where
        there is no way, or a place is too far from any road.
    """
    leaving, arriving = exits(graph, origins), entries(graph, destinations)
    found = np.full((len(origins), len(destinations)), np.inf)
    if len(origins) <= len(destinations):
        for rows, minutes in _searched(graph.matrix, *leaving, limit_min):
            found[rows] = _least(minutes, *arriving)
    else:
        for rows, minutes in _searched(graph.back, *arriving, limit_min):
            found[:, rows] = _least(minutes, *leaving).T
    _along(graph, origins, destinations, found)
    found += access_min(graph, origins)[:, None] + access_min(graph, destinations)[None, :]
    return np.where(np.isfinite(found) & (found <= limit_min), found, np.nan)


def _searched(
    matrix: Any, nodes: NDArray[np.int64], minutes: NDArray[np.float64], limit_min: float
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Search from places; yield some of them at a time, with the minutes from each to every junction."""
    step = max(1, _AT_ONCE // max(1, matrix.shape[0]))
    for begin in range(0, len(nodes), step):
        rows = slice(begin, min(begin + step, len(nodes)))
        yield rows, search(matrix, nodes[rows], minutes[rows], limit_min)


def search(
    matrix: Any, nodes: NDArray[np.int64], minutes: NDArray[np.float64], limit_min: float = np.inf
) -> NDArray[np.float64]:
    """Return the minutes from each place to every junction.

    Parameters
    ----------
    matrix
        Minutes from junction to junction, sparse by rows.
    nodes, minutes
        Per place (row) the junctions it reaches first, and when; infinite where it does not.
    limit_min
        Longer ways are not looked for.

    Returns
    -------
    numpy.ndarray
        One row per place, one column per junction; infinite where there is no way.
    """
    count = matrix.shape[0]
    whole = started(matrix, nodes, minutes)
    found = scipy.sparse.csgraph.dijkstra(whole, indices=np.arange(count, count + len(nodes)), limit=limit_min)
    reached: NDArray[np.float64] = found[:, :count]
    return reached


def started(matrix: Any, nodes: NDArray[np.int64], minutes: NDArray[np.float64]) -> Any:
    """Return a matrix with a further row per place, from which its first junctions are reached.

    Parameters
    ----------
    matrix
        Minutes from junction to junction, sparse by rows.
    nodes, minutes
        Per place (row) the junctions it reaches first, and when; infinite where it does not.

    Returns
    -------
    scipy.sparse.csr_matrix
        The same with one more junction per place, to which nothing leads.
    """
    count, places = matrix.shape[0], len(nodes)
    there = np.isfinite(minutes)
    size = np.cumsum(there.sum(axis=1))
    return scipy.sparse.csr_matrix(
        (
            np.concatenate([matrix.data, np.maximum(minutes[there], 1e-12)]),
            np.concatenate([matrix.indices, nodes[there].astype(matrix.indices.dtype)]),
            np.concatenate([matrix.indptr, (matrix.indptr[-1] + size).astype(matrix.indptr.dtype)]),
        ),
        shape=(count + places, count + places),
    )


def _least(minutes: NDArray[np.float64], nodes: NDArray[np.int64], last: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the minutes by the better of two last junctions."""
    least: NDArray[np.float64] = np.minimum(
        minutes[:, nodes[:, 0]] + last[None, :, 0], minutes[:, nodes[:, 1]] + last[None, :, 1]
    )
    return least


def _along(graph: Graph, origins: Snap, destinations: Snap, found: NDArray[np.float64]) -> None:
    """Take the way along a piece that two places share, without a junction between, where that is shorter."""
    order = np.argsort(destinations.piece, kind="stable")
    pieces = destinations.piece[order]
    left, right = np.searchsorted(pieces, origins.piece), np.searchsorted(pieces, origins.piece, side="right")
    size = np.where(origins.piece >= 0, right - left, 0)
    row = np.repeat(np.arange(len(origins)), size)
    column = order[np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size) + np.repeat(left, size)]
    np.minimum.at(found, (row, column), on_piece(graph, origins, row, destinations, column))


def on_piece(
    graph: Graph, origins: Snap, row: NDArray[np.int64], destinations: Snap, column: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the minutes between places on one piece, without leaving it.

    Parameters
    ----------
    graph
        Roads of a mode at a time.
    origins, row
        Places, and which of them each pair begins at.
    destinations, column
        Places, and which of them each pair ends at.

    Returns
    -------
    numpy.ndarray
        Minutes of each pair; infinite against a one-way street.
    """
    piece = origins.piece[row]
    way = destinations.share[column] - origins.share[row]
    with np.errstate(invalid="ignore"):
        minutes = np.where(way >= 0, way * graph.forward_min[piece], -way * graph.backward_min[piece])
    return np.where(way == 0, 0.0, minutes)


def nearest(
    graph: Graph, places: Snap, targets: Snap, *, towards: bool = True
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Find the target that is nearest to each place in time, by one search from all targets.

    Parameters
    ----------
    graph
        Roads of a mode at a time.
    places, targets
        Places on roads.
    towards
        True for ways from a place to its target, false for ways from the target to the place.

    Returns
    -------
    tuple of numpy.ndarray
        Minutes and number of the target per place; NaN and -1 where none can be reached.
    """
    if not len(targets) or not len(places):
        return np.full(len(places), np.nan), np.full(len(places), -1)
    first, last = (entries, exits) if towards else (exits, entries)
    nodes, minutes = first(graph, targets)
    matrix = graph.back if towards else graph.matrix
    count, walk = matrix.shape[0], np.nan_to_num(access_min(graph, targets), nan=np.inf)
    whole = started(matrix, nodes, minutes + walk[:, None])
    indices = np.arange(count, count + len(targets))
    reached, _, source = scipy.sparse.csgraph.dijkstra(whole, indices=indices, min_only=True, return_predecessors=True)
    ends, rest = last(graph, places)
    both = reached[ends] + rest
    pick = np.argmin(both, axis=1)
    rows = np.arange(len(places))
    found, which = both[rows, pick], source[ends[rows, pick]] - count
    _beside(graph, places, targets, walk, found, which, towards=towards)
    found = found + access_min(graph, places)
    there = np.isfinite(found)
    return np.where(there, found, np.nan), np.where(there, which, -1)


def _beside(
    graph: Graph,
    places: Snap,
    targets: Snap,
    walk: NDArray[np.float64],
    found: NDArray[np.float64],
    which: NDArray[np.int64],
    *,
    towards: bool,
) -> None:
    """Take a target on the place's own piece where the way along it is shorter."""
    for t in np.flatnonzero(targets.piece >= 0):
        row = np.flatnonzero(places.piece == targets.piece[t])
        column = np.full(len(row), t)
        if towards:
            minutes = on_piece(graph, places, row, targets, column)
        else:
            minutes = on_piece(graph, targets, column, places, row)
        minutes = minutes + walk[t]
        better = minutes < found[row]
        found[row[better]], which[row[better]] = minutes[better], t

"""Arcs: each piece of road in each direction in which somebody may go, with the minutes that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import scipy
import shapely
from pyproj import Geod

from gcrm.enrich.road.pace import MODES, pace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gcrm.enrich.road.pace import Pace
    from gcrm.enrich.road.piece import Pieces
    from gcrm.settings.roads import Roads

_GEOD = Geod(ellps="WGS84")
#: A way of no length still takes time: arcs without weight would be none.
_LEAST_MIN = 1e-9


def paces(roads: Sequence[dict[str, Any]], rules: Roads) -> list[Pace]:
    """Return the pace of each road: rows with road_class, oneway, access and speed_kmh."""
    known: dict[tuple[Any, ...], Pace] = {}
    found = []
    for row in roads:
        words = (row["road_class"], row["oneway"], row["access"], row["speed_kmh"])
        if words not in known:
            known[words] = pace(*words, rules)
        found.append(known[words])
    return found


def lengths_m(lines: NDArray[Any]) -> NDArray[np.float64]:
    """Return the length of each line in metres, along the ellipsoid (Karney 2013), summed over its vertices."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    if len(xy) < 2:
        return np.zeros(len(lines))
    same = line[1:] == line[:-1]
    _, _, metres = _GEOD.inv(xy[:-1, 0][same], xy[:-1, 1][same], xy[1:, 0][same], xy[1:, 1][same])
    summed: NDArray[np.float64] = np.bincount(line[1:][same], weights=metres, minlength=len(lines)).astype(np.float64)
    return summed


def arc_table(pieces: Pieces, speeds: Sequence[Pace], length_m: NDArray[np.float64], rules: Roads) -> pa.Table:
    """Make the arcs of pieces.

    Parameters
    ----------
    pieces
        Pieces of roads.
    speeds
        Pace of each road.
    length_m
        Length of each piece.
    rules
        `[roads]` of the project.

    Returns
    -------
    pa.Table
        One row per piece and direction: arc_id, piece_id, forward, from_node, to_node, length_m, drive_min, cycle_min,
        walk_min (null where the mode may not go there), junction_min.
    """
    minutes = {(mode, way): np.full(len(pieces.road), np.nan) for mode in MODES for way in (True, False)}
    rows = [speeds[i] for i in pieces.road.tolist()]
    for mode in MODES:
        for way in (True, False):
            kmh = np.array([(p.forward if way else p.backward).get(mode, np.nan) for p in rows], float)
            minutes[mode, way] = np.maximum(length_m / kmh * 0.06, _LEAST_MIN)
    used = {way: np.isfinite([minutes[mode, way] for mode in MODES]).any(axis=0) for way in (True, False)}
    piece = np.concatenate([np.flatnonzero(used[True]), np.flatnonzero(used[False])])
    forward = np.arange(len(piece)) < used[True].sum()
    order = np.lexsort((~forward, piece))
    piece, forward = piece[order], forward[order]
    start, end = pieces.start[piece], pieces.end[piece]
    to = np.where(forward, end, start)
    busy = _meeting(pieces) >= 3
    columns: dict[str, Any] = {
        "arc_id": np.arange(len(piece), dtype=np.int32),
        "piece_id": piece.astype(np.int32),
        "forward": forward,
        "from_node": np.where(forward, start, end).astype(np.int32),
        "to_node": to.astype(np.int32),
        "length_m": length_m[piece],
    }
    for mode in MODES:
        taken = np.where(forward, minutes[mode, True][piece], minutes[mode, False][piece])
        columns[f"{mode}_min"] = pa.array(taken, mask=np.isnan(taken))
    return pa.table({**columns, "junction_min": np.where(busy[to], rules.junction_s / 60, 0.0)})


def _meeting(pieces: Pieces) -> NDArray[np.int64]:
    """Return how many ends of pieces meet at each junction."""
    return np.bincount(np.concatenate([pieces.start, pieces.end]), minlength=len(pieces.lon))


def components(nodes: int, arcs: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find which junctions can be driven between, there and back.

    Parameters
    ----------
    nodes
        How many junctions there are.
    arcs
        As of `arc_table`.

    Returns
    -------
    tuple of numpy.ndarray
        Per junction the number of its strong component for cars, 1 being the largest, and how many junctions it has.
    """
    if not nodes:  # spares the import of scipy where a project has no roads
        return np.empty(0, np.int64), np.empty(0, np.int64)
    open_to = np.isfinite(arcs["drive_min"].to_numpy())
    ends = (arcs["from_node"].to_numpy()[open_to], arcs["to_node"].to_numpy()[open_to])
    matrix = scipy.sparse.coo_matrix((np.ones(int(open_to.sum())), ends), shape=(nodes, nodes)).tocsr()
    _, label = scipy.sparse.csgraph.connected_components(matrix, connection="strong")
    size = np.bincount(label)
    rank = np.empty(len(size), np.int64)
    rank[np.argsort(-size, kind="stable")] = np.arange(1, len(size) + 1)
    return rank[label], size[label]

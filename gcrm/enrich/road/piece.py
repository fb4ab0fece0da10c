"""Lines of roads cut into pieces that run from junction to junction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: An end that lies farther than this from the junction it names is one of the point where it is drawn: a register's
#: numbers are sometimes swapped or mistyped, and cars would leap across the city.
NEAR_M = 10.0
#: Ends are one point where they agree to so many parts of a degree: a centimetre.
_PARTS = 1e7
#: Metres of a degree of latitude.
_DEGREE_M = 111_195.0


@dataclass(frozen=True)
class Pieces:
    """Pieces of roads, and the junctions that they run between; arrays of one length, but for the junctions'.

    Attributes
    ----------
    road
        Place of the piece's road among those given.
    start, end
        Numbers of the junctions, from 0.
    line
        The piece in WGS84, as drawn.
    lon, lat
        Where each junction is: the end of the first piece there.
    astray
        Roads, by their place among those given, with an end that lies far from the junction that it names.
    """

    road: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    line: NDArray[Any]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    astray: NDArray[np.int64]


def cut(
    lines: NDArray[Any], starts: Sequence[str | None], ends: Sequence[str | None], *, near_m: float = NEAR_M
) -> Pieces:
    """Cut lines where they meet the ends of others, and number the junctions.

    A line whose junctions are both named is one piece. Any other is cut at each of its vertices where a line ends:
    lines that only cross, such as a bridge and the street below, do not meet. Ends of one name that lie near each other
    are one junction. An end without a name, or whose name no other end has, is one with those at the same point.

    Parameters
    ----------
    lines
        Lines in WGS84; of several parts each is a line of its own, and only the outermost ends keep their names.
    starts, ends
        Names of the junctions at either end, unique over all lines; null where the register has none.
    near_m
        An end farther than this from where most ends of its name are counts as unnamed.

    Returns
    -------
    Pieces
        In the order of the lines.
    """
    parts, road = shapely.get_parts(_merged(lines), return_index=True)
    first = np.append(True, road[1:] != road[:-1]) if len(road) else np.zeros(0, bool)
    last = np.append(road[1:] != road[:-1], True) if len(road) else first
    begin, finish = _only(np.array(starts, object)[road], first), _only(np.array(ends, object)[road], last)
    named = np.array([a is not None and b is not None for a, b in zip(begin, finish, strict=True)], bool)
    source, pieces = _cut(parts, named)
    opening = np.append(True, source[1:] != source[:-1]) if len(source) else np.zeros(0, bool)
    closing = np.append(source[1:] != source[:-1], True) if len(source) else opening
    names = [_only(begin[source], opening), _only(finish[source], closing)]
    points = [shapely.get_coordinates(shapely.get_point(pieces, place)) for place in (0, -1)]
    every, at = np.concatenate(names), np.concatenate(points)
    far = _astray(every, at, near_m)
    number, lon, lat = _junctions(_shared(_only(every, ~far)), at)
    astray = np.unique(np.tile(road[source], 2)[far])
    return Pieces(road[source], number[: len(pieces)], number[len(pieces) :], pieces, lon, lat, astray)


def _only(names: NDArray[Any], where: NDArray[np.bool_]) -> NDArray[Any]:
    """Return the names where a condition holds, null elsewhere."""
    kept: NDArray[Any] = names.copy()
    kept[~where] = None
    return kept


def _merged(lines: NDArray[Any]) -> NDArray[Any]:
    """Join the parts of lines that follow each other, so that few have more than one."""
    several: NDArray[np.bool_] = shapely.get_num_geometries(lines) > 1
    if not several.any():
        return lines
    merged: NDArray[Any] = np.array(lines, dtype=object)
    merged[several] = shapely.line_merge(lines[several], directed=True)
    return merged


def _keys(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return one number per point, equal where points agree to a centimetre."""
    whole = np.rint(xy * _PARTS).astype(np.int64)
    return whole[:, 0] * np.int64(3_600_000_001) + whole[:, 1]


def _cut(lines: NDArray[Any], named: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Cut lines without named junctions where others end; return the line of each piece, and the pieces."""
    if named.all():
        return np.arange(len(lines)), lines
    xy, line = shapely.get_coordinates(lines, return_index=True)
    keys = _keys(xy)
    edge = np.append(True, line[1:] != line[:-1]) | np.append(line[1:] != line[:-1], True)
    inner = np.flatnonzero(~edge & ~named[line] & np.isin(keys, keys[edge]))
    # A vertex where a line is cut ends one piece and begins the next: it stands twice.
    order = np.sort(np.concatenate([np.arange(len(xy)), inner]), kind="stable")
    piece = np.cumsum(np.append(False, (order[1:] == order[:-1]) | (line[order][1:] != line[order][:-1])))
    source = line[order][np.append(True, piece[1:] != piece[:-1])]
    return source, shapely.linestrings(xy[order], indices=piece)


def _shared(names: NDArray[Any]) -> NDArray[Any]:
    """Return the names that several ends have, null elsewhere."""
    count = Counter(names)
    return _only(names, np.array([count[name] > 1 for name in names], bool))


def _astray(names: NDArray[Any], xy: NDArray[np.float64], near_m: float) -> NDArray[np.bool_]:
    """Say which ends lie far from where most ends of their name are (the first such point where several tie)."""
    keys = _keys(xy).tolist()
    votes: dict[Any, dict[int, list[int]]] = {}
    for i, (name, key) in enumerate(zip(names, keys, strict=True)):
        if name is not None:
            votes.setdefault(name, {}).setdefault(key, []).append(i)
    middle = np.arange(len(names))
    for points in votes.values():
        if len(points) > 1:
            best = max(points.values(), key=len)
            for ends in points.values():
                middle[ends] = best[0]
    off = xy - xy[middle]
    off[:, 0] *= np.cos(np.radians(xy[:, 1]))
    astray: NDArray[np.bool_] = np.hypot(*off.T) * _DEGREE_M > near_m
    return astray


def _junctions(
    names: NDArray[Any], xy: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Give the ends of pieces numbers; return the number of each end, and where each number is."""
    at = _keys(xy)
    known: dict[int, Any] = {}
    for key, name in zip(at.tolist(), names, strict=True):
        if name is not None:
            known.setdefault(key, name)
    numbers: dict[Any, int] = {}
    found = np.empty(len(at), np.int64)
    for i, (key, name) in enumerate(zip(at.tolist(), names, strict=True)):
        found[i] = numbers.setdefault(name if name is not None else known.get(key, key), len(numbers))
    where = np.empty((len(numbers), 2))
    where[found[::-1]] = xy[::-1]
    return found, where[:, 0], where[:, 1]

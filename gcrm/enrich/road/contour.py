"""Lines of equal value on a grid, as areas that nest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: A line never runs nearer to a point of the grid than this share of an edge, so that no two lines meet there.
_EDGE = 1e-6


def below(values: NDArray[np.float64], level: float) -> shapely.MultiPolygon:
    """Return the area where a grid of values is at most a level.

    Each square of the grid is two triangles, and values are linear on each: so the area of a lower level lies within
    that of a higher one.

    Parameters
    ----------
    values
        Values at the points of a grid, rows upward, columns to the right; at its rim they must lie above the level.
        Infinite ones are far above every level.
    level
        The level.

    Returns
    -------
    shapely.MultiPolygon
        The area, in steps of the grid from its first point.
    """
    rows, columns = values.shape
    inside = values <= level
    number = np.arange(rows * columns).reshape(rows, columns)
    # Three edges leave each point: to the right, upward, and along the diagonal that parts its square.
    heads = ((0, 1), (1, 0), (1, 1))
    segments = []
    for one, two, three in (((0, 0, 0), (0, 1, 1), (0, 0, 2)), ((0, 0, 1), (1, 0, 0), (0, 0, 2))):
        edges = np.stack([_edge(number, rows, columns, *edge) for edge in (one, two, three)])
        crossed = np.stack([_crossed(inside, rows, columns, edge, heads) for edge in (one, two, three)])
        lines = crossed.sum(axis=0) == 2
        segments.append(edges[:, lines].T[crossed[:, lines].T].reshape(-1, 2))
    both = np.concatenate(segments)
    if not len(both):
        return shapely.MultiPolygon()
    area = shapely.build_area(shapely.multilinestrings(shapely.linestrings(_points(values, level, both, heads))))
    return area if area.geom_type == "MultiPolygon" else shapely.MultiPolygon([area])


def _edge(number: NDArray[np.int64], rows: int, columns: int, up: int, right: int, way: int) -> NDArray[np.int64]:
    """Return the number of an edge of every square: three per point that it leaves."""
    return number[up : rows - 1 + up, right : columns - 1 + right] * 3 + way


def _crossed(
    inside: NDArray[np.bool_], rows: int, columns: int, edge: tuple[int, int, int], heads: tuple[tuple[int, int], ...]
) -> NDArray[np.bool_]:
    """Say in which squares an edge leads from inside to outside, or the other way."""
    (up, right, _), (more, beside) = edge, heads[edge[2]]
    tail = inside[up : rows - 1 + up, right : columns - 1 + right]
    head = inside[up + more : rows - 1 + up + more, right + beside : columns - 1 + right + beside]
    return np.not_equal(tail, head)


def _points(
    values: NDArray[np.float64], level: float, edges: NDArray[np.int64], heads: tuple[tuple[int, int], ...]
) -> NDArray[np.float64]:
    """Return where the line crosses edges, by linear interpolation from the end that lies inside."""
    at, way = np.divmod(edges, 3)
    row, column = np.divmod(at, values.shape[1])
    up, right = np.array(heads).T
    first, second = values[row, column], values[row + up[way], column + right[way]]
    with np.errstate(invalid="ignore"):
        share = (level - first) / (second - first)
    share = np.where(np.isinf(first), 1.0, np.where(np.isinf(second), 0.0, share))
    share = np.clip(share, _EDGE, 1 - _EDGE)
    return np.stack([column + share * right[way], row + share * up[way]], axis=-1)

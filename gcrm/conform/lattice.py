"""The H3 cells of many points, several times faster than one by one and still the library's own.

H3 projects a point from the centre of the globe onto the nearest face of an icosahedron; there its cells are the
hexagons of a plane lattice. A cell is thus a function of the face and of the nearest lattice point, which is found by a
few operations on whole columns. The library names each lattice position once, by one point in it. Points so close to an
edge of a hexagon or of a face that rounding could matter, less than one in a thousand, are left to the library, and so
is everything where few points share a cell. The frames of the faces are derived from cells that the library names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import h3.api.basic_int as h3
import numpy as np
import pyarrow as pa
from h3ronpy.vector import coordinates_to_cells

from gcrm.conform.thread import in_threads, spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Points computed at a time: what is known of them fits into a processor's cache.
_CHUNK = 16_384
#: The finest resolution whose lattice is found surely enough; below some metres H3's own rounding tells.
_FINEST = 10
#: Fewer points than this are not worth the trouble.
_LEAST = 20_000
#: Points per cell below which the library is asked for each point.
_SHARING = 4
#: How far from an edge of its hexagon a point must lie, in half distances between lattice points.
_EDGE = 1e-4
#: How much nearer than any other a face must be, as a difference of cosines.
_TIE = 1e-9
#: Room for one coordinate of a lattice position in a key.
_ROOM = 1 << 24


@dataclass(frozen=True)
class Face:
    """A face of the icosahedron.

    Attributes
    ----------
    normal
        Direction of its centre, a unit vector.
    beside
        Directions of the three faces beside it, one per row.
    frame
        Matrix that turns a direction into two lattice coordinates, each times a third number, which it gives as well.
    """

    normal: NDArray[np.float64]
    beside: NDArray[np.float64]
    frame: NDArray[np.float64]


@dataclass(frozen=True)
class Coded:
    """A column of cells, each named once.

    Attributes
    ----------
    distinct
        Cells; one may stand there twice.
    code
        For each row, the position of its cell.
    """

    distinct: NDArray[np.uint64]
    code: NDArray[np.int64]

    @property
    def each(self) -> NDArray[np.uint64]:
        """The cell of each row."""
        return self.distinct[self.code]


class Lattice:
    """The cells of one resolution, as far as they were met.

    Parameters
    ----------
    resolution
        H3 resolution, 0 to 15.
    """

    def __init__(self, resolution: int) -> None:
        self._resolution = resolution
        self._pays = resolution <= _FINEST
        self._keys = np.empty(0, np.int64)
        self._cells = np.empty(0, np.uint64)

    def cells(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Coded:
        """Return the H3 cell of each point.

        Parameters
        ----------
        lon, lat
            Points in degrees; all finite.

        Returns
        -------
        Coded
            One row per point.
        """
        if not self._pays or len(lon) < _LEAST:
            return coded(asked(lon, lat, self._resolution))
        key = np.empty(len(lon), np.int64)

        def place(span: slice) -> None:
            """Find the lattice positions of one part."""
            key[span] = positions(lon[span], lat[span], self._resolution)

        in_threads(place, spans(len(lon), _CHUNK))
        distinct, code = _encoded(key)
        self._pays = len(distinct) * _SHARING <= len(lon)
        if not self._pays:
            return coded(asked(lon, lat, self._resolution))
        example = np.empty(len(distinct), np.int64)
        example[code] = np.arange(len(code))
        cells = self._named(distinct, lon[example], lat[example])
        doubtful = np.flatnonzero(key < 0)
        code[doubtful] = len(cells) + np.arange(len(doubtful))
        return Coded(np.concatenate([cells, asked(lon[doubtful], lat[doubtful], self._resolution)]), code)

    def _named(self, keys: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.uint64]:
        """Return the cells of distinct lattice positions, each with one of its points."""
        at = search(self._keys, keys)
        new = np.append(self._keys, -2)[at] != keys
        if new.any():
            known = np.concatenate([self._keys, keys[new]])
            cells = np.concatenate([self._cells, asked(lon[new], lat[new], self._resolution)])
            order = np.argsort(known)
            self._keys, self._cells = known[order], cells[order]
            at = search(self._keys, keys)
        return self._cells[at]


def search(known: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.int64]:
    """Return where values stand, or would stand, in a sorted array; quickest in the order of the array."""
    order = np.argsort(wanted)
    out = np.empty(len(wanted), np.int64)
    out[order] = np.searchsorted(known, wanted[order])
    return out


def coded(cells: NDArray[np.uint64]) -> Coded:
    """Name each of a column of cells once."""
    return Coded(*_encoded(cells))


def _encoded(values: NDArray[np.int64] | NDArray[np.uint64]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the distinct values of a column, and for each row the position of its value."""
    found = pa.array(values).dictionary_encode()
    return found.dictionary.to_numpy(), found.indices.to_numpy().astype(np.int64)


def asked(lon: NDArray[np.float64], lat: NDArray[np.float64], resolution: int) -> NDArray[np.uint64]:
    """Return the H3 cell of each point, each computed by the library.

    Parameters
    ----------
    lon, lat
        Points in degrees; all finite.
    resolution
        H3 resolution, 0 to 15.

    Returns
    -------
    numpy.ndarray
        One cell id per point.
    """
    out = np.empty(len(lon), np.uint64)

    def place(span: slice) -> None:
        """Compute one part."""
        out[span] = pa.array(coordinates_to_cells(lat[span], lon[span], resolution)).to_numpy()

    in_threads(place, spans(len(lon), 10_000))
    return out


def positions(lon: NDArray[np.float64], lat: NDArray[np.float64], resolution: int) -> NDArray[np.int64]:
    """Return a number for the face and lattice point of each point; -1 where rounding could matter.

    Parameters
    ----------
    lon, lat
        Points in degrees.
    resolution
        H3 resolution, at most 10.

    Returns
    -------
    numpy.ndarray
        Equal numbers for points of the same hexagon on the same face.
    """
    every = faces(resolution)
    normals = np.array([face.normal for face in every])
    out = np.full(len(lon), -1, np.int64)
    nearest = 0
    for start in range(0, len(lon), _CHUNK):
        point = directions(lon[start : start + _CHUNK], lat[start : start + _CHUNK])
        left = np.arange(point.shape[1])
        for _ in every:
            face = every[nearest]
            on = face.normal @ point - (face.beside @ point).max(axis=0) > _TIE
            here = point if on.all() else point[:, on]
            out[start + left[on]] = nearest * _ROOM * _ROOM + _nearest(face, here)
            point, left = point[:, ~on], left[~on]
            if not len(left):
                break
            nearest = int(np.argmax(normals @ point[:, 0]))
    out[out < 0] = -1
    return out


def _nearest(face: Face, point: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return a number for the nearest lattice point on a face; far below 0 where another is almost as near."""
    q, r, depth = face.frame @ point
    q /= depth
    r /= depth
    # Lines across the middles of the edges, in three directions, cut the plane into thirds of hexagons.
    third = np.floor(q + 2 * r + 1)
    j = np.floor((np.floor(r - q + 1) + third) / 3)
    i = np.floor((np.floor(2 * q + r + 1) + third) / 3) - j
    q -= i
    r -= j
    # Within a hexagon these three stay below 1, whatever led to its centre.
    reach = np.maximum(np.maximum(np.abs(2 * q + r), np.abs(q + 2 * r)), np.abs(q - r))
    key: NDArray[np.int64] = ((i + _ROOM // 2) * _ROOM + (j + _ROOM // 2)).astype(np.int64)
    key[reach >= 1 - _EDGE] = np.iinfo(np.int64).min // 2
    return key


def directions(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unit vectors from the centre of the globe towards points in degrees, one per column."""
    east, north = np.radians(lon), np.radians(lat)
    level = np.cos(north)
    return np.stack([level * np.cos(east), level * np.sin(east), np.sin(north)])


@cache
def faces(resolution: int) -> tuple[Face, ...]:
    """Return the twenty faces of H3's icosahedron with the lattice of a resolution.

    The corners of the icosahedron are the centres of the twelve pentagons, and the centre of a face is the centre of a
    cell, whose neighbours span the lattice.
    """
    corners = np.array([_centre(cell) for cell in h3.get_pentagons(0)])
    sides = corners @ corners.T > 0.4  # 0.447 between corners of one edge, -0.447 and -1 between others
    triples = [t for t in combinations(range(12), 3) if all(sides[a, b] for a, b in combinations(t, 2))]
    normals = np.array([corners[list(t)].sum(axis=0) for t in triples])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    beside = np.argsort(-(normals @ normals.T), axis=1)[:, 1:4]
    return tuple(Face(n, normals[b], _frame(n, resolution)) for n, b in zip(normals, beside, strict=True))


def _frame(normal: NDArray[np.float64], resolution: int) -> NDArray[np.float64]:
    lon, lat = np.degrees(np.arctan2(normal[1], normal[0])), np.degrees(np.arcsin(normal[2]))
    middle = h3.latlng_to_cell(lat, lon, resolution)
    around = np.array([_centre(cell) for cell in h3.grid_disk(middle, 1) if cell != middle])
    steps = around / (around @ normal)[:, None] - normal
    left = [s for s in steps if np.cross(steps[0], s) @ normal > 0]
    second = max(left, key=lambda s: float(s @ steps[0]))
    return np.vstack([np.linalg.pinv(np.column_stack([steps[0], second])), normal])


def _centre(cell: int) -> NDArray[np.float64]:
    lat, lon = h3.cell_to_latlng(cell)
    out: NDArray[np.float64] = directions(np.array([lon]), np.array([lat]))[:, 0]
    return out

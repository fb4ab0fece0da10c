"""Nests: JSON and WKB that hold themselves too often, found without following them.

Parsers follow a nest by calling themselves, and a hundred thousand levels end a process. JSON is counted bracket by
bracket; in WKB only what may be nested is looked into.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

#: Levels of JSON; GeoJSON needs about ten, and properties some more.
DEEPEST = 200
#: Bytes below which WKB cannot hold enough levels to harm: a level takes nine.
HARMLESS = 9 * DEEPEST
#: Longest WKB of one geometry.
LONGEST = 64 << 20
#: Bytes of the shortest ring: four corners and their number.
_RING = 68
#: Parts without a ring that a geometry may have.
_EMPTY_PARTS = 1000
_CHUNK = 1 << 22
_QUOTE, _BACKSLASH = 34, 92
_LINE, _POLYGON, _LINES, _MULTIPOLYGON = 2, 3, 5, 6
#: Flags in the type of extended WKB: a height, a measure, an identifier of the CRS.
_Z, _M, _SRID = 0x80000000, 0x40000000, 0x20000000
FLAGS = _Z | _M | _SRID


def depth(path: Path, deepest: int = DEEPEST) -> int:
    """Count how deep the brackets of a JSON file are nested; those inside strings do not count.

    Parameters
    ----------
    path
        The file, or lines of JSON.
    deepest
        Level beyond which counting stops.

    Returns
    -------
    int
        The deepest level; more than `deepest` where it goes on.
    """
    level = most = 0
    inside = 0
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            while piece.endswith(b"\\") and (more := file.read(1)):
                piece += more
            if b"\\" in piece:
                piece = piece.replace(b"\\\\", b"").replace(b'\\"', b"")
            data = np.frombuffer(piece, np.uint8)
            marks = np.isin(data, _MARKS).nonzero()[0]
            found = data[marks]
            quoted = (np.cumsum(found == _QUOTE) + inside) % 2 == 1
            steps = np.where(quoted, 0, _STEPS[found])
            levels = level + np.cumsum(steps)
            if levels.size:
                level, inside = int(levels[-1]), int(quoted[-1])
                most = max(most, int(levels.max()))
            if most > deepest:
                return most
    return most


_MARKS = np.frombuffer(b'"[]{}', np.uint8)
_STEPS = np.zeros(256, np.int64)
_STEPS[[ord("["), ord("{")]] = 1
_STEPS[[ord("]"), ord("}")]] = -1


class NestError(Exception):
    """WKB that no parser should see: it is cut short, promises more than it holds, or is too long."""


def is_plain(value: bytes) -> bool:
    """Say whether long WKB is a polygon or a line, or a collection of one of the two and nothing else.

    Anything else of that length is not for a parser: points are short, and other collections may be nested.

    Parameters
    ----------
    value
        WKB of `HARMLESS` bytes or more, extended or ISO.

    Returns
    -------
    bool
        True where a parser may have it; coordinates and rings may still be wrong.

    Raises
    ------
    NestError
        If it is cut short, promises more than it holds, or is longer than `LONGEST`.
    """
    if len(value) > LONGEST:
        raise NestError
    try:
        kind, place, order, _ = _head(value, 0)
        if kind in _SKIPS:
            _SKIPS[kind](value, 0)
        elif kind in _PARTS:
            (parts,) = struct.unpack_from(order + "I", value, place)
            place += 4
            if parts > len(value) // (9 + _SHORTEST[kind]) + _EMPTY_PARTS:
                raise NestError
            for _ in range(parts):
                if _head(value, place)[0] != _PARTS[kind]:
                    return False
                place = _SKIPS[_PARTS[kind]](value, place)
        else:
            return False
    except struct.error:
        raise NestError from None
    return True


def _head(value: bytes, place: int) -> tuple[int, int, str, int]:
    """Return type, place behind it, byte order and bytes per point of the geometry that begins at a place."""
    order = {0: ">", 1: "<"}.get(value[place]) if place < len(value) else None
    if order is None:
        raise NestError
    (code,) = struct.unpack_from(order + "I", value, place + 1)
    plain = code & ~FLAGS
    high = plain // 1000
    dimensions = 2 + (bool(code & _Z) or high in {1, 3}) + (bool(code & _M) or high in {2, 3})
    return plain % 1000, place + (9 if code & _SRID else 5), order, 8 * dimensions


def _skip_polygon(value: bytes, place: int) -> int:
    """Return the place behind a polygon."""
    _, place, order, point = _head(value, place)
    (rings,) = struct.unpack_from(order + "I", value, place)
    if rings > len(value) // _RING + 1:
        raise NestError
    place += 4
    for _ in range(rings):
        (corners,) = struct.unpack_from(order + "I", value, place)
        place += 4 + corners * point
    if place > len(value):
        raise NestError
    return place


def _skip_line(value: bytes, place: int) -> int:
    """Return the place behind a line."""
    _, place, order, point = _head(value, place)
    (corners,) = struct.unpack_from(order + "I", value, place)
    place += 4 + corners * point
    if place > len(value):
        raise NestError
    return place


#: Type -> what passes over one; type of a collection -> that of its parts, and bytes of the shortest one.
_SKIPS = {_LINE: _skip_line, _POLYGON: _skip_polygon}
_PARTS = {_LINES: _LINE, _MULTIPOLYGON: _POLYGON}
_SHORTEST = {_LINES: 32, _MULTIPOLYGON: _RING}

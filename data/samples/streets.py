"""Street lines derived from address points: no open package holds the city's own.

A street's numbers run along it, even ones on one side and odd ones on the other, a hundred to a block. So the middle
of a block is between the middles of its two sides, its direction is that in which the numbers rise, and it reaches as
far as its points do. Blocks that follow each other make a street; a street ends in the next one, where that is near.
Where nobody has an address (railway yards, motorways above, bridges) parts of the city would stand alone: their streets
go on to the next block of the same street, and what is still alone is led to what is nearest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from places import METRIC
from scipy import sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Lines = NDArray[np.object_]

#: Blocks of a street that lie farther apart than this are not joined, in metres.
GAP_M = 170.0
#: A street that ends within this of another one is led to it; so much of it beyond a crossing is cut off.
REACH_M, STUB_M = 75.0, 25.0
#: A street goes on over so wide a gap where it would else stand alone; what is alone is led to the next within this.
BRIDGED_M, JOINED_M = 350.0, 250.0
#: A block is read from at least so many different numbers; houses stand about so far from the middle of the street.
LEAST, ASIDE_M = 3, 18.0
#: Streets of at least this length, all parts of one name together, are taken for the city's main ones.
MAIN_M = 6_000.0


def streets(points: pd.DataFrame) -> gpd.GeoDataFrame:
    """Derive street lines from address points.

    Parameters
    ----------
    points
        Address points: house_number, street, lon, lat.

    Returns
    -------
    gpd.GeoDataFrame
        One row per stretch between two crossings: road_id, name, road_class, geometry (EPSG:4326).
    """
    lines, names = _lines(_numbered(points))
    ended, owners = _joined(*_bridged(_led_on(lines), names))
    pieces = shapely.get_parts(shapely.union_all(ended, grid_size=0.5))
    pieces = pieces[~_is_stub(pieces)]
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    owner = shapely.STRtree(ended).nearest(middle)
    main = pd.Series(shapely.length(lines)).groupby(names).sum() >= MAIN_M
    name = pd.Series(owners)[owner].reset_index(drop=True)
    frame = gpd.GeoDataFrame(
        {"name": name, "road_class": np.where(name.map(main), "tertiary", "residential")}, geometry=pieces, crs=METRIC
    ).to_crs("EPSG:4326")
    frame["geometry"] = shapely.set_precision(frame.geometry.to_numpy(), 1e-6, mode="pointwise")
    west, south = shapely.bounds(frame.geometry.to_numpy())[:, :2].T
    frame = frame.iloc[np.lexsort((south, west, frame["name"]))].reset_index(drop=True)
    frame.insert(0, "road_id", [f"M{i:05d}" for i in range(1, len(frame) + 1)])
    return frame


def _numbered(points: pd.DataFrame) -> pd.DataFrame:
    """Return one row per street and number: x and y in metres, block, and side (0 even, 1 odd)."""
    number = points["house_number"].str.extract(r"^(\d+)", expand=False).astype(float)
    at = gpd.GeoSeries(gpd.points_from_xy(points["lon"], points["lat"]), crs="EPSG:4326").to_crs(METRIC)
    frame = pd.DataFrame({"street": points["street"].to_numpy(), "number": number, "x": at.x, "y": at.y})
    once = frame.dropna().groupby(["street", "number"], as_index=False)[["x", "y"]].median()
    return once.assign(block=once["number"] // 100, side=once["number"] % 2)


def _lines(numbered: pd.DataFrame) -> tuple[Lines, Lines]:
    """Join the blocks of each street that follow each other; return lines and their names."""
    lines, names = [], []
    for street, own in numbered.groupby("street", sort=True):
        vertices: list[NDArray[np.float64]] = []
        for ends in _blocks(own):
            if vertices and np.hypot(*(ends[0] - vertices[-1])) > GAP_M:
                lines.append(vertices)
                names.append(street)
                vertices = []
            vertices.extend(ends)
        if vertices:
            lines.append(vertices)
            names.append(street)
    return np.array([shapely.LineString(v) for v in lines], dtype=object), np.array(names, dtype=object)


def _blocks(own: pd.DataFrame) -> Iterator[NDArray[np.float64]]:
    """Yield both ends of each block of a street, in the order of the numbers."""
    for _, block in own.groupby("block", sort=True):
        if len(block) < LEAST:
            continue
        xy = block[["x", "y"]].to_numpy()
        middle = np.median(xy, axis=0)
        near = np.hypot(*(xy - middle).T) < 3 * GAP_M
        xy, side, number = xy[near], block["side"].to_numpy()[near], block["number"].to_numpy()[near]
        if len(xy) < LEAST or np.ptp(number) == 0:
            continue
        # The direction in which numbers rise, over both sides.
        rise = ((number - number.mean())[:, None] * (xy - xy.mean(axis=0))).sum(axis=0)
        if not np.hypot(*rise):
            continue
        along = rise / np.hypot(*rise)
        across = np.array([-along[1], along[0]])
        sides = [xy[side == s] @ across for s in (0, 1) if (side == s).any()]
        if len(sides) == 2:
            offset = sum(np.median(s) for s in sides) / 2
        else:  # of one side alone, even numbers stand on the right of rising ones more often than not
            offset = np.median(sides[0]) + (ASIDE_M if side[0] == 0 else -ASIDE_M)
        ends = np.quantile(xy @ along, [0.02, 0.98])
        if ends[1] - ends[0] > 1:
            yield np.array([along * end + across * offset for end in ends])


def _led_on(lines: Lines) -> Lines:
    """Lead the ends of streets to the next street ahead, else to the nearest, where there is one."""
    tree = shapely.STRtree(lines)
    found = []
    for i, line in enumerate(lines):
        xy = shapely.get_coordinates(line)
        first, last = _next(tree, lines, i, xy[0], xy[1]), _next(tree, lines, i, xy[-1], xy[-2])
        found.append(shapely.LineString([*first, *xy, *last]))
    return np.array(found, dtype=object)


def _next(
    tree: shapely.STRtree, lines: Lines, own: int, end: NDArray[np.float64], before: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return where a street ends that is led on; nothing where no other is near, or it ends in one already."""
    step = end - before
    ahead = end + step / max(np.hypot(*step), 1e-9) * REACH_M
    ray, point = shapely.LineString([end, ahead]), shapely.Point(end)
    others = [j for j in tree.query(ray.buffer(1)) if j != own and shapely.intersects(lines[j], ray)]
    if others:
        hits = shapely.get_coordinates(shapely.intersection(lines[others], ray))
        target = hits[np.hypot(*(hits - end).T).argmin()]
    else:
        close = [j for j in tree.query(point.buffer(REACH_M / 2)) if j != own]
        if not close:
            return []
        best = min(close, key=lambda j: shapely.distance(lines[j], point))
        if shapely.distance(lines[best], point) > REACH_M / 2:
            return []
        target = shapely.get_coordinates(shapely.shortest_line(point, lines[best]))[1]
    way = target - end
    # A little beyond the other street, so that both surely cross.
    return [target + way / max(np.hypot(*way), 1e-9) * 1.0]


def _bridged(lines: Lines, names: Lines) -> tuple[Lines, Lines]:
    """Lead a street over the gap to its own next block, where the two are of different parts of the city."""
    part = _parts(lines)
    found, called = [], []
    for i in np.flatnonzero((names[:-1] == names[1:]) & (part[:-1] != part[1:])).tolist():
        gap = shapely.LineString([shapely.get_point(lines[i], -1), shapely.get_point(lines[i + 1], 0)])
        if gap.length <= BRIDGED_M:
            found.append(gap)
            called.append(names[i])
    return np.append(lines, found), np.append(names, called)


def _joined(lines: Lines, names: Lines) -> tuple[Lines, Lines]:
    """Lead each part of the city that stands alone to the one that is nearest, the shortest ways first."""
    part = _parts(lines)
    whole = np.array([shapely.union_all(lines[part == k]) for k in range(part.max() + 1)], dtype=object)
    one, other = shapely.STRtree(whole).query(whole, predicate="dwithin", distance=JOINED_M)
    one, other = one[one < other], other[one < other]
    found, called, group = [], [], np.arange(len(whole))
    for k in np.argsort(shapely.distance(whole[one], whole[other]), kind="stable").tolist():
        a, b = group[one[k]], group[other[k]]
        if a == b:
            continue
        group[group == a] = b
        start, end = shapely.get_coordinates(shapely.shortest_line(whole[one[k]], whole[other[k]]))
        beyond = (end - start) / max(np.hypot(*(end - start)), 1e-9)
        found.append(shapely.LineString([start - beyond, end + beyond]))  # so that it surely crosses both
        called.append(names[shapely.STRtree(lines).nearest(shapely.Point(start))])
    return np.append(lines, found), np.append(names, called)


def _parts(lines: Lines) -> NDArray[np.int32]:
    """Return the number of the part of the city that each line belongs to: lines of one part hang together."""
    one, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    beside = sparse.coo_array((np.ones(len(one)), (one, other)), (len(lines), len(lines)))
    return csgraph.connected_components(beside, directed=False)[1]


def _is_stub(pieces: Lines) -> NDArray[np.bool_]:
    """Say which pieces are short and lead nowhere."""
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(pieces, i)) for i in (0, -1)])
    _, number, count = np.unique(np.rint(ends * 2), axis=0, return_inverse=True, return_counts=True)
    alone = (count[number.ravel()] == 1).reshape(2, -1).any(axis=0)
    return alone & (shapely.length(pieces) < STUB_M)

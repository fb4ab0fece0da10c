"""Flows as tapered arrows: wide where they begin, pointed where they end, so that no head covers a place.

Of the ways to show where a line leads, a taper is read fastest and with the fewest errors (Holten and van Wijk 2009, A
user study on visualizing directed edges in graphs). Each lies to the right of its line: two ways between the same
places stand side by side.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.maps.choropleth import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gcrm.maps.description import MapDescription

    Floats = NDArray[np.float64]

#: Width of the largest flow as a share of the ground that all cover, and the least width as a share of that.
_WIDEST, _LEAST = 0.03, 0.06


def describe_flows(
    names: Sequence[tuple[str, str]],
    lines: Sequence[shapely.Geometry],
    trips: Sequence[float],
    *,
    title: str = "Trips",
    note: str = "",
    total: int | None = None,
) -> MapDescription:
    """Describe a map of flows, the largest on top.

    Parameters
    ----------
    names
        Where each flow begins and ends.
    lines
        Straight lines from origin to destination, in EPSG:4326.
    trips
        How much flows; finite.
    title
        What flows.
    note
        As in `gcrm.maps.description.Layer`.
    total
        How many flows there are, drawn or not; those drawn where null.

    Returns
    -------
    MapDescription
        One layer of areas, one per flow, as wide as it is large, and the legend of their colours.
    """
    amount = np.asarray(trips, float)
    rows = [
        (f"{i}", f"{names[i][0]} to {names[i][1]}", arrow, float(amount[i]), "known")
        for arrow, i in zip(arrows(lines, amount), range(len(lines)), strict=True)
    ]
    order = np.argsort(amount, kind="stable")
    whole = describe([rows[i] for i in order], title=title, noun="Flows", method="natural", note=note)
    layer = replace(whole.layers[0], total=len(rows) if total is None else total)
    return replace(whole, layers=(layer,))


def arrows(lines: Sequence[shapely.Geometry], trips: Floats) -> list[shapely.Polygon]:
    """Draw a tapered arrow along each line.

    Parameters
    ----------
    lines
        Straight lines in EPSG:4326.
    trips
        What each is as wide as.

    Returns
    -------
    list of shapely.Polygon
        One triangle per line, in EPSG:4326; its base is at the beginning, on the right.
    """
    if not len(lines):
        return []
    ends = shapely.get_coordinates(np.asarray(lines, object)).reshape(-1, 2, 2)
    shrink = np.array([np.cos(np.radians(ends[..., 1].mean())), 1.0])
    flat = ends * shrink
    spread = float(np.hypot(*(flat.max(axis=(0, 1)) - flat.min(axis=(0, 1)))))
    way = flat[:, 1] - flat[:, 0]
    length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-12)
    wide = np.maximum(trips / max(float(trips.max()), 1e-12), _LEAST) * _WIDEST * spread
    wide = np.minimum(wide, length / 2)
    right = np.column_stack([way[:, 1], -way[:, 0]]) / length[:, None]
    corner = flat[:, 0] + right * wide[:, None]
    shapes: list[shapely.Polygon] = list(
        shapely.polygons(np.stack([flat[:, 0], corner, flat[:, 1], flat[:, 0]], axis=1) / shrink)
    )
    return shapes

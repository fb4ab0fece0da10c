from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.image import imread
from shapely.geometry import Point, Polygon, box

from gcrm.maps.choropleth import describe
from gcrm.maps.description import Layer, MapDescription, Place
from gcrm.maps.render_print import to_figure

RING = Polygon(box(0, 0, 3, 3).exterior, [box(1, 1, 2, 2).exterior.coords])


def pixels(chart: MapDescription) -> np.ndarray:
    """RGB of the sheet, rows from the top."""
    file = io.BytesIO()
    to_figure(chart, width_in=5, height_in=4).savefig(file, format="png", dpi=60)
    file.seek(0)
    return (imread(file)[..., :3] * 255).round().astype(int)


def share(sheet: np.ndarray, colour: str) -> float:
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return float(np.mean(np.all(np.abs(sheet - wanted) <= 2, axis=-1)))


def test_a_hole_stays_open() -> None:
    solid, ring = (describe([("a", "A", s, 3.0, "known")], title="T", noun="N") for s in (box(0, 0, 3, 3), RING))
    colour = ring.legend.entries[0].colour if ring.legend else ""
    assert share(pixels(ring), colour) == pytest.approx(share(pixels(solid), colour) * 8 / 9, rel=0.03)


def test_names_are_no_formulas() -> None:
    chart = describe([("a", "A", RING, 3.0, "known")], title=r"$\frac{1$ & \undefined", noun="$x")
    assert pixels(chart).shape == (240, 300, 3)


def test_points_and_outlines_are_drawn() -> None:
    areas = describe([("a", "A", RING, 3.0, "known"), ("b", "B", None, None, "unknown")], title="T", noun="N")
    point = Layer("points", "Stores", (Place("s", "Store", Point(1.5, 1.5)), Place("t", "Lost", None)), 2)
    outline = Layer("outlines", "Districts", (Place("d", "D", box(0, 0, 4, 4)),), 1)
    chart = MapDescription("T", (*areas.layers, outline, point), areas.legend, "a")
    assert share(pixels(chart), "#b3432b") > 0
    assert share(pixels(areas), "#b3432b") == 0


def test_nothing_can_be_printed() -> None:
    assert pixels(MapDescription("Empty", (), None)).min() < 255

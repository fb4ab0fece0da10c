"""Regions are read in order, repaired where they must be, dissolved from children, and linked to parents."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely
from shapely import from_wkt

from gcrm.conform.family import dissolve, parents
from gcrm.conform.region import Region, area_m2, fault, repaired


def region(
    name: str, parent: str | None = None, geometry: shapely.Geometry | None = None, *days: date | None
) -> Region:
    since, until = days or (None, None)
    return Region(name, name, parent, since, until, geometry, geometry)


@pytest.mark.parametrize(
    ("given", "kept", "why"),
    [
        (
            "POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))",
            "MULTIPOLYGON (((0 0, 0 2, 1 1, 0 0)), ((1 1, 2 2, 2 0, 1 1)))",
            "Self-int",
        ),
        ("POLYGON ((0 0, 4 0, 4 2, 2 2, 2 4, 2 2, 0 2, 0 0))", "POLYGON ((0 0, 4 0, 4 2, 0 2, 0 0))", "Self-int"),
        (
            "GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)), POINT (5 5))",
            "POLYGON ((0 0, 1 0, 1 1, 0 0))",
            "a Geom",
        ),
        ("LINESTRING (0 0, 1 1)", None, "a LineString is no polygon"),
        ("POLYGON ((0 0, 1 1, 2 2, 0 0))", None, "Self-int"),
        ("POLYGON EMPTY", None, "the geometry is empty"),
    ],
)
def test_what_a_repair_keeps_and_says(given: str, kept: str | None, why: str) -> None:
    assert fault(from_wkt(given)).startswith(why)
    fixed = repaired(from_wkt(given))
    if kept is None:
        assert fixed is None
    else:
        assert fixed is not None
        assert fixed.is_valid
        assert fixed.equals(from_wkt(kept))


def test_a_missing_geometry_is_the_union_of_the_children_level_by_level() -> None:
    y = date(2020, 1, 1)
    districts = [region("D"), region("E"), region("F", None, shapely.box(9, 9, 10, 10))]
    zones = [region("z1", "D"), region("z2", "D", shapely.box(1, 0, 2, 1)), region("z3", "F", shapely.box(0, 0, 1, 1))]
    blocks = [
        region("b1", "z1", shapely.box(0, 0, 0.5, 1)),
        region("b2", "z1", shapely.box(0.5, 0, 1, 1), None, y),
        region("b3", "z1", shapely.box(0.5, 0, 1, 1.5), y, None),
        region("b4", "nowhere", shapely.box(5, 5, 6, 6)),
    ]
    found = [[r.geometry for r in level] for level in dissolve([districts, zones, blocks])]
    district, zone = found[0], found[1]
    assert district[0].equals(from_wkt("POLYGON ((0 0, 2 0, 2 1, 1 1, 1 1.5, 0.5 1.5, 0.5 1, 0 1, 0 0))"))
    assert district[1] is None
    assert district[2].equals(shapely.box(9, 9, 10, 10))
    assert zone[0].equals(from_wkt("POLYGON ((0 0, 1 0, 1 1.5, 0.5 1.5, 0.5 1, 0 1, 0 0))"))


def test_children_of_another_time_are_left_out_of_a_union() -> None:
    y, z = date(2010, 1, 1), date(2020, 1, 1)
    districts = [region("D", None, None, None, y), region("D", None, None, y, None)]
    zones = [region("z1", "D", shapely.box(0, 0, 1, 1), None, y), region("z2", "D", shapely.box(1, 0, 2, 1), z, None)]
    (old, new), _ = dissolve([districts, zones])
    assert old.geometry.equals(shapely.box(0, 0, 1, 1))
    assert new.geometry.equals(shapely.box(1, 0, 2, 1))


def test_parents_are_versions_of_the_same_time() -> None:
    y, z = date(2010, 1, 1), date(2020, 1, 1)
    above = [region("D", None, None, None, y), region("D", None, None, y, None), region("E")]
    below = [
        region("before", "D", None, None, date(2005, 1, 1)),
        region("across", "D"),
        region("later", "D", None, z, None),
        region("other", "E"),
        region("lost", "X"),
        region("silent"),
    ]
    assert parents(below, above) == [0, 1, 1, 2, None, None]


def test_areas_are_measured_in_the_metric_crs() -> None:
    degree = shapely.box(8.9, 49.9, 9.1, 50.1)
    area = area_m2([degree, None], "EPSG:32632")
    # 0.2 degrees are 22.24 km from south to north, and 14.33 km from west to east at 50 degrees.
    assert area[0] == pytest.approx(22.24e3 * 14.33e3, rel=2e-3)
    assert np.isnan(area[1])

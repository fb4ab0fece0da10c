"""Nests in JSON and WKB: found without following them, and never seen where there are none."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gcrm.ingest import nest
from gcrm.ingest.nest import HARMLESS, LONGEST, NestError, depth, is_plain

if TYPE_CHECKING:
    from pathlib import Path

CIRCLE = shapely.Point(0, 0).buffer(1, quad_segs=100)
RINGS = CIRCLE.difference(shapely.Point(0, 0).buffer(0.5, quad_segs=100))
MANY = shapely.MultiPolygon([shapely.transform(RINGS, lambda xy, i=i: xy + 3 * i) for i in range(5)])
TREES = st.recursive(
    st.one_of(st.text(max_size=6), st.integers(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=40,
)


def levels(tree: Any) -> int:
    if isinstance(tree, dict):
        return 1 + max(map(levels, tree.values()), default=0)
    return 1 + max(map(levels, tree), default=0) if isinstance(tree, list) else 0


@given(tree=TREES, chunk=st.integers(1, 9))
def test_depth_is_that_of_the_tree(tmp_path_factory: pytest.TempPathFactory, tree: Any, chunk: int) -> None:
    """However the file is cut into pieces while it is read."""
    path = tmp_path_factory.mktemp("nest") / "a.json"
    path.write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nest, "_CHUNK", chunk)
        assert depth(path) == levels(tree)


def test_depth_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" * 10_000_000)
    assert depth(path) > 200


@pytest.mark.parametrize(
    "shape",
    [RINGS, MANY, RINGS.exterior, shapely.MultiLineString([g.exterior for g in MANY.geoms])],
    ids=["polygon", "multi-polygon", "line", "multi-line"],
)
@pytest.mark.parametrize("dimensions", ["", "Z", "M", "ZM"])
@pytest.mark.parametrize("flavor", ["iso", "extended"])
@pytest.mark.parametrize("order", [0, 1])
def test_every_way_to_write_areas_and_lines(shape: Any, dimensions: str, flavor: str, order: int) -> None:
    if "Z" in dimensions:
        shape = shapely.force_3d(shape, 1.0)
    if "M" in dimensions:
        text = shapely.to_wkt(shape, output_dimension=3)
        shape = shapely.from_wkt(text.replace(" Z ", " M ")) if dimensions == "M" else shape
    for srid in (False, True):
        made = shapely.set_srid(shape, 4326) if srid else shape
        more = {"flavor": flavor, "include_srid": srid} if flavor == "extended" else {"flavor": flavor}
        wkb = shapely.to_wkb(made, byte_order=order, output_dimension=4, **more)
        assert len(wkb) > HARMLESS
        assert is_plain(wkb)


@pytest.mark.parametrize("cut", range(5, 12_000, 977))
def test_a_part_of_an_area_is_none(cut: int) -> None:
    wkb = MANY.wkb
    with pytest.raises(NestError):
        is_plain(wkb[:cut])


@pytest.mark.parametrize("kind", [1, 4, 7, 8, 9, 10, 11, 12, 15, 16, 17])
def test_long_wkb_of_another_type_is_no_area(kind: int) -> None:
    assert not is_plain(struct.pack("<BII", 1, kind, 1) * 1000)


@pytest.mark.parametrize("inner", [4, 5, 6, 7, 12])
def test_a_nest_is_no_area(inner: int) -> None:
    nested = struct.pack("<BII", 1, inner, 1) * 1000
    assert not is_plain(struct.pack("<BII", 1, 6, 1) + nested)
    assert not is_plain(struct.pack("<BII", 1, 6, 2) + CIRCLE.wkb + nested)


def test_what_promises_more_than_it_holds() -> None:
    for head in (struct.pack("<BII", 1, 3, 2**32 - 1), struct.pack("<BII", 1, 6, 2**32 - 1), b"\2"):
        with pytest.raises(NestError):
            is_plain(head + bytes(4000))
    with pytest.raises(NestError):
        is_plain(struct.pack("<BIII", 1, 3, 1, 2**31) + bytes(4000))
    with pytest.raises(NestError):
        is_plain(bytes(LONGEST + 1))

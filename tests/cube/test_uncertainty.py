"""How many of a region's customers might belong next door, in a project of two regions and a few streets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import shapely

import gcrm
from app import questions
from gcrm.access.scope import Scope
from gcrm.errors import AccessError, QueryError
from gcrm.pipeline import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gcrm.workspace import Workspace

TOML = """
[project]
name = "Border"
metric_crs = "EPSG:32632"

[hierarchies.city]
levels = ["half"]

[sources.halves]
kind = "regions"
path = "halves.geojson"
level = "half"
[sources.halves.columns]
region_id = "id"
name = "name"

[sources.customers]
kind = "customers"
path = "customers.csv"

[sources.streets]
kind = "address_references"
path = "streets.csv"
"""
#: Border Street runs across the border; Long Street lies deep in the west.
STREETS = "house_number,street,postcode,lon,lat\n" + "".join(
    f"{2 * n},Border Street,10000,{8.01 + (n - 10) * 0.0002},50.005\n"
    f"{2 * n},Long Street,10000,7.85,{50.002 + n * 1e-4}\n"
    for n in range(1, 20)
)
#: w1 is sure; w2 stands 5 m from the border with an error of 10 m; s1-s3 are known to the street only; w3 to a street
#: that nowhere comes near the border.
CUSTOMERS = """customer_id,address,lon,lat
w1,,7.9,50.005
w2,,8.00993,50.005
e1,,8.1,50.005
s1,"99 Border Street, 10000",,
s2,"101 Border Street, 10000",,
s3,"103 Border Street, 10000",,
w3,"99 Long Street, 10000",,
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("border")
    halves = {"w": shapely.box(7.7, 49.9, 8.01, 50.1), "e": shapely.box(8.01, 49.9, 8.3, 50.1)}
    shapes = [
        {"type": "Feature", "properties": {"id": i, "name": f"Half {i}"}, "geometry": shapely.geometry.mapping(shape)}
        for i, shape in halves.items()
    ]
    (folder / "halves.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": shapes}))
    for name, text in (("gcrm.toml", TOML), ("customers.csv", CUSTOMERS), ("streets.csv", STREETS)):
        (folder / name).write_text(text, encoding="utf-8")
    build(folder)
    return folder


@pytest.fixture
def ws(published: Path) -> Iterator[Workspace]:
    opened = gcrm.open(published)
    yield opened
    opened.close()


def test_each_region_says_how_many_might_belong_next_door(ws: Workspace) -> None:
    rows = {row["region_id"]: row for row in ws.uncertainty("half").to_pylist()}
    street = "e" if rows["e"]["records"] > 1 else "w"
    other = {"e": "w", "w": "e"}[street]
    assert rows["w"]["records"] + rows["e"]["records"] == 7
    assert rows[street]["up_to"] == 3 + (street == "w")
    assert rows[other]["up_to"] == (other == "w")
    counts = {row["half"]: row["customers"] for row in ws.query(["customers"], by=["half"]).table.to_pylist()}
    assert {i: row["records"] for i, row in rows.items()} == counts
    assert 1 < rows[street]["expected"] < 2.5, "about half of each circle around the street's middle"


def test_filters_count_and_the_map_says_only_what_is_uncertain(ws: Workspace) -> None:
    assert ws.uncertainty("half", where={"half": "e"}).num_rows == 1
    doubt = questions.next_door(ws, {"by": "half", "where": {}, "period": None})
    assert all(up_to for _, up_to in doubt.values())
    assert sum(up_to for _, up_to in doubt.values()) == 4
    assert questions.next_door(ws, {"by": "h3_r8", "where": {}, "period": None}) == {}


def test_words_are_checked_and_rights_are_needed(ws: Workspace, published: Path) -> None:
    with pytest.raises(QueryError, match="Did you mean 'half'"):
        ws.uncertainty("hal")
    other = gcrm.open(published, scope=Scope("board"))
    with pytest.raises(AccessError, match="no right to single records"):
        other.uncertainty("half")
    assert questions.next_door(other, {"by": "half", "where": {}, "period": None}) == {}
    other.close()

"""How many of a region's customers might belong next door, in a project of two regions and a few streets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import shapely

import gcrm
from app import questions, ranking, scene
from app.focus import fit
from app.selection import Selection
from gcrm.access.scope import Scope
from gcrm.cli import main
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
    asked = {"by": "half", "measure": "customers", "where": {}, "period": None}
    rows = {row["region_id"]: row for row in ws.uncertainty("half").to_pylist()}
    assert questions.next_door(ws, asked) == {
        i: f"of {row['records']} customers, up to {row['up_to']} might belong next door"
        for i, row in rows.items()
        if row["up_to"]
    }
    assert (
        questions.next_door(ws, asked | {"by": "h3_r8"}) == questions.next_door(ws, asked | {"measure": "orders"}) == {}
    )
    assert questions.next_door(ws, asked | {"measure": "prospects"}) == {}, "there are none"


def test_words_are_checked_and_rights_are_needed(ws: Workspace, published: Path) -> None:
    with pytest.raises(QueryError, match="Did you mean 'half'"):
        ws.uncertainty("hal")
    other = gcrm.open(published, scope=Scope("board"))
    with pytest.raises(AccessError, match="no right to single records"):
        other.uncertainty("half")
    asked = {"by": "half", "measure": "customers", "where": {}, "period": None}
    assert questions.next_door(other, asked) == {}
    other.close()


def test_the_command_line_says_it(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["gcrm", "uncertainty", str(ws.folder), "--by", "half"])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr().out
    assert not end.value.code
    for row in ws.uncertainty("half").to_pylist():
        line = next(text for text in said.splitlines() if text.strip().startswith(row["region_id"] + " "))
        assert line.split()[-3:] == [str(row["records"]), str(row["up_to"]), f"{row['expected']:.1f}"]


def test_the_table_of_the_dashboard_marks_what_is_uncertain(ws: Workspace) -> None:
    def ask(make: Any, **question: Any) -> Any:
        return make(ws, json.loads(json.dumps(question)))

    focus = fit(Selection(level="half"), ask(questions.catalog), lambda level: ask(questions.regions, level=level))
    rows = ranking.table_data(focus, scene.describe_scene(focus, ask, "snap"), ask)["rows"]
    notes = {row["id"]: row["cells"][1].get("note") for row in rows}
    doubt = {row["region_id"]: row["up_to"] for row in ws.uncertainty("half").to_pylist()}
    assert {i: note is not None for i, note in notes.items()} == {i: up_to > 0 for i, up_to in doubt.items()}

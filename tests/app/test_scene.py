"""The scene against the workspace: what map and table say is what a query answers."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from app import questions, ranking, scene
from app.focus import fit
from app.selection import Selection, View
from gcrm.access.scope import Scope
from gcrm.workspace import Workspace, open_workspace
from tests.app import shop

if TYPE_CHECKING:
    from pathlib import Path

    from app.focus import Focus
    from gcrm.maps.description import MapDescription


class Stage:
    """Scenes of one reader."""

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws

    def ask(self, make: Any, **question: Any) -> Any:
        return make(self.ws, json.loads(json.dumps(question)))

    def focus(self, **words: Any) -> Focus:
        return fit(
            Selection(**words), self.ask(questions.catalog), lambda level: self.ask(questions.regions, level=level)
        )

    def scene(self, **words: Any) -> tuple[Focus, MapDescription]:
        focus = self.focus(**words)
        return focus, scene.describe_scene(focus, self.ask, "snap")

    def map(self, **words: Any) -> dict[str, Any]:
        return scene.map_data(*self.scene(**words), self.ask, "snap")

    def table(self, **words: Any) -> dict[str, Any]:
        return ranking.table_data(*self.scene(**words), self.ask)


@pytest.fixture(scope="module")
def stage(workspace: Workspace) -> Stage:
    return Stage(workspace)


def texts(table: dict[str, Any]) -> list[list[str]]:
    return [[row["rank"], *(cell["text"] for cell in row["cells"])] for row in table["rows"]]


def test_the_table_ranks_with_share_and_change(stage: Stage) -> None:
    table = stage.table(level="zone", measure="revenue")
    assert table["columns"] == ["#", "Zone", "Revenue", "Share", "Change"]
    assert texts(table) == [
        ["1", "Zone One", "€120.00", "58.0 %", "+100 %"],  # of 207 euros, 7 of them without a zone
        ["2", shop.HOSTILE_ZONE, "€60.00", "29.0 %", "+100 %"],
        ["3", "Zone Three", "€20.00", "9.66 %", "+100 %"],
        ["4", "Zone Four", "€0", "0 %", "0 %"],
    ]
    assert [row["length"] for row in table["rows"]] == pytest.approx([1, 0.5, 1 / 6, 0])


def test_ratios_have_no_shares_and_the_unknown_no_rank(stage: Stage) -> None:
    table = stage.table(level="zone", measure="penetration", period="2024-Q1")
    assert table["columns"] == ["#", "Zone", "Penetration", "Change"]
    assert texts(table) == [
        ["1", shop.HOSTILE_ZONE, "6 %", "unknown"],
        ["2", "Zone One", "6 %", "unknown"],
        ["3", "Zone Three", "2.50 %", "unknown"],
        ["", "Zone Four", "unknown", "unknown"],
    ]


def test_the_map_says_what_is_on_it_and_what_is_not(stage: Stage) -> None:
    assert stage.map(level="zone")["statements"] == [
        "Zone: showing 4 of 4; customers without zone: 1",
        "Customers: showing 10 of 11; 1 not located to their address",
    ]
    assert stage.map(level="zone", measure="penetration")["statements"][0].endswith("customers without zone: 1")
    assert stage.map(path=(("district", "n"),))["statements"][0] == "Zone: showing 2 of 2; no customers without zone"
    assert stage.map(cells=9)["statements"][0].endswith("customers without location: 1")


def test_many_customers_are_not_drawn_one_by_one(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "POINTS", 9)
    data = stage.map(level="zone")
    assert data["points"]["features"]["features"] == []
    assert data["statements"][1].startswith("Customers: showing 0 of 11; 1 not located to their address; single ones")
    assert len(stage.map(path=(("zone", "z1"),))["points"]["rows"]) == 6


def test_cells_are_sent_with_their_shapes_and_cannot_be_opened(stage: Stage) -> None:
    data = stage.map(path=(("district", "n"), ("zone", "z1")))
    cells = data["areas"]["features"]["features"]
    assert {f["properties"]["id"] for f in cells} == {row["id"] for row in data["areas"]["rows"]}
    assert all(f["geometry"]["type"] == "Polygon" for f in cells)
    assert data["hint"] == ""
    asked = stage.ws.query(["customers"], by=["h3_r9"], where={"zone": "z1"}, period="2024-Q2").table.to_pylist()
    assert {row["id"]: row["text"] for row in data["areas"]["rows"]} == {r["h3_r9"]: str(r["customers"]) for r in asked}


def test_regions_are_fetched_by_address(stage: Stage) -> None:
    data = stage.map(path=(("district", "n"),), view=View(1, 2, 3))
    assert data["areas"]["features"] is None
    assert data["areas"]["source"].startswith("/gcrm/areas/snap/zone.json?")
    assert data["areas"]["source"].endswith("&within=district:n")
    assert (data["outlines"]["level"], data["outlines"]["focus"]) == ("district", "n")
    assert [step["name"] for step in data["path"]] == ["Little Shop", "North"]
    assert data["fit"]["bounds"] == pytest.approx([-122.50, 37.75, -122.44, 37.78])
    assert data["view"] == {"lat": 1, "lon": 2, "zoom": 3}
    json.dumps(data, allow_nan=False)


def test_the_position_decides_only_where_the_focus_changes(stage: Stage) -> None:
    token = stage.map(level="zone")["fit"]["token"]
    assert stage.map(measure="revenue", segments=("single",))["fit"]["token"] == token
    assert stage.map(path=(("district", "n"),))["fit"]["token"] != token


def test_who_may_not_see_records_gets_no_points_and_no_small_counts(shop_project: Path) -> None:
    guest = Stage(open_workspace(shop_project, Scope("guest")))
    data = guest.map(level="zone")
    assert data["points"] is None
    shown = {row["id"]: row["text"] for row in data["areas"]["rows"]}
    assert {shown["z1"], shown["z2"], shown["z3"]} == {"withheld"}
    assert "customers without zone: withheld" in data["statements"][0]
    assert "suppressed" in {e["key"] for e in data["legend"]["entries"]}
    changes = {row["id"]: row["cells"][-1]["text"] for row in guest.table(level="zone")["rows"]}
    assert {changes["z1"], changes["z2"], changes["z3"]} == {"unknown"}


def test_figures_stand_against_region_and_period(stage: Stage) -> None:
    asked = partial(stage.ask, questions.kpis, period="2024-Q2", where={})
    found = {k.measure.name: k for k in asked(path=[["district", "n"], ["zone", "z1"]])}
    assert (found["customers"].here.value, found["customers"].above.value) == (6, 9)
    assert (found["revenue"].here.value, found["revenue"].change, found["revenue"].share) == (120, 1.0, 120 / 180)
    assert stage.ask(questions.name_before, period="2024-Q2") == "vs 2024-Q1"
    assert stage.ask(questions.name_before, period="2024-Q1") == ""
    assert stage.ask(questions.name_before, period="2024-05") == "vs 2024-04"

"""Buildings, profile, form and decisions of a small town, built through the whole pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h3
import pytest

import gcrm
from gcrm.access.scope import Scope
from gcrm.errors import AccessError, QueryError, RecordError
from gcrm.pipeline import build
from tests.analysis import town as small
from tests.analysis.town import lonlat

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small town, built: read it, never write to it."""
    folder = tmp_path_factory.mktemp("town")
    small.write(folder)
    build(folder)
    return folder


def test_a_small_town_is_told_building_by_building(town):
    ws = gcrm.open(town)
    listed = {r["building_id"]: r for r in ws.buildings(period="2020").to_pylist()}
    figures = ("residence_type", "units", "customers", "change", "penetration")
    assert {name: tuple(r[f] for f in figures) for name, r in listed.items()} == {
        "h1": ("detached", 1, 1, 0, 1.0),
        "h2": ("detached", 1, 0, 0, 0.0),
        "flats": ("large_multi", 8, 2, 1, 0.25),  # the second one came in November
        "h3": ("detached", 1, 0, 0, 0.0),
    }
    assert set(ws.buildings({"side": "east"})["building_id"].to_pylist()) == {"h3"}
    assert set(ws.buildings({"residence_type": "detached", "side": ["west"]})["building_id"].to_pylist()) == {
        "h1",
        "h2",
    }
    with pytest.raises(QueryError, match="residence_type"):
        ws.buildings({"residence_typ": "detached"})
    ws.close()


def test_the_profile_is_customers_by_homes(town):
    ws = gcrm.open(town)
    rows = {r["residence_type"]: r for r in ws.profile(period="2020").to_pylist()}
    # Of three customers in known homes two live in flats, and of eleven homes eight are flats; one is in no building.
    assert rows["large_multi"]["index"] == pytest.approx(100 * (2 / 3) / (8 / 11))
    assert rows["detached"]["index"] == pytest.approx(100 * (1 / 3) / (3 / 11))
    assert rows["detached"]["index_low"] < 100 < rows["detached"]["index_high"]
    assert (rows[None]["customers"], rows[None]["index"]) == (1, None)
    west = {r["residence_type"]: r["base"] for r in ws.profile(where={"side": "west"}, period="2020").to_pylist()}
    assert west == {"large_multi": 8, "detached": 2}
    ws.close()


def test_form_is_measured_per_cell(town):
    ws = gcrm.open(town)
    table = ws.form(7).to_pylist()
    assert sum(r["buildings"] for r in table) == 4
    lon, lat = lonlat(5, 5)
    row = next(r for r in table if r["cell"] == h3.latlng_to_cell(lat, lon, 7))
    expected = 3 * 100 + 400 if row["buildings"] == 4 else None
    assert row["coverage"] * row["area_m2"] == pytest.approx(expected, rel=1e-3)
    assert row["floor_area_ratio"] * row["area_m2"] == pytest.approx(3 * 200 + 4 * 400, rel=1e-3)
    assert row["share_detached"] == 0.75
    ws.close()


def test_a_card_tells_the_building_and_who_is_there(town):
    ws = gcrm.open(town)
    found = ws.card("customers", "b").home
    assert {name: found[name] for name in ("building_id", "residence_type", "units", "units_from", "prospects")} == {
        "building_id": "flats",
        "residence_type": "large_multi",
        "units": 8,
        "units_from": "building",
        "prospects": 0,
    }
    assert (found["customers"], found["change"]) == (2, 1)  # the data end with the one who came in November
    assert ws.card("customers", "d").home is None
    ws.close()


def test_cells_add_up_to_their_buildings(town):
    ws = gcrm.open(town)
    lon, lat = lonlat(5, 5)
    rows = {r["cell"]: r for r in ws.building_cells(6, period="2020").to_pylist()}
    assert rows[h3.latlng_to_cell(lat, lon, 6)] == {
        "cell": h3.latlng_to_cell(lat, lon, 6),
        "buildings": 4,
        "units": 11,
        "customers": 3,
        "prospects": 0,
        "penetration": pytest.approx(3 / 11),
        "residence_type": "detached",
        "building_use": "residential",
    }
    east = ws.building_cells(12, {"side": "east"}, "2020").to_pylist()
    assert [(r["buildings"], r["customers"], r["penetration"]) for r in east] == [(1, 0, 0.0)]
    with pytest.raises(QueryError, match="16"):
        ws.building_cells(16)
    ws.close()


def test_a_decision_counts_from_the_next_build_on_and_outlives_it(tmp_path):
    town = tmp_path
    small.write(town)
    build(town)
    ws = gcrm.open(town)
    ws.decide_residence("h2", "mixed", 3)
    ws.decide_residence("h2", "small_multi", 3)
    for bad, error in ((("nowhere", "mixed"), QueryError), (("h1", "castle"), RecordError)):
        with pytest.raises(error):
            ws.decide_residence(*bad)
    for _ in range(2):
        build(town)
        ws.refresh()
        row = ws.buildings({"building_id": "h2"}).to_pylist()[0]
        assert (row["residence_type"], row["residence_from"], row["units"], row["units_from"]) == (
            *("small_multi", "decision"),
            *(3, "decision"),
        )
    ws.close()


def test_without_record_rights_no_building_is_told(town):
    ws = gcrm.open(town, scope=Scope("reader", record_rights=False))
    for ask in (ws.buildings, ws.profile, lambda: ws.form(8), lambda: ws.building_cells(8), lambda: ws.footprints([0])):
        with pytest.raises(AccessError):
            ask()
    ws.close()

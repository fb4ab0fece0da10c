"""Territories over the figures of the demo project, and the command."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

import gcrm
from gcrm.access.scope import Scope
from gcrm.analysis.territory import Rules
from gcrm.cli.territories import app
from gcrm.errors import AccessError, DesignError
from gcrm.workspace import open_workspace
from gcrm.workspace.territories import Figures
from tests.analysis.territory import brute


@pytest.fixture(scope="module")
def ws(demo_project):
    return gcrm.open(demo_project)


def test_units_are_the_regions_with_their_figures(ws):
    units = ws.territories.units("zip", ["customers", "workload"])
    asked = ws.query(["customers"], by=["zip"]).frame.set_index("zip")["customers"]
    for unit, amount in zip(units.ids, units.activities["customers"], strict=True):
        assert amount == asked.get(unit, 0)
    busy = units.activities["customers"] > 0
    assert (units.activities["workload"][busy] >= units.activities["customers"][busy] * 4 * 0.5).all()
    shapes = ws.regions("zip").set_index("region_id").to_crs(26910).geometry
    for a, b in list(units.borders)[::7]:
        assert shapes[a].distance(shapes[b]) < 6


def test_a_design_keeps_its_rules_and_says_how_good_it_is(ws):
    found = ws.territories.design("zip", 3, {"customers": 0.3}, seconds=20)
    units = ws.territories.units("zip", ["customers"])
    rules = Rules(3, {"customers": 0.3}, islands="join")
    assert [f for f in brute.faults(units, rules, found.territory) if "falls apart" not in f] == []
    assert found.state == "optimal"
    table = ws.territories.table("zip", found)
    assert table["centre"].sum() == 3
    assert set(table["unit"]) == set(found.territory)


def test_amounts_of_ones_own_and_minutes_instead_of_metres(ws):
    own = dict.fromkeys(ws.values("district"), 1.0)
    figures = Figures(given={"shops": own}, travel="drive")
    units = ws.territories.units("district", ["shops"], figures)
    assert units.activities["shops"].tolist() == [1.0] * len(own)
    assert units.travel is not None
    assert np.diag(units.travel).tolist() == [0.0] * len(own)
    found = ws.territories.design("district", 2, {"shops": 0.5}, figures=figures, rules=None)
    assert 0 < found.cost < 60


def test_sites_are_chosen_for_the_customers_of_regions(ws):
    found = ws.territories.site("zip", 3, measure="customers")
    assert found["is_site"].sum() == 3
    assert found.attrs["state"] == "optimal"
    assert (found["weight"] * found["cost"]).sum() == pytest.approx(found.attrs["value"])
    assert set(found["site"]) == set(found.attrs["sites"])
    first = found.attrs["sites"][0]
    stays = next(unit for unit in found["unit"] if unit not in found.attrs["sites"])
    again = ws.territories.site("zip", 3, opened=[stays], figures=Figures(travel="drive"))
    assert stays in again.attrs["sites"]
    most = ws.territories.site("zip", 1, method="cover_most", reach=3000, candidates=[first, stays])
    assert most.attrs["value"] == most.loc[most["cost"].notna(), "weight"].sum()
    with pytest.raises(DesignError, match="needs a reach"):
        ws.territories.site("zip", 2, method="cover_all")
    with pytest.raises(DesignError, match="Did you mean 'centre'"):
        ws.territories.site("zip", 2, method="center")


def test_who_may_not_see_exact_figures_designs_nothing(demo_project):
    guest = open_workspace(demo_project, Scope("guest"))
    with pytest.raises(AccessError, match="guest"):
        guest.territories.units("zone")


def test_what_cannot_be_is_told(ws):
    with pytest.raises(DesignError, match="cannot be made of"):
        ws.territories.design("district", 99, ["customers"])


def test_the_command_prints_and_writes_what_it_found(demo_project, tmp_path):
    path = tmp_path / "cut.geojson"
    words = ["territories", "design", "zip", "3", str(demo_project), "-a", "customers=0.4", "--seconds", "10"]
    done = CliRunner().invoke(app, [*words, "--output", str(path)])
    assert done.exit_code == 0, done.output
    assert "proved" in done.output
    features = json.loads(path.read_text())["features"]
    assert len({f["properties"]["territory"] for f in features}) == 3

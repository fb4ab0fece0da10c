"""Trading areas and the choice of a store through a workspace, over a small company whose truth was drawn."""

from __future__ import annotations

import io

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

import gcrm
from gcrm.access.scope import Scope
from gcrm.cli import app as cli
from gcrm.errors import AccessError, QueryError
from gcrm.pipeline import build
from gcrm.workspace.trading import USUAL

NEAR = {"method": "ring", "km": 1.5}

TOML = """
[project]
name = "Choice"
metric_crs = "EPSG:32610"

[hierarchies.city]
levels = ["side"]

[trading_areas.near]
method = "ring"
km = 1.5

[sources.sides]
kind = "regions"
level = "side"
path = "sides.geojson"

[sources.side_statistics]
kind = "zone_statistics"
level = "side"
path = "households.csv"
statistics = { households = "households" }
"""
SOURCE = """
[sources.{0}]
kind = "{0}"
path = "{0}.csv"
"""
STORES = {"A": (-122.44, 37.74, 500), "B": (-122.40, 37.76, 2000), "C": (-122.43, 37.78, 1000)}
DEGREE_M = np.array([111_320 * np.cos(np.radians(37.76)), 110_990])
#: A store draws by its size to the power of 1 and by travel time to the power of -2.
DECAY = -2.0


def _went(rng, homes):
    at = np.array([s[:2] for s in STORES.values()])
    minutes = np.hypot(*((homes[:, None] - at[None]) * DEGREE_M).transpose(2, 0, 1)) * 1.3 / (25_000 / 60)
    weight = np.array([s[2] for s in STORES.values()]) * np.maximum(minutes, 0.5) ** DECAY
    chance = (weight / weight.sum(axis=1, keepdims=True)).cumsum(axis=1)
    return (chance < rng.random((len(homes), 1))).sum(axis=1)


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    """600 customers who choose among three stores as Huff says, anew in either year."""
    made, rng = tmp_path_factory.mktemp("choice"), np.random.default_rng(8)
    kinds = ("stores", "customers", "orders")
    (made / "gcrm.toml").write_text(TOML + "".join(SOURCE.format(k) for k in kinds))
    stores = "".join(f"{i},Store {i},{size},{lon},{lat}\n" for i, (lon, lat, size) in STORES.items())
    (made / "stores.csv").write_text("store_id,name,floor_area_m2,lon,lat\n" + stores)
    homes = np.round(np.column_stack([rng.uniform(-122.46, -122.38, 600), rng.uniform(37.73, 37.79, 600)]), 6)
    people = "".join(f"c{i},{x},{y}\n" for i, (x, y) in enumerate(homes.tolist()))
    (made / "customers.csv").write_text("customer_id,lon,lat\n" + people)
    rows = []
    for year in (2018, 2019):
        rows += [
            f"o{year}-{i},c{i},{year}-03-{1 + i % 28:02},{'ABC'[k]},{10 + i % 7}\n"
            for i, k in enumerate(_went(rng, homes))
        ]
    (made / "orders.csv").write_text("order_id,customer_id,ordered_on,store_id,amount\n" + "".join(rows))
    boxes = {"west": (-122.46, -122.42), "east": (-122.42, -122.38)}
    shapes = [shapely.box(a, 37.73, b, 37.79) for a, b in boxes.values()]
    gpd.GeoDataFrame({"region_id": list(boxes)}, geometry=shapes, crs=4326).to_file(made / "sides.geojson")
    (made / "households.csv").write_text("region_id,as_of,households\nwest,2018-01-01,900\neast,2018-01-01,800\n")
    build(made)
    opened = gcrm.open(made)
    yield opened
    opened.close()


def test_areas_of_any_method_with_what_they_hold(ws):
    found = ws.trade_areas("threshold_ring", share=0.6)
    assert found["store_id"].tolist() == ["A", "B", "C"]
    assert found["own_share"].between(0.6, 0.64).all()
    assert found.crs.to_epsg() == 4326
    declared = ws.trade_areas("near")
    same = ws.trade_areas("ring", km=1.5)
    assert declared.geometry.geom_equals(same.geometry).all()
    inside = (
        ws.query(["customers"], by=["near"], period="2019").frame.dropna(subset="near").set_index("near")["customers"]
    )
    own = ws.trade_areas("near", period="2019").set_index("store_id")
    assert (own["customers"] + own["others"]).to_dict() == inside.to_dict()


def test_bands_and_sensitivity(ws):
    band = ws.trade_areas.bands("threshold_ring", share=0.8, rounds=20)
    assert band["part"].tolist() == ["inner", "outer"] * 3
    sizes = band.to_crs(32610).area
    assert (sizes[1::2].to_numpy() > sizes[::2].to_numpy()).all()
    alone = ws.trade_areas.bands("threshold_ring", share=0.8, rounds=20, stores=["B"])
    assert alone["store_id"].tolist() == ["B", "B"]
    assert alone.to_crs(32610).area.to_numpy() == pytest.approx(sizes[2:4].to_numpy(), rel=0.3)
    strip = ws.trade_areas.sensitivity("ring", "km", [1, 2])
    assert len(strip) == 6
    wide, narrow = (strip[strip["value"] == km].set_index("store_id") for km in (2, 1))
    assert (wide["customers"] > narrow["customers"]).all()


def test_the_back_test_recommends_the_model_that_customers_follow(ws):
    found = ws.trade_areas.backtest("2018", "2019")
    assert found["method"].iloc[0] == "huff power"
    assert set(found["method"]) >= {"ring 2 km", "thiessen", "density 80 %", "shares alone"}
    assert found["score"].is_monotonic_decreasing


def test_the_parameters_of_the_choice_lie_within_their_intervals(ws):
    found = ws.choice(300.0)
    table = found.parameters.set_index("parameter")
    assert table.loc["size", "low"] < 1 < table.loc["size", "high"]
    assert table.loc["decay", "low"] < DECAY < table.loc["decay", "high"]
    assert found.stores["observed"].sum() == pytest.approx(found.stores["expected"].sum())
    assert found.shares.groupby("origin")["share"].sum().to_numpy() == pytest.approx(1)
    assert (found.held_out(4)["score"] > found.held_out(4)["even"]).all()
    assert "estimate" in found.note
    assert found.competition["rivals"].between(1, 3).all()


def test_what_a_change_moves_adds_up(ws):
    found = ws.choice("side", market="households", decay="exponential")
    assert found.fit.names == ("size", "decay", "outside")
    assert found.origins["market"].tolist() == [800, 900]
    now = found.what_if()
    assert now["change"].abs().max() == 0
    moved = found.what_if(opened=[{"name": "New", "lon": -122.42, "lat": 37.76, "size": 1500}], closed=["A"])
    assert moved["before"].sum() == pytest.approx(1700)
    assert moved["after"].sum() == pytest.approx(1700)
    by = moved.set_index("store_id")
    assert by.loc["A", "after"] == 0
    assert by.loc["New", "before"] == 0
    assert by["to New"].sum() == pytest.approx(by.loc["New", "after"])
    assert found.what_if(resized={"B": 4000}).set_index("store_id").loc["B", "change"] > 0
    with pytest.raises(QueryError, match="no store 'D'"):
        found.what_if(closed=["D"])


def test_what_cannot_be_asked_is_refused(ws):
    with pytest.raises(QueryError, match="Did you mean 'ring'"):
        ws.trade_areas("rings", km=1)
    with pytest.raises(QueryError, match="needs 'km'"):
        ws.trade_areas("ring")
    with pytest.raises(QueryError, match="name a level"):
        ws.choice(300.0, market="households")
    other = gcrm.open(ws.folder, Scope("marketing"))
    for ask in (
        lambda: other.trade_areas("ring", km=1),
        other.choice,
        lambda: other.trade_areas.backtest("2018", "2019"),
    ):
        with pytest.raises(AccessError):
            ask()
    other.close()


def test_a_scope_sees_only_the_customers_of_its_regions(ws):
    west = gcrm.open(ws.folder, Scope("west", {"side": ("west",)}, record_rights=True))
    part, whole = (w.trade_areas("ring", km=20).set_index("store_id")["customers"] for w in (west, ws))
    assert (part < whole).all()
    assert (part > 0).all()
    west.close()


def test_who_lives_in_areas_is_shared_out_by_ground(ws):
    west, east = (shapely.box(a, 37.73, b, 37.79) for a, b in ((-122.46, -122.42), (-122.42, -122.38)))
    half = shapely.box(-122.44, 37.73, -122.42, 37.79)
    areas = gpd.GeoDataFrame({"store_id": ["A", "B", "C"]}, geometry=[half, west.union(east), None], crs=4326)
    found = ws.trade_areas.people(areas, ["households", "ghosts"])
    assert found.columns.tolist() == ["store_id", "households", "covered"]
    assert found["households"].tolist()[:2] == pytest.approx([450, 1700], rel=1e-3)
    assert np.isnan(found["households"][2])
    assert found["covered"].tolist()[:2] == pytest.approx([1, 1], abs=1e-4)
    beyond = gpd.GeoDataFrame({"store_id": ["A"]}, geometry=[shapely.box(-122.46, 37.7, -122.42, 37.79)], crs=4326)
    assert ws.trade_areas.people(beyond, ["households"])["covered"].item() == pytest.approx(6 / 9, rel=1e-3)
    with pytest.raises(QueryError, match="No level has a statistic 'ghosts'"):
        ws.trade_areas.people(areas, ["ghosts"])


def test_areas_drawn_elsewhere_and_declared_ones_stand_in_the_back_test(ws):
    assert set(ws.trade_areas.usual()) == {*USUAL, "near"}
    found = ws.trade_areas.backtest("2018", "2019", {"given": {"method": "regions", "level": "near"}, "own": NEAR})
    both = found.set_index("method")
    assert both.loc["given", "score"] == pytest.approx(both.loc["own", "score"], abs=1e-12)
    with pytest.raises(QueryError, match="No region of 'side' is named by a store"):
        ws.trade_areas.backtest("2018", "2019", {"given": {"method": "regions", "level": "side"}})


def test_the_same_on_the_command_line(ws, tmp_path, monkeypatch):
    monkeypatch.setattr("gcrm.workspace.trading.USUAL", {"huff power": {"method": "huff"}})

    def run(*words):
        found = CliRunner().invoke(cli, ["trade-areas", *words, "--folder", str(ws.folder)])
        assert found.exit_code == 0, found.output
        return found.output

    drawn = pd.read_csv(io.StringIO(run("draw", "near", "--store", "B", "--people", "--format", "csv")))
    expected = ws.trade_areas("near").set_index("store_id").loc["B"]
    assert drawn["store_id"].tolist() == ["B"]
    assert drawn["customers"].item() == expected["customers"]
    assert 0 < drawn["households"].item() < 1700
    file = tmp_path / "areas.geojson"
    run("draw", "ring", "--km", "1", "-o", str(file))
    assert len(gpd.read_file(file)) == 3
    told = pd.read_csv(io.StringIO(run("backtest", "2018", "2019", "--level", "near", "--format", "csv")))
    assert told["method"].iloc[0] == "huff power"
    wrong = CliRunner().invoke(cli, ["trade-areas", "draw", "near", "--store", "Z", "--folder", str(ws.folder)])
    assert isinstance(wrong.exception, QueryError)

"""The choice of a store by several attractions, with competitors and an outside option, where the truth was drawn."""

from __future__ import annotations

import io

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

import gcrm
from gcrm.cli import app as cli
from gcrm.errors import QueryError, UserError
from gcrm.pipeline import build

TOML = """
[project]
name = "Choice"
metric_crs = "EPSG:32610"

[hierarchies.city]
levels = ["zone"]

[sources.zones]
kind = "regions"
level = "zone"
path = "zones.geojson"

[sources.zone_statistics]
kind = "zone_statistics"
level = "zone"
path = "households.csv"
statistics = { households = "households" }

[sources.stores]
kind = "stores"
path = "stores.csv"
attractions = { parking = "spaces" }

[sources.rivals]
kind = "competitors"
path = "rivals.csv"
attractions = { parking = "spaces" }

[sources.customers]
kind = "customers"
path = "customers.csv"

[sources.orders]
kind = "orders"
path = "orders.csv"
"""
CORNER, STEP, ZONES, HOUSEHOLDS = np.array([-122.5, 37.7]), 0.004, 20, 30
DEGREE_M = np.array([111_320 * np.cos(np.radians(37.74)), 110_990])
#: What households follow: exponents of size and parking, the power of travel time, and the utility of staying away.
TRUTH = {"size": 0.8, "parking": 0.5, "decay": -1.6, "outside": 3.0}
STORES, RIVALS = 9, 4


def _stores(rng, count, letter):
    at = CORNER + rng.uniform(0.1, 0.9, (count, 2)) * STEP * ZONES
    size, parking = rng.integers(3, 40, count) * 50, rng.integers(5, 200, count)
    ids = [f"{letter}{i}" for i in range(count)]
    return pd.DataFrame({"id": ids, "floor_area_m2": size, "spaces": parking, "lon": at[:, 0], "lat": at[:, 1]})


def _choose(rng, homes, stores):
    gap = (homes[:, None] - stores[["lon", "lat"]].to_numpy()[None]) * DEGREE_M
    minutes = np.maximum(np.hypot(gap[..., 0], gap[..., 1]) * 1.3 / (25_000 / 60), 0.5)
    pull = stores["floor_area_m2"].to_numpy() ** TRUTH["size"] * stores["spaces"].to_numpy() ** TRUTH["parking"]
    weight = np.column_stack([pull * minutes ** TRUTH["decay"], np.full(len(homes), np.exp(TRUTH["outside"]))])
    chance = (weight / weight.sum(axis=1, keepdims=True)).cumsum(axis=1)
    return (chance < rng.random((len(homes), 1))).sum(axis=1)


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    """12,000 households in 400 zones; those who chose one of nine stores of the company are its customers."""
    made, rng = tmp_path_factory.mktemp("attractions"), np.random.default_rng(11)
    (made / "gcrm.toml").write_text(TOML)
    own, others = _stores(rng, STORES, "s"), _stores(rng, RIVALS, "r")
    own.rename(columns={"id": "store_id"}).to_csv(made / "stores.csv", index=False)
    others.rename(columns={"id": "competitor_id"}).to_csv(made / "rivals.csv", index=False)
    corners = CORNER + STEP * np.stack(np.meshgrid(range(ZONES), range(ZONES)), -1).reshape(-1, 2)
    names = [f"z{i}" for i in range(len(corners))]
    shapes = shapely.box(*corners.T, *(corners + STEP).T)
    gpd.GeoDataFrame({"region_id": names}, geometry=shapes, crs=4326).to_file(made / "zones.geojson")
    table = pd.DataFrame({"region_id": names, "as_of": "2018-01-01", "households": HOUSEHOLDS})
    table.to_csv(made / "households.csv", index=False)
    homes = np.repeat(corners, HOUSEHOLDS, axis=0) + rng.uniform(0.02, 0.98, (len(corners) * HOUSEHOLDS, 2)) * STEP
    went = _choose(rng, homes, pd.concat([own, others]))
    mine = np.flatnonzero(went < STORES)
    customers = pd.DataFrame({"customer_id": mine, "lon": homes[mine, 0], "lat": homes[mine, 1]})
    customers.to_csv(made / "customers.csv", index=False)
    orders = {"order_id": mine, "customer_id": mine, "ordered_on": "2019-03-01", "amount": 10}
    pd.DataFrame({**orders, "store_id": [f"s{k}" for k in went[mine]]}).to_csv(made / "orders.csv", index=False)
    build(made)
    opened = gcrm.open(made)
    opened.true_totals = np.bincount(went, minlength=STORES + RIVALS + 1)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def fitted(ws):
    return ws.choice("zone", market="households")


def _held(found, names, wide=1.0):
    """Say which parameters lie in their intervals, of `wide` times the usual width."""
    table = found.parameters.set_index("parameter")
    gap = {n: abs(table.loc[n, "value"] - TRUTH[n]) / (1.96 * table.loc[n, "error"]) for n in names}
    return all(ratio < wide for ratio in gap.values()), gap


def test_people_of_an_hour_choose_as_customers_were_found_to(ws, fitted):
    words = {"residents": "households", "jobs": "households"}
    found = ws.population.demand("zone", **words, choice=fitted)
    here = ws.population.around("zone", **words)
    noon = here[here["hour"] == 12].set_index("member")["persons"]
    regions = ws.regions("zone").set_index("region_id")
    at = fitted.ground.how.between(
        np.array([[p.x, p.y] for p in regions.geometry.loc[noon.index].representative_point()]), fitted.players.at
    )
    size, parking, power, stay = fitted.parameters["value"]
    pull = fitted.players.figures[:, 0] ** size * fitted.players.figures[:, 1] ** parking * np.maximum(at, 0.5) ** power
    wanted = (noon.to_numpy()[:, None] * pull / (pull.sum(axis=1, keepdims=True) + np.exp(stay))).sum(axis=0)
    rows = found[found["hour"] == 12]
    assert rows["store_id"].tolist() == list(fitted.players.ids)
    assert rows["own"].tolist() == fitted.players.own.tolist()
    assert not rows["own"].all(), "competitors stand beside them"
    assert rows["people"].to_numpy() == pytest.approx(wanted, rel=0.02)  # a zone's point is not quite its middle
    assert rows["share"].sum() == pytest.approx(1)
    plain = ws.population.demand("zone", **words)
    assert plain["own"].all()
    assert plain.groupby("hour")["people"].sum()[12] == pytest.approx(noon.sum()), "nobody stays at home"


def test_two_attractions_competitors_and_those_who_stay_away_are_recovered(ws, fitted):
    assert fitted.fit.names == ("size", "parking", "decay", "outside")
    assert _held(fitted, TRUTH)[0], fitted.parameters
    alone = ws.choice(200.0)
    assert alone.fit.names == ("size", "parking", "decay")
    assert _held(alone, ("size", "parking", "decay"))[0], alone.parameters
    # Nobody's customers are known but one's own; those of competitors are foretold all the same.
    stores = fitted.stores
    assert stores["own"].tolist() == [True] * STORES + [False] * RIVALS
    assert stores["observed"].isna().sum() == RIVALS
    assert stores["expected"].to_numpy() == pytest.approx(ws.true_totals[:-1], rel=0.15)
    kept = fitted.held_out(4)
    assert (kept["score"] > kept["even"]).all()
    size = ws.choice("zone", market="households", attractions=["size"])
    assert size.fit.names == ("size", "decay", "outside")
    assert size.fit.log_likelihood < fitted.fit.log_likelihood - 20
    assert (size.held_out(4)["score"] < kept["score"]).all()


def test_the_regression_and_the_totals_of_stores_tell_the_same(fitted):
    for found, wide in ((fitted.by_regression(0.5), None), (fitted.by_totals(), 1.5)):
        assert found.fit.names == fitted.fit.names
        assert found.fit.log_likelihood <= fitted.fit.log_likelihood
        assert np.isfinite(found.parameters["error"]).all()
        kept = found.held_out(4)
        assert (kept["score"] > kept["even"]).all()
        if wide is not None:
            assert _held(found, TRUTH, wide)[0], found.parameters
    assert fitted.by_totals().misplaced < fitted.misplaced + 1e-3
    with pytest.raises(QueryError, match="logarithm"):
        fitted.by_regression()


def test_every_decay_and_competing_destinations_are_taken(ws):
    for decay, names in (("exponential", ("decay",)), ("logistic", ("decay_steepness", "decay_midpoint"))):
        found = ws.choice("zone", market="households", decay=decay)
        assert found.fit.names == ("size", "parking", *names, "outside")
        assert found.fit.converged
    found = ws.choice("zone", market="households", competing=True)
    assert found.fit.names == ("size", "parking", "competition", "decay", "outside")
    low, high = (found.parameters.set_index("parameter").loc["competition", word] for word in ("low", "high"))
    assert low < 0 < high  # households take no notice of it
    with pytest.raises(QueryError, match="takes a power"):
        ws.choice("zone", decay="exponential").by_regression(0.5)


def test_whoever_is_no_customer_went_where_the_asker_says(ws, fitted):
    outside = ws.choice("zone", market="households", elsewhere="outside")
    assert outside.stores["own"].all()
    rivals = ws.choice("zone", market="households", elsewhere="competitors")
    assert "outside" not in rivals.fit.names
    for found in (outside, rivals, fitted):
        whole = found.what_if(closed=["s0"])
        assert whole["before"].sum() == pytest.approx(ZONES**2 * HOUSEHOLDS)
        assert whole["after"].sum() == pytest.approx(ZONES**2 * HOUSEHOLDS)
    with pytest.raises(QueryError, match="name a `market`"):
        ws.choice("zone", elsewhere="competitors")
    with pytest.raises(QueryError, match="Did you mean 'parking'"):
        ws.choice("zone", attractions=["size", "parkin"])


NEW = {"lon": -122.46, "lat": 37.74}


def test_a_store_that_opens_closes_or_grows_moves_what_it_takes(ws, fitted):
    whole = ZONES**2 * HOUSEHOLDS
    opened = ws.what_if.open("ring", km=2, attractions={"size": 1500}, choice=fitted, **NEW)
    closed = ws.what_if.close("s0", "ring", km=2, choice=fitted)
    grown = ws.what_if.resize("s0", {"size": 4000, "parking": 300}, "ring", km=2, choice=fitted)
    shrunk = ws.what_if.resize("s0", {"parking": 5}, "ring", km=2, choice=fitted)
    for found, store, sign in ((opened, "new store", 1), (closed, "s0", -1), (grown, "s0", 1), (shrunk, "s0", -1)):
        assert found["before"].sum() == pytest.approx(whole)
        assert found["after"].sum() == pytest.approx(whole)
        by = found.set_index("store_id")
        assert by["moved"].sum() == pytest.approx(sign * by.loc[store, "change"])
        assert by.loc[store, "change"] * sign > 10
        assert found["store_id"].tolist()[-2:] == [store, "elsewhere"]
        assert found["moved"].dropna()[:-1].is_monotonic_decreasing
        others = by.drop(index=[store])
        assert (others["change"] * sign).to_numpy() == pytest.approx(-others["moved"].to_numpy())
    # The share of what closes that goes to each is as the shares of the others were: irrelevant alternatives.
    shares = fitted.shares[fitted.shares["origin"] == "z210"].set_index("store_id")["share"]
    moved = ws.choice("zone", market="households").what_if(closed=["s0"]).set_index("store_id")
    assert moved.loc["s0", "after"] == 0
    assert 0 < shares["s0"] < 1


def test_what_areas_have_in_common_is_as_counted_by_hand(ws, fitted):
    areas = ws.trade_areas("ring", km=2).to_crs(32610).set_index("store_id").geometry
    people = pd.read_csv(ws.folder / "customers.csv").merge(pd.read_csv(ws.folder / "orders.csv"), on="customer_id")
    at = gpd.GeoSeries.from_xy(people["lon"], people["lat"], crs=4326).to_crs(32610)
    new = gpd.GeoSeries.from_xy([NEW["lon"]], [NEW["lat"]], crs=4326).to_crs(32610).buffer(2000).item()
    origins = gpd.GeoSeries.from_xy(fitted.origins["lon"], fitted.origins["lat"], crs=4326).to_crs(32610)
    opened = ws.what_if.open("ring", km=2, choice=fitted, **NEW).set_index("store_id")
    closed = ws.what_if.close("s0", "ring", km=2, choice=fitted).set_index("store_id")
    for store in areas.index[1:]:
        both, inner = areas[store].intersection(new), (people["store_id"] == store) & at.within(new)
        assert opened.loc[store, "km2"] == pytest.approx(both.area / 1e6, rel=0.01, abs=0.01)
        assert opened.loc[store, "ground"] == pytest.approx(both.area / areas[store].area, abs=0.01)
        assert opened.loc[store, "customers"] == pytest.approx(inner.sum(), abs=2)
        assert opened.loc[store, "sales"] == pytest.approx(10 * inner.sum(), abs=20)
        assert opened.loc[store, "demand"] == pytest.approx(HOUSEHOLDS * origins.within(both).sum(), abs=4 * HOUSEHOLDS)
        left = (people["store_id"] == "s0") & at.within(areas[store])
        assert closed.loc[store, "customers"] == pytest.approx(left.sum(), abs=2)
        assert closed.loc[store, "share"] == pytest.approx(left.sum() / (people["store_id"] == "s0").sum(), abs=0.01)
    # By the nearest store, the ground of one that closes is dealt out whole, and so are its customers.
    dealt = ws.what_if.close("s0", "thiessen", choice=fitted).set_index("store_id")
    alone = ws.trade_areas("thiessen").set_index("store_id")
    assert dealt["km2"].sum() == pytest.approx(alone.loc["s0", "area_km2"], rel=0.01)
    assert dealt["share"].sum() == pytest.approx(1, abs=0.01)


def test_what_cannot_be_is_refused(ws, fitted, tmp_path):
    for words, fault in (
        ({"size": 0}, "above 0"),
        ({"sise": 3}, "Did you mean 'size'"),
    ):
        with pytest.raises(QueryError, match=fault):
            ws.what_if.open("ring", km=2, attractions=words, choice=fitted, **NEW)
        with pytest.raises(QueryError, match=fault):
            ws.what_if.resize("s0", words, "ring", km=2, choice=fitted)
    with pytest.raises(QueryError, match="no store 'r9'"):
        ws.what_if.close("r9", choice=fitted)
    with pytest.raises(QueryError, match="is not told by 'density'"):
        ws.what_if.close("s0", "density", share=0.8, choice=fitted)
    with pytest.raises(QueryError, match="beyond the world"):
        ws.what_if.open("ring", km=2, choice=fitted, lon=37.74, lat=-122.46)
    with pytest.raises(QueryError, match="cannot close and be resized"):
        fitted.what_if(closed=["s0"], resized={"s0": 900})
    with pytest.raises(QueryError, match="There is a store 's0' already"):
        ws.what_if.open("ring", km=2, name="s0", choice=fitted, **NEW)
    for line, fault in (
        ("attractions = { size = 'spaces' }", "means something else"),
        ("attractions = { parking = 'slots' }", "no column 'slots'"),
    ):
        (tmp_path / "gcrm.toml").write_text(
            f'[project]\nname = "x"\nmetric_crs = "EPSG:32610"\n[sources.s]\nkind = "stores"\npath = "s.csv"\n{line}\n'
        )
        (tmp_path / "s.csv").write_text("store_id,spaces\na,3\n")
        with pytest.raises(UserError, match=fault):
            build(tmp_path)


def test_the_same_on_the_command_line(ws):
    def run(*words):
        found = CliRunner().invoke(cli, ["trade-areas", *words, "--folder", str(ws.folder), "--format", "csv"])
        assert found.exit_code == 0, found.output
        return pd.read_csv(io.StringIO(found.output))

    market = ("--level", "zone", "--market", "households")
    told = run("choice", *market).set_index("parameter")["value"]
    assert told["parking"] == pytest.approx(TRUTH["parking"], abs=0.2)
    assert run("choice", "--attraction", "size")["parameter"].tolist() == ["size", "decay"]
    new = run("new-store", "ring", "--km", "2", "--at", "-122.46,37.74", "--size", "900", "--attraction", "parking=9")
    assert new["store_id"].tolist()[-2:] == ["new store", "elsewhere"]
    for words in (("close", "s1", "ring"), ("resize", "s1", "ring", "--size", "3000")):
        found = run(*words, "--km", "2", *market)
        assert found["before"].sum() == pytest.approx(found["after"].sum())
    wrong = CliRunner().invoke(cli, ["trade-areas", "resize", "s1", "--folder", str(ws.folder)])
    assert isinstance(wrong.exception, QueryError)

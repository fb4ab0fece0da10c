"""Invented customers choose their store by a rule that is known, and what fits rules to data finds it again."""

from __future__ import annotations

import hashlib
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pyproj import Geod
from scipy.stats import binom, chi2
from typer.testing import CliRunner

import gcrm
from gcrm.cli import app as cli
from gcrm.errors import ProjectError
from gcrm.generate import Choice, generate
from gcrm.pipeline import build

SMALL = {"customers": 1200, "regions": 60, "seed": 3, "file_format": "csv"}
#: The files of a small project, from before customers could choose.
BEFORE = {
    "orders.csv": "be7b1f0f62b73d0fcc671df6d75df3b7dd3023f9fe681320fdad4a96fe83c197",
    "order_lines.csv": "24a4ec7a1c174d6234b1b1ffd7dae04e31403569b556c6bfcb377eecdc4e57d4",
    "zone_statistics.csv": "676fceb516db67b0e0707139eef9e89e74a5f3a4eef9c059cb6ee2bb02ec2399",
}
TRUTH = {"size": 0.9, "decay": -2.0}


def read(folder, name):
    return pd.read_csv(folder / "data" / f"{name}.csv", dtype=str)


def went(folder):
    """The store of each customer who is known by good orders: number of the customer, and of the store."""
    orders = read(folder, "orders").dropna(subset=["customer_id", "store_id"])
    orders = orders[orders["ordered_on"].str.fullmatch(r"201[67]-\d\d-\d\d") & (orders["ordered_on"] != "2016-02-30")]
    pairs = orders[["customer_id", "store_id"]].drop_duplicates().astype({"customer_id": int})
    assert pairs["customer_id"].is_unique  # each keeps to one store
    return pairs["customer_id"].to_numpy() - 1, pairs["store_id"].str[1:].astype(int).to_numpy() - 1


def minutes(folder):
    """Minutes from each customer to each store: geodesics, 1.3 times as long, at 25 km/h."""
    homes = pq.read_table(folder / "truth" / "customers.parquet").to_pandas()
    stores = read(folder, "stores").astype({"lon": float, "lat": float, "floor_area_m2": float})
    ends = [np.broadcast_to(homes[name].to_numpy()[:, None], (len(homes), len(stores))) for name in ("lon", "lat")]
    to = [np.broadcast_to(stores[name].to_numpy(), ends[0].shape) for name in ("lon", "lat")]
    metres = Geod(ellps="WGS84").inv(*(v.ravel() for v in (*ends, *to)))[2].reshape(ends[0].shape)
    return metres * 1.3 / (25_000 / 60), stores["floor_area_m2"].to_numpy()


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain") / "p"
    generate(folder, **SMALL)
    return folder


def test_by_zone_the_project_is_what_it_always_was(plain):
    found = {name: hashlib.sha256((plain / "data" / name).read_bytes()).hexdigest() for name in BEFORE}
    assert found == BEFORE
    assert read(plain, "stores")["floor_area_m2"].tolist() == ["800", "700", "2250", "800", "1100", "750"]
    assert not (plain / "truth" / "choice.json").exists()


@pytest.mark.parametrize("choice", [Choice("huff"), Choice("nearest")])
def test_whatever_customers_choose_all_else_is_the_same(plain, tmp_path, choice):
    generate(tmp_path / "p", choice=choice, **SMALL)
    for path in plain.rglob("*"):
        if path.is_file() and path.name != "orders.csv":
            assert (tmp_path / "p" / path.relative_to(plain)).read_bytes() == path.read_bytes(), path
    one, two = read(plain, "orders"), read(tmp_path / "p", "orders")
    assert one.drop(columns="store_id").equals(two.drop(columns="store_id"))
    assert (one["store_id"].isna() == two["store_id"].isna()).all()
    assert (one["store_id"] != two["store_id"])[one["store_id"].notna()].mean() > 0.5


def test_by_huffs_model_stores_draw_by_size_and_time(tmp_path, monkeypatch):
    choice = Choice("huff", size=0.6, decay=-1.5)
    generate(tmp_path / "p", choice=choice, **SMALL)
    assert json.loads((tmp_path / "p" / "truth" / "choice.json").read_text()) == {
        "rule": "huff",
        "size": 0.6,
        "decay": -1.5,
        "floor_min": 0.5,
    }
    time, area = minutes(tmp_path / "p")
    weight = area**0.6 * np.maximum(time, 0.5) ** -1.5
    chance = weight / weight.sum(axis=1, keepdims=True)
    truth = pq.read_table(tmp_path / "p" / "truth" / "stores.parquet").to_pandas()
    assert truth["store_id"].tolist() == read(tmp_path / "p", "stores")["store_id"].tolist()
    assert truth["expected"].to_numpy() == pytest.approx(chance.sum(axis=0))
    assert truth["customers"].sum() == SMALL["customers"]
    # Who orders does not hang on the store, so that those who are seen are a sample of all.
    who, store = went(tmp_path / "p")
    assert (np.bincount(store, minlength=len(area)) <= truth["customers"]).all()
    want = chance[who].sum(axis=0)
    assert ((np.bincount(store, minlength=len(area)) - want) ** 2 / want).sum() < chi2.ppf(0.999, len(area) - 1)
    # Likelier stores are chosen as often as they say: the chance of what was chosen, against its expectation.
    told, mean = chance[who, store], (chance[who] ** 2).sum(axis=1)
    spread = np.sqrt(((chance[who] ** 3).sum(axis=1) - mean**2).sum())
    assert abs((told - mean).sum()) < 3.3 * spread
    # However few pairs are looked at together.
    monkeypatch.setattr("gcrm.generate.choice._PAIRS", 20)
    generate(tmp_path / "q", choice=choice, **SMALL)
    assert (tmp_path / "q" / "data" / "orders.csv").read_bytes() == (
        tmp_path / "p" / "data" / "orders.csv"
    ).read_bytes()


@pytest.mark.parametrize("astray", [0.0, 0.3])
def test_by_nearness_customers_go_to_the_nearest_store_but_for_those_astray(tmp_path, astray):
    generate(tmp_path / "p", choice=Choice("nearest", astray=astray), **SMALL)
    time, _ = minutes(tmp_path / "p")
    who, store = went(tmp_path / "p")
    away = int((time[who].argmin(axis=1) != store).sum())
    low, high = binom.ppf([0.0005, 0.9995], len(who), astray * (1 - 1 / time.shape[1]))
    assert low <= away <= high
    truth = pq.read_table(tmp_path / "p" / "truth" / "stores.parquet").to_pandas()
    near = np.bincount(time.argmin(axis=1), minlength=time.shape[1])
    assert truth["expected"].to_numpy() == pytest.approx((1 - astray) * near + astray * len(time) / time.shape[1])
    assert truth["customers"].sum() == SMALL["customers"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"rule": "huf"}, "Did you mean 'huff'"),
        ({"rule": "huff", "decay": 2}, "found 0.9 and 2"),
        ({"rule": "huff", "size": float("nan")}, "found nan"),
        ({"rule": "nearest", "astray": 1.5}, "found 1.5"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(words, fault):
    with pytest.raises(ValueError, match=fault):
        Choice(**words)


def test_a_choice_that_no_order_shows_is_refused(tmp_path):
    with pytest.raises(ValueError, match="some orders"):
        generate(tmp_path / "p", customers=10, orders_per_customer=0, choice=Choice("huff"))
    assert not (tmp_path / "p").exists()


def test_the_command_takes_the_rule_and_its_parameters(tmp_path):
    def run(*words):
        return CliRunner().invoke(cli, ["generate", str(tmp_path / "p"), "--customers", "50", *words])

    for words, fault in (
        (("--decay", "-3"), "--decay goes with --choice huff"),
        (("--choice", "huff", "--astray", "0.1"), "--astray goes with --choice nearest"),
        (("--choice", "huff", "--decay", "3"), "found 0.9 and 3"),
    ):
        found = run(*words)
        assert isinstance(found.exception, ProjectError)
        assert fault in str(found.exception)
        assert not (tmp_path / "p").exists()
    assert run("--choice", "huff", "--decay", "-3").exit_code == 0
    assert json.loads((tmp_path / "p" / "truth" / "choice.json").read_text())["decay"] == -3


def opened(folder, choice, seed=1):
    """A generated project of eight stores and 3,000 customers, built and opened."""
    generate(folder, customers=3000, regions=80, seed=seed, orders_per_customer=3, choice=choice)
    if choice.rule == "zone":
        add_areas(folder)
    build(folder)
    return gcrm.open(folder)


def add_areas(folder):
    """Add the zones of each store to the project as areas that were drawn elsewhere."""
    zones = gpd.read_parquet(folder / "data" / "zones.parquet")
    zones["region_id"] = [f"S{1 + k // 10:04d}" for k in range(len(zones))]
    zones[["region_id", "geometry"]].dissolve("region_id").reset_index().to_file(folder / "data" / "areas.geojson")
    with (folder / "gcrm.toml").open("a") as file:
        file.write('\n[hierarchies.areas]\nlevels = ["area"]\n[sources.areas]\nkind = "regions"\nlevel = "area"\n')
        file.write('path = "data/areas.geojson"\n')


def held(fitted):
    """Say which true parameters lie in their 95 % intervals."""
    table = fitted.parameters.set_index("parameter")
    return [table.loc[name, "low"] <= true <= table.loc[name, "high"] for name, true in TRUTH.items()]


def test_huffs_model_is_found_again_and_foretells_best(tmp_path):
    ws = opened(tmp_path / "p", Choice("huff", **TRUTH))
    fitted = ws.choice()
    assert held(fitted) == [True, True]
    assert (fitted.parameters["error"] < [0.08, 0.06]).all()
    assert fitted.fit.converged
    verdict = ws.trade_areas.backtest("2016", "2017")
    assert verdict["method"][0] == "huff power"
    assert verdict["recommended"][0]
    ws.close()


def test_the_nearest_store_is_found_again_with_those_astray(tmp_path):
    ws = opened(tmp_path / "p", Choice("nearest", astray=0.1))
    verdict = ws.trade_areas.backtest("2016", "2017")
    assert verdict["method"][0] == "thiessen"
    assert verdict["recommended"][0]
    assert verdict["doubt"][0] == pytest.approx(0.1, abs=0.03)
    ws.close()


@pytest.mark.soak
def test_areas_given_by_zones_are_found_again(tmp_path, soak):
    if soak(2) < 2:
        pytest.skip("`make soak` builds a project whose customers go by zone")
    ws = opened(tmp_path / "p", Choice())
    verdict = ws.trade_areas.backtest(
        "2016", "2017", ws.trade_areas.usual() | {"zones": {"method": "regions", "level": "area"}}
    )
    assert verdict["method"][0] == "zones"
    assert verdict["recommended"][0]
    ws.close()


@pytest.mark.soak
def test_intervals_of_95_percent_hold_the_true_parameters_as_often(tmp_path, soak):
    rounds = soak(60)
    if rounds < 60:
        pytest.skip("`make soak` builds sixty projects")
    hits = np.zeros(2, int)
    for seed in range(100, 100 + rounds):
        ws = opened(tmp_path / f"p{seed}", Choice("huff", **TRUTH), seed)
        hits += held(ws.choice())
        ws.close()
    low, high = binom.ppf([0.005, 0.995], rounds, 0.95)
    assert ((hits >= low) & (hits <= high)).all(), hits

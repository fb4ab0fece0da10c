"""Lists of records and cards of one record, held against the demo's own files and against geodesics."""

from __future__ import annotations

import pandas as pd
import pytest
from pyproj import Geod

import gcrm
from gcrm.access.scope import Scope
from gcrm.errors import AccessError, QueryError


@pytest.fixture(scope="module")
def ws(demo_project):
    return gcrm.open(demo_project)


@pytest.fixture(scope="module")
def orders(demo_project):
    return pd.read_parquet(demo_project / "data" / "orders.parquet")


@pytest.fixture(scope="module")
def amounts(demo_project, orders):
    lines = pd.read_parquet(demo_project / "data" / "order_lines.parquet")
    orders = orders.assign(customer_id=orders["customer_id"].astype(str), order_id=orders["order_id"].astype(str))
    lines["order_id"] = lines["order_id"].astype(str)
    return orders.assign(amount=orders["order_id"].map(lines.groupby("order_id")["amount"].sum()))


def test_a_list_is_ordered_counted_and_sums_the_period(ws, amounts):
    found = ws.listing(where={"district": "1"}, period="2017-Q1", limit=10_000)
    counted = ws.query(["customers"], where={"district": "1"}, period="2017-Q1").table[0][0].as_py()
    assert found.total == found.table.num_rows == counted
    frame = found.table.to_pandas()
    days = pd.to_datetime(amounts["ordered_on"])
    quarter = amounts[days.between("2017-01-01", "2017-03-31")]
    expected = quarter.groupby("customer_id")["amount"].agg(["sum", "count"])
    assert list(frame["revenue"]) == [expected["sum"].get(i) for i in frame["id"]]
    assert list(frame["orders"]) == [expected["count"].get(i, 0) for i in frame["id"]]
    known = frame["revenue"].dropna().astype(float)
    assert known.is_monotonic_decreasing
    short = ws.listing(where={"district": "1"}, period="2017-Q1", limit=7)
    assert (short.total, short.table.to_pylist()) == (found.total, found.table.slice(0, 7).to_pylist())


def test_a_search_looks_at_identifier_name_and_address(ws):
    every = ws.listing(limit=10_000).table.to_pandas()
    texts = every[["id", "name", "address"]].fillna("").agg(" ".join, axis=1).str.lower()
    both = set(every["id"][texts.str.contains("oak") & texts.str.contains("41st")])
    assert both
    assert both <= set(ws.listing(search="OAK 41st").table["id"].to_pylist())
    assert ws.listing(search="%' OR 1=1 --").total == 0


def test_prospects_have_no_orders(ws):
    found = ws.listing("prospects", order="since", limit=3)
    assert found.total == ws.query(["prospects"]).table[0][0].as_py()
    assert found.table["orders"].null_count == 3


def test_a_card_holds_the_orders_and_regions_of_its_customer(ws, amounts):
    best = ws.listing(limit=1).table["id"][0].as_py()
    card = ws.card("customers", best)
    own = amounts[amounts["customer_id"] == best].sort_values(["ordered_on", "order_id"], ascending=False)
    assert card.orders["order_id"].to_pylist() == list(own["order_id"][:50])
    assert sum(card.history["orders"].to_pylist()) == len(own)
    assert float(sum(card.history["amount"].to_pylist())) == pytest.approx(float(own["amount"].sum()))
    for region in card.regions.to_pylist():
        inside = ws.listing(where={region["level"]: region["region_id"]}, search=best, limit=100)
        assert best in inside.table["id"].to_pylist()
    assert {r["level"] for r in card.regions.to_pylist()} >= {"district", "zone", "zip", "territory"}


def test_what_surrounds_a_customer_agrees_with_geodesics(ws):
    best = ws.listing(limit=1).table["id"][0].as_py()
    card = ws.card("customers", best)
    geod = Geod(ellps="WGS84")

    def metres(lon: pd.Series, lat: pd.Series) -> pd.Series:
        here = [card.record["lon"]] * len(lon), [card.record["lat"]] * len(lat)
        return pd.Series(geod.inv(*here, lon, lat)[2], index=lon.index)

    around = {row["metres"]: row for row in card.around.to_pylist()}
    for kind in ("customers", "prospects"):
        points = ws.points(kind, limit=100_000).table.to_pandas()
        far = metres(points["lon"], points["lat"])
        assert around[0][kind] == (far < 0.01).sum()
        for limit in (250, 1000):
            # A sphere is off by up to 0.5 % of the distance.
            assert (far < limit * 0.994).sum() <= around[limit][kind] <= (far < limit * 1.006).sum()
    sql = "SELECT s.store_id, l.lon, l.lat FROM warehouse.dim_store s JOIN warehouse.dim_location l USING (location_id)"
    stores = ws.cursor().execute(sql).df().dropna()
    nearest = stores.assign(metres=metres(stores["lon"], stores["lat"])).nsmallest(3, "metres")
    assert card.stores["store_id"].to_pylist() == list(nearest["store_id"])
    assert card.stores["metres"].to_pylist() == pytest.approx(list(nearest["metres"]), rel=0.006)


def test_a_card_of_somebody_without_a_place_is_empty_around(ws):
    sql = """SELECT customer_id FROM warehouse.dim_customer AS c
        LEFT JOIN warehouse.dim_location AS l USING (location_id) WHERE l.lon IS NULL ORDER BY 1 LIMIT 1"""
    lost = ws.cursor().execute(sql).fetchone()[0]
    card = ws.card("customers", lost)
    assert card.record["lon"] is None
    assert (card.regions.num_rows, card.around.num_rows, card.stores.num_rows) == (0, 0, 0)


def test_rights_and_unknown_words(ws, demo_project):
    with pytest.raises(QueryError, match="no customer with this identifier"):
        ws.card("customers", "nobody")
    with pytest.raises(QueryError, match="Did you mean 'customers'"):
        ws.card("customer", "1")
    with pytest.raises(QueryError, match=r"cannot be ordered by 'revenu'\. Did you mean 'revenue'"):
        ws.listing(order="revenu")
    inner = ws.listing(where={"district": "1"}, limit=1).table["id"][0].as_py()
    outer = ws.listing(where={"district": "4"}, limit=1).table["id"][0].as_py()
    manager = gcrm.open(demo_project, Scope("manager", {"district": ("1",)}, record_rights=True))
    assert manager.card("customers", inner).id == inner
    with pytest.raises(QueryError, match="you may see"):
        manager.card("customers", outer)
    assert manager.listing().total == ws.listing(where={"district": "1"}).total
    reader = gcrm.open(demo_project, Scope("reader"))
    for question in (reader.listing, lambda: reader.card("customers", inner)):
        with pytest.raises(AccessError, match="no right to single records"):
            question()

"""Trading areas of gcrm.toml through a build: regions of an overlapping level that every question can use."""

from __future__ import annotations

import pytest
import shapely

import gcrm
from gcrm.errors import SettingsError
from gcrm.pipeline import build
from gcrm.settings import load

TOML = """
[project]
name = "Areas"
metric_crs = "EPSG:32610"

[trading_areas.around]
title = "Within a kilometre"
method = "ring"
km = 1

[trading_areas.most]
method = "threshold_ring"
share = 0.8
"""
SOURCE = """
[sources.{0}]
kind = "{0}"
path = "{0}.csv"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two stores 1.5 km apart, and 40 customers on a line between and beyond them; the even ones buy at the first."""
    made = tmp_path_factory.mktemp("areas")
    (made / "gcrm.toml").write_text(TOML + "".join(SOURCE.format(k) for k in ("stores", "customers", "orders")))
    (made / "stores.csv").write_text(
        "store_id,name,lon,lat,opened_on,closed_on\n"
        "A,First,-122.40,37.75,2010-01-01,\n"
        "B,Second,-122.383,37.75,,\n"
        "C,Lost,,,,\n"
        "D,Closed,-122.40,37.75,,2019-06-01\n"
    )
    lines = [f"c{i},{-122.41 + i * 0.001:.3f},37.75\n" for i in range(40)]
    (made / "customers.csv").write_text("customer_id,lon,lat\n" + "".join(lines))
    bought = [f"o{i},c{i},2019-01-{1 + i % 28:02},{'AB'[i % 2]},{10 + i}\n" for i in range(40)]
    (made / "orders.csv").write_text("order_id,customer_id,ordered_on,store_id,amount\n" + "".join(bought))
    report = build(made)
    assert {(f.subject, f.count) for f in report.findings if f.kind == "no_area"} == {("around", 1), ("most", 2)}
    return made


def test_areas_are_regions_with_the_days_of_their_store(folder):
    ws = gcrm.open(folder)
    rings = ws.regions("around")
    assert rings[["region_id", "name"]].to_numpy().tolist() == [["A", "First"], ["B", "Second"]]
    days = "SELECT region_id, valid_from::VARCHAR, valid_to::VARCHAR FROM warehouse.dim_region WHERE level = 'around'"
    assert sorted(ws.cursor().execute(days).fetchall()) == [
        ("A", "2010-01-01", None),
        ("B", None, None),
        ("D", None, "2019-06-01"),
    ]
    then = ws.query(["orders"], by=["around"], geography="as was").frame.set_index("around")["orders"]
    now = ws.query(["orders"], by=["around"]).frame.set_index("around")["orders"]
    assert then["D"] == then["A"] == now["A"]
    assert "D" not in now.index
    ws.close()


def test_the_cube_counts_them_as_overlapping_regions(folder):
    ws = gcrm.open(folder)
    shape = ws.regions("around").set_index("region_id").geometry
    spots = shapely.points([[-122.41 + i * 0.001, 37.75] for i in range(40)])
    held = {name: shapely.covers(area, spots) for name, area in shape.items()}
    day = {"period": ("2019-01-01", "2019-01-31")}
    counts = ws.query(["customers", "revenue"], by=["around"], **day).frame.dropna(subset="around").set_index("around")
    assert counts["customers"].to_dict() == {name: int(inside.sum()) for name, inside in held.items()}
    assert float(counts["revenue"]["A"]) == sum(10 + i for i in range(40) if held["A"][i])
    whole = {
        (r["part"], r["first"], r["second"]): r["customers"]
        for r in ws.overlap("around", ["A", "B"], **day).to_pylist()
    }
    assert whole["union", None, None] == int((held["A"] | held["B"]).sum())
    assert whole["overlap", "A", "B"] == int((held["A"] & held["B"]).sum()) > 0
    assert whole["exclusive", "A", None] == int((held["A"] & ~held["B"]).sum())
    ws.close()


def test_an_area_by_share_holds_that_share_of_the_stores_own_customers(folder):
    ws = gcrm.open(folder)
    area = ws.regions("most").set_index("region_id").geometry["A"]
    own = shapely.points([[-122.41 + i * 0.001, 37.75] for i in range(0, 40, 2)])
    assert shapely.covers(area, own).sum() == 16
    ws.close()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[trading_areas.x]\nmethod = 'ring'\n", "needs 'km'"),
        ("[trading_areas.x]\nmethod = 'ring'\nkm = 1\nminutes = 5\n", "has no 'minutes'"),
        ("[trading_areas.x]\nmethod = 'rings'\nkm = 1\n", "method"),
        ("[trading_areas.revenue]\nmethod = 'ring'\nkm = 1\n", "word is taken"),
        ("[trading_areas.x]\nmethod = 'ring'\nkm = 1\n[hierarchies.x]\nlevels = ['y']\n", "already"),
        (
            "[trading_areas.x]\nmethod = 'ring'\nkm = 1\n[sources.r]\nkind = 'regions'\nlevel = 'x'\npath = 'r.csv'\n",
            "are computed",
        ),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, more, said):
    (tmp_path / "gcrm.toml").write_text('[project]\nname = "X"\nmetric_crs = "EPSG:32610"\n' + more)
    with pytest.raises(SettingsError, match=said):
        load(tmp_path)

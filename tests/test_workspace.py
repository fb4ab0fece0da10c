"""The Python interface over the demo project: tables, frames, geometry, maps, regions and points."""

from __future__ import annotations

import geopandas as gpd
import h3
import pytest
import shapely

import gcrm
from gcrm.access.scope import Scope
from gcrm.errors import AccessError, QueryError


@pytest.fixture(scope="module")
def ws(demo_project):
    return gcrm.open(demo_project)


def test_the_measures_and_the_days_of_the_project(ws):
    assert list(ws.measures)[:3] == ["customers", "buyers", "prospects"]
    first, last = ws.period_range
    assert first.year == last.year == 2017
    assert ws.values("territory")
    assert len(ws.values("zone")) == 190
    with pytest.raises(QueryError, match="Did you mean 'zone'"):
        ws.values("zones")


def test_the_members_of_an_attribute_are_those_of_every_fact_that_has_it(ws):
    shown = ws.query("interactions", by="channel").frame["channel"].dropna()
    assert ws.values("channel") == sorted(shown)
    assert {"mail", "visit"} <= set(shown)


def test_a_zero_that_may_be_a_slip_is_told(ws):
    found = ws.query("revenue", where={"segment": ["Family", None, "singel"], "channel": "fax"})
    assert found.notes == (
        "Nothing has the segment 'Family'. Did you mean 'family'?",
        "Nothing has the segment 'singel'. Did you mean 'single'?",
        "Nothing has the channel 'fax'. Known: mail, phone, store, visit, web.",
    )
    assert float(found.frame["revenue"][0]) == 0
    assert ws.query("revenue", where={"channel": "visit"}).notes == (), "a member, without any order"
    assert ws.query("revenue", where={"segment": "family"}).notes == ()


def test_one_word_needs_no_list(ws):
    one = ws.query("revenue", by="district", having="revenue > 1000000")
    assert one.table == ws.query(["revenue"], by=["district"], having=["revenue > 1000000"]).table
    assert one.question.words()["measures"] == ["revenue"]


def test_the_same_total_by_every_level(ws):
    whole = ws.query(["customers", "revenue"]).table.to_pylist()[0]
    for by in (
        ["zone"],
        ["district"],
        ["zip"],
        ["territory"],
        ["h3_r8"],
        ["segment"],
        ["owner"],
        ["district", "segment"],
    ):
        table = ws.query(["customers", "revenue"], by=by, totals=True).table.to_pylist()
        detail = [r for r in table if not r["grouping"]]
        assert sum(r["customers"] for r in detail) == whole["customers"]
        assert sum(r["revenue"] for r in detail) == whole["revenue"]
        assert table[-1]["customers"] == whole["customers"]


def test_revenue_is_that_of_the_source(ws):
    assert float(ws.query(["revenue"]).table["revenue"][0].as_py()) == pytest.approx(4_596_039.58, abs=0.005)
    by_group = ws.query(["revenue"], by=["department"]).frame
    assert by_group["revenue"].sum() == pytest.approx(4_596_039.58, abs=0.005)


def test_geometry_of_regions_and_cells(ws):
    zones = ws.query(["customers", "penetration"], by=["zone"], where={"district": "1"}, period="2017-Q1").geo
    assert isinstance(zones, gpd.GeoDataFrame)
    assert zones.crs.to_epsg() == 4326
    assert zones.geometry.notna().all()
    cells = ws.query(["customers"], by=["h3_r8"]).geo
    centre = cells.geometry.iloc[0].centroid
    assert h3.latlng_to_cell(centre.y, centre.x, 8) == cells["h3_r8"].iloc[0]
    with pytest.raises(QueryError, match="no places"):
        _ = ws.query(["customers"], by=["segment"]).geo


def test_customers_of_a_cell_lie_in_the_cell(ws):
    cell = (
        ws.query(["customers"], by=["h3_r9"], totals=True)
        .frame.dropna(subset="h3_r9")
        .nlargest(1, "customers")["h3_r9"]
        .item()
    )
    found = ws.points("customers", where={"h3_r9": cell})
    assert found.total >= found.shown > 0
    for row in found.table.to_pylist():
        assert h3.latlng_to_cell(row["lat"], row["lon"], 9) == cell


def test_points_are_addresses_only_and_say_what_they_leave_out(ws):
    found = ws.points("customers", period="2017-Q1", limit=100)
    assert found.shown == found.table.num_rows == 100
    assert found.total == ws.query(["customers"], period="2017-Q1").table["customers"][0].as_py()
    assert 0 < found.without_location < found.total
    assert not set(found.table["match_level"].to_pylist()) & {"street", "postcode", "place"}
    with pytest.raises(QueryError, match="Did you mean 'customers'"):
        ws.points("custmers")


def test_without_record_rights_there_are_no_points_and_no_small_counts(demo_project):
    reader = gcrm.open(demo_project, Scope("marketing"))
    with pytest.raises(AccessError):
        reader.points()
    counts = reader.query(["customers"], by=["zone"]).table
    states = set(counts["customers_state"].to_pylist())
    assert "suppressed" in states
    assert all(n is None or n == 0 or n >= 10 for n in counts["customers"].to_pylist())


def test_regions_within_and_simplified_still_meet(ws):
    zones = ws.regions("zone", within={"district": "1"})
    district = ws.regions("district").set_index("region_id").geometry["1"]
    assert zones["parent_id"].unique().tolist() == ["1"]
    assert shapely.symmetric_difference(zones.union_all(), district).area < 1e-9
    simple = ws.regions("zone", tolerance_m=20)
    assert (
        shapely.get_num_coordinates(simple.geometry).sum()
        < shapely.get_num_coordinates(ws.regions("zone").geometry).sum()
    )
    metric = ws.settings.project.metric_crs
    assert simple.to_crs(metric).union_all().area == pytest.approx(simple.to_crs(metric).area.sum(), rel=1e-4)
    with pytest.raises(QueryError, match="no region level"):
        ws.regions("zon")


def test_a_result_answers_for_itself(ws):
    result = ws.query(["customers"], by=["zone"], where={"district": "1"}, period="2017-Q1")
    again = ws.cursor().execute(result.sql, result.parameters).to_arrow_table()
    assert again.equals(result.table)
    assert (
        result.receipt["id"]
        == ws.query(["customers"], by=["zone"], where={"district": "1"}, period="2017-Q1").receipt["id"]
    )
    assert result.receipt["snapshot"] == ws.manifest.id


def test_a_result_leads_to_the_next_question_on_the_same_snapshot(ws):
    result = ws.query(["customers", "revenue"], by=["district"], period="2017-Q1")
    first = result.table.to_pylist()[0]
    zones = result.drill_down("district", first["district"])
    assert sum(zones.table["customers"].to_pylist()) == first["customers"]
    assert zones.drill_up("zone").table.equals(result.table)
    assert result.records(0, limit=5).total == first["customers"]
    found = result.records({"district": first["district"]}, "revenue", limit=100_000)
    assert sum(found.table["figure"].to_pylist()) == first["revenue"]
    laid = zones.pivot("zone", "segment", "revenue")
    assert laid.frame.to_numpy(dtype=float, na_value=0).sum() == pytest.approx(float(first["revenue"]))
    with pytest.raises(QueryError, match="There is no row 99"):
        result.records(99)


def test_a_map_draws_every_region_once(ws, tmp_path):
    result = ws.query(["penetration"], by=["zone"])
    result.map().save(str(tmp_path / "map.html"))
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "https://" not in text.split("</style>")[-1] or 'src="http' not in text
    with pytest.raises(QueryError, match="no measure"):
        result.map("revenue")

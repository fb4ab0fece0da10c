"""The classic traps of business intelligence, each with the number that a careless query would give."""

from __future__ import annotations

from datetime import date

import pytest

from gcrm.access.scope import LOCAL
from gcrm.cube.question import Top
from tests import star
from tests.cube import company
from tests.star import ask


@pytest.fixture(scope="module")
def con():
    return star.build(company.rows())


def one(con, **question):
    """The only row of an answer, money as float."""
    rows = ask(con, settings=star.SETTINGS, scope=LOCAL, **question).table.to_pylist()
    assert len(rows) == 1
    return {k: float(v) if type(v).__name__ == "Decimal" else v for k, v in rows[0].items() if not k.endswith("_state")}


def test_fan_out_an_order_is_not_counted_once_per_line(con):
    # c4's order of 8.00 has two lines: joined to its lines it would give 16.00.
    assert one(con, measures=["revenue", "orders"], where={"zone": "B"}) == {"revenue": 8.0, "orders": 1}


def test_chasm_facts_asked_together_do_not_multiply_each_other(con):
    # Zone B has one customer, one prospect and one order; zone A two customers and three orders: joined, 2 x 3.
    together = one(con, measures=["customers", "prospects", "orders"], where={"district": "D1"})
    assert together == {"customers": 3, "prospects": 1, "orders": 4}


def test_overlap_a_place_in_two_areas_counts_once_in_the_total(con):
    # X has 2 customers and Y has 1 of the same: added up, 3.
    assert one(con, measures=["customers"], where={"area": ["X", "Y"]}) == {"customers": 2}


def test_mean_of_ratios_a_ratio_is_the_ratio_of_the_sums(con):
    # Zones A and B have penetrations of 0.05 and 0.10: their mean would be 0.075.
    assert one(con, measures=["penetration"], where={"district": "D1"}) == {"penetration": 3 / 50}


def test_distinct_buyers_of_a_year_are_not_the_sum_of_its_months(con):
    months = ask(con, settings=star.SETTINGS, scope=LOCAL, measures=["buyers"], by=["month"], period="2017").table
    assert sum(months["buyers"].to_pylist()) == 5
    assert one(con, measures=["buyers"], period="2017") == {"buyers": 4}


def test_a_stock_is_not_summed_over_time(con):
    months = ask(con, settings=star.SETTINGS, scope=LOCAL, measures=["customers"], by=["month"], period="2017-Q1").table
    assert sum(months["customers"].to_pylist()) == 15
    assert one(con, measures=["customers"], period="2017-Q1") == {"customers": 5}


def test_a_null_member_is_not_the_total(con):
    rows = ask(
        con, settings=star.SETTINGS, scope=LOCAL, measures=["customers"], by=["segment"], totals="rollup"
    ).table.to_pylist()
    assert [(r["segment"], r["grouping"], r["customers"]) for r in rows if r["segment"] is None] == [
        (None, 0, 1),
        (None, 1, 5),
    ]


def test_unknown_is_not_zero_and_zero_is_not_unknown(con):
    assert one(con, measures=["customers", "households"], where={"zone": "C"}) == {"customers": 0, "households": None}


def test_identifiers_are_text_007_is_not_7():
    rows = {
        "ingest.customer": [
            {"customer_id": i, "segment": i, "source": "s", "row_no": n} for n, i in enumerate(("007", "7"))
        ],
        'ingest."order"': [
            {"order_id": "1", "customer_id": "007", "ordered_on": date(2020, 1, 1), "amount": 5, "source": "s"}
        ],
    }
    con = star.build(rows)
    assert one(con, measures=["revenue"], where={"segment": "007"}) == {"revenue": 5.0}
    assert one(con, measures=["revenue"], where={"segment": "7"}) == {"revenue": 0}


def test_a_moved_statistic_counts_from_its_day_on():
    """Households of 2010 and 2020: each period takes the figure valid at its end, never both."""
    rows = company.rows()
    rows["ingest.zone_statistic"] = [
        {
            "region_id": "A",
            "statistic": "households",
            "value": v,
            "as_of": d,
            "hierarchy": "city",
            "level": "zone",
            "source": "s",
        }
        for v, d in ((40, date(2010, 4, 1)), (60, date(2017, 2, 1)))
    ]
    con = star.build(rows)
    found = ask(
        con,
        settings=star.SETTINGS,
        scope=LOCAL,
        measures=["households"],
        by=["month"],
        where={"zone": "A"},
        period="2017-Q1",
    ).table
    assert found["households"].to_pylist() == [40, 60, 60]
    assert one(con, measures=["households"], where={"zone": "A"}, period="2017-01") == {"households": 40}


def shown(con, *columns, **question):
    """The rows of an answer as tuples of some columns, money as float."""
    rows = ask(con, **question).table.select(columns).to_pylist()
    return [tuple(float(v) if type(v).__name__ == "Decimal" else v for v in row.values()) for row in rows]


def test_a_region_without_sales_does_not_vanish_among_levels_totals_and_top_members(con):
    # Zone C is in D2; nobody lives there.
    found = shown(con, "district", "zone", "revenue", measures=["revenue"], by=["district", "zone"])
    assert ("D2", "C", 0.0) in found
    top = Top(1, "revenue", "zone", smallest=True)
    assert shown(con, "zone", "revenue", measures=["revenue"], by=["zone"], top=top)[0] == ("C", 0.0)


def test_a_segment_that_bought_nothing_does_not_vanish_from_its_decline(con):
    # Singles bought for 5.00 in January, and nothing in February.
    found = shown(con, "segment", "change(revenue)", measures=["change(revenue)"], by=["segment"], period="2017-02")
    assert ("single", -5.0) in found


def test_what_is_in_no_region_is_no_share_of_a_region_above(con):
    found = dict(shown(con, "zone", "share_of_parent(revenue)", measures=["share_of_parent(revenue)"], by=["zone"]))
    assert found == {"A": pytest.approx(35 / 43), "B": pytest.approx(8 / 43), "C": None, None: None}


def test_a_late_region_counts_what_happened_before_it():
    rows = company.rows()
    rows["conform.region"].append(
        {
            "region_key": 9,
            "layer_id": 1,
            "hierarchy": "city",
            "level": "zone",
            "region_id": "L",
            "name": "L",
            "parent_key": 2,
            "valid_from": date(2018, 1, 1),
        }
    )
    rows["conform.location_region"].append({"location_id": 4, "layer_id": 1, "region_key": 9})
    late = star.build(rows)
    assert one(late, measures=["customers"], where={"zone": "L"}, period="2017") == {"customers": 1}

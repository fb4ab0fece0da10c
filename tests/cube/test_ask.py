"""Figures over a company of literal rows: every expected number below was worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gcrm.access.scope import LOCAL, Scope
from gcrm.cube.model import MEASURES, dimensions
from gcrm.errors import QueryError
from gcrm.settings import RESERVED, Settings
from tests import star
from tests.cube import company
from tests.star import ask

if TYPE_CHECKING:
    import duckdb


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return star.build(company.rows())


def rows(con: duckdb.DuckDBPyConnection, *, scope: Scope = LOCAL, **question: Any) -> list[tuple[Any, ...]]:
    """Ask, and return the rows without names and states; money as float."""
    table = ask(con, settings=star.SETTINGS, scope=scope, **question).table
    names = [n for n in table.column_names if not n.endswith(("_state", "_name"))]
    plain = [
        [float(v) if type(v).__name__ == "Decimal" else v for v in row.values()]
        for row in table.select(names).to_pylist()
    ]
    return [tuple(row) for row in plain]


def test_every_region_of_a_level_shows_and_places_without_one_stay_apart(con):
    measures = ["customers", "buyers", "prospects", "revenue", "orders", "average_order", "households", "penetration"]
    assert rows(con, measures=measures, by=["zone"], period="2017-Q1", totals="rollup") == [
        ("A", 0, 2, 2, 0, 35.0, 3, 35 / 3, 40.0, 0.05),
        ("B", 0, 1, 1, 1, 8.0, 1, 8.0, 10.0, 0.1),
        ("C", 0, 0, 0, 0, 0.0, 0, None, None, None),
        (None, 0, 2, 1, 0, 107.0, 2, 53.5, None, None),
        (None, 1, 5, 4, 1, 150.0, 6, 25.0, None, None),
    ]


def test_zero_and_unknown_are_different_states(con):
    table = ask(con, settings=star.SETTINGS, scope=LOCAL, measures=["customers", "households"], by=["zone"]).table
    states = {r["zone"]: (r["customers_state"], r["households_state"]) for r in table.to_pylist()}
    assert states == {
        "A": ("known", "known"),
        "B": ("known", "known"),
        "C": ("known", "unknown"),
        None: ("known", "unknown"),
    }


def test_customers_are_those_active_on_the_last_day(con):
    # c2 left on 1 February, c3 came on 15 February; c4 gives no dates and counts as always.
    assert rows(con, measures=["customers"], period=("2017-01-01", "2017-01-31")) == [(5,)]
    assert rows(con, measures=["customers"], period=("2017-01-01", "2017-02-01")) == [(4,)]
    assert rows(con, measures=["customers"], period=("2017-01-01", "2017-02-15")) == [(5,)]
    assert rows(con, measures=["customers"], period="2015") == [(1,)]


def test_months_count_stocks_at_their_end_and_buyers_once(con):
    assert rows(con, measures=["customers", "buyers", "revenue"], by=["month"], period="2017-Q1", totals="rollup") == [
        ("2017-01", 0, 5, 3, 23.0),
        ("2017-02", 0, 5, 1, 107.0),
        ("2017-03", 0, 5, 1, 20.0),
        (None, 1, 5, 4, 150.0),
    ]


def test_overlapping_areas_count_a_place_in_each_and_once_in_the_total(con):
    assert rows(con, measures=["customers", "buyers", "revenue"], by=["area"], totals="rollup") == [
        ("X", 0, 2, 2, 35.0),
        ("Y", 0, 1, 2, 35.0),
        (None, 0, 3, 2, 115.0),
        (None, 1, 5, 4, 150.0),
    ]


def test_a_filter_on_overlapping_areas_counts_their_union(con):
    assert rows(con, measures=["customers", "revenue"], where={"area": ["X", "Y"]}) == [(2, 35.0)]
    assert rows(con, measures=["customers", "revenue"], by=["zone"], where={"area": "Y"}) == [("A", 1, 35.0)]
    assert rows(con, measures=["customers"], where={"area": None}) == [(3,)]
    assert rows(con, measures=["customers"], by=["area"], where={"area": ["X"]}, totals="rollup") == [
        ("X", 0, 2),
        (None, 1, 2),
    ]


def test_a_product_group_takes_revenue_from_the_lines_and_leaves_customers_unknown(con):
    found = rows(con, measures=["customers", "buyers", "revenue", "orders"], by=["department"], totals="rollup")
    assert found == [("drink", 0, None, 2, 24.5, 2), ("food", 0, None, 2, 13.5, 2), (None, 1, None, 2, 38.0, 3)]


def test_an_order_without_amount_takes_the_sum_of_its_lines(con):
    assert rows(con, measures=["revenue"], where={"zone": "B"}) == [(8.0,)]


def test_totals_of_every_subset(con):
    found = rows(con, measures=["customers", "households"], by=["district", "zone"], totals="cube")
    assert [r[2] for r in found] == [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3]
    assert ("D1", None, 1, 3, 50.0) in found
    assert (None, "A", 2, 2, 40.0) in found
    assert found[-1] == (None, None, 3, 5, None)


def test_the_unknown_member_can_be_asked_for(con):
    assert rows(con, measures=["customers"], where={"segment": None}) == [(1,)]
    assert rows(con, measures=["customers"], where={"segment": ["single", None]}) == [(2,)]
    assert rows(con, measures=["customers"], where={"zone": None}) == [(2,)]


def test_a_ratio_is_unknown_where_its_denominator_does_not_exist(con):
    for question in ({"by": ["zip"]}, {"by": ["h3_r8"]}, {"by": ["segment"]}, {"where": {"segment": "family"}}):
        table = ask(con, settings=star.SETTINGS, scope=LOCAL, measures=["customers", "penetration"], **question).table
        assert set(table["penetration_state"].to_pylist()) == {"unknown"}
        assert set(table["customers_state"].to_pylist()) == {"known"}


def test_statistics_sum_up_the_hierarchy_and_a_district_with_an_unknown_part_is_unknown(con):
    assert rows(con, measures=["households"], by=["district"]) == [("D1", 50.0), ("D2", None)]
    assert rows(con, measures=["penetration"], where={"district": "D1"}) == [(3 / 50,)]


def test_a_scope_keeps_a_reader_inside_their_regions(con):
    scope = Scope("manager of A", {"zone": ("A",)}, record_rights=True)
    assert rows(con, scope=scope, measures=["customers", "revenue"], totals="rollup") == [(0, 2, 35.0)]
    assert rows(con, scope=scope, measures=["customers"], by=["district"]) == [("D1", 2)]
    assert rows(con, scope=scope, measures=["customers"], where={"zone": "B"}) == [(0,)]


def test_small_counts_are_withheld_without_record_rights(con):
    table = ask(
        con, settings=star.SETTINGS, scope=Scope("public"), measures=["customers", "penetration"], by=["zone"]
    ).table
    found = {r["zone"]: (r["customers"], r["customers_state"], r["penetration_state"]) for r in table.to_pylist()}
    assert found["A"] == (None, "suppressed", "suppressed")
    assert found["C"] == (0, "known", "unknown")
    assert "buyers" not in table.column_names


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"measures": ["custmers"]}, "no measure 'custmers'. Did you mean 'customers'?"),
        ({"measures": []}, "at least one measure"),
        ({"measures": ["customers"], "by": ["zones"]}, "no dimension 'zones'. Did you mean 'zone'?"),
        ({"measures": ["customers"], "by": ["zone", "zone"]}, "named twice"),
        ({"measures": ["customers"], "where": {"zone": "Q"}}, "no zone 'Q'. Known: A, B, C."),
        ({"measures": ["customers"], "where": {"zone": []}}, "names no member"),
        ({"measures": ["customers"], "where": {"zone": [7]}}, "are text"),
        ({"measures": ["customers"], "where": {"month": "2017-03"}}, "say period='2017-03'"),
        ({"measures": ["customers"], "where": {"h3_r8": "zz"}}, "no H3 cell of resolution 8"),
        ({"measures": ["customers"], "where": {"h3_r8": "89283082c03ffff"}}, "no H3 cell of resolution 8"),
        ({"measures": ["customers"], "where": {"h3_r8": "ff"}}, "no H3 cell of resolution 8"),
        ({"measures": ["customers"], "where": {"h3_r8": "-1"}}, "no H3 cell of resolution 8"),
        ({"measures": ["customers"], "by": ["zone"], "totals": "all"}, "'all' is none. Known: cube, none, rollup."),
        ({"measures": ["customers"], "by": ["zone"], "top": "3"}, "top=5"),
        ({"measures": ["customers"], "period": "2017-13"}, "is no period"),
        ({"measures": ["customers"], "period": ("2017-02-01", "2017-01-01")}, "before it begins"),
    ],
)
def test_a_question_that_means_nothing_says_what_to_do(con, question, message):
    with pytest.raises(QueryError) as caught:
        ask(con, settings=star.SETTINGS, scope=LOCAL, **question)
    assert message in str(caught.value)


def test_the_words_of_the_cube_are_reserved():
    bare = Settings.model_validate({"project": {"name": "x", "metric_crs": "EPSG:32610"}, "cell_resolutions": []})
    assert {*MEASURES, *dimensions(bare), "grouping", "others", "geometry"} == RESERVED

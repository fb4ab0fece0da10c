"""What readers without record rights are told, over the company of literal rows, with k = 2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gcrm.access.scope import LOCAL, Scope
from gcrm.cube.ask import ask
from gcrm.cube.model import model_of
from gcrm.cube.suppression.census import Census
from gcrm.cube.suppression.release import given_out, tables_of
from gcrm.cube.suppression.thin import without_thin
from gcrm.errors import QueryError, SettingsError
from gcrm.settings import Settings
from tests import star
from tests.cube import company

if TYPE_CHECKING:
    import duckdb

PUBLIC = Scope("public")
NORTH = Scope("north", {"district": ("D1",)})


def settings(**more: Any) -> Settings:
    return Settings.model_validate(
        {**star.SETTINGS.model_dump(exclude={"releases"}), "privacy": {"min_count": 2}, **more}
    )


SETTINGS = settings()


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return star.build(company.rows(), SETTINGS)


def rows(con: duckdb.DuckDBPyConnection, scope: Scope = PUBLIC, **question: Any) -> list[dict[str, Any]]:
    return star.ask(con, settings=SETTINGS, scope=scope, **question).table.to_pylist()


def test_one_customer_takes_a_neighbour_along_and_zero_is_shown(con) -> None:
    # A has 2 customers, B 1, C none, and 2 have no zone; D1 (A and B) has 3 and is shown.
    found = rows(con, measures=["customers", "penetration"], by=["zone"])
    assert [(r["zone"], r["customers"], r["customers_state"]) for r in found] == [
        ("A", None, "suppressed"),
        ("B", None, "suppressed"),
        ("C", 0, "known"),
        (None, 2, "known"),
    ]
    # Customers per household would tell them.
    assert [r["penetration_state"] for r in found] == ["suppressed", "suppressed", "unknown", "unknown"]


def test_an_answer_has_the_columns_of_an_exact_one(con) -> None:
    question = {"measures": ["customers", "revenue", "average_order"], "by": ["zone", "year"], "totals": "rollup"}
    exact = star.ask(con, settings=SETTINGS, **question).table
    told = star.ask(con, settings=SETTINGS, scope=PUBLIC, measures=["customers"], by=["zone"], totals="cube").table
    shape = star.ask(con, settings=SETTINGS, measures=["customers"], by=["zone"], totals="cube").table
    assert told.schema == shape.schema
    assert told["zone"].to_pylist() == shape["zone"].to_pylist()
    assert exact.num_rows > told.num_rows


def test_unions_of_cells_are_sums_of_what_is_shown(con) -> None:
    assert rows(con, measures=["customers"], where={"zone": ["C", None]}) == [
        {"customers": 2, "customers_state": "known"}
    ]
    assert rows(con, measures=["customers"], where={"zone": ["A", "C"]}) == [
        {"customers": None, "customers_state": "suppressed"}
    ]
    # Whoever bought in both is one buyer: that is not in the cells.
    found = rows(con, measures=["buyers", "orders"], where={"district": ["D2", "D2"]})
    assert found == [{"buyers": 0, "orders": 0, "buyers_state": "known", "orders_state": "known"}]


def test_a_scope_sees_the_cells_inside_its_regions(con) -> None:
    assert rows(con, NORTH, measures=["customers"]) == [{"customers": 3, "customers_state": "known"}]
    assert [r["zone"] for r in rows(con, NORTH, measures=["customers"], by=["zone"])] == ["A", "B"]
    with pytest.raises(QueryError, match="none has customers by district, zip"):
        rows(con, NORTH, measures=["customers"], by=["zip"])


def test_a_period_is_one_that_is_given_out(con) -> None:
    assert rows(con, measures=["customers"], period="2017") == [{"customers": 5, "customers_state": "known"}]
    assert [r["year"] for r in rows(con, measures=["customers"], by=["year"], period="2017")] == ["2017"]
    with pytest.raises(QueryError, match="cuts a year"):
        rows(con, measures=["customers"], by=["year"], period="2017-02")


@pytest.mark.parametrize(
    "question",
    [
        {"measures": ["customers"], "by": ["zone", "month"]},
        {"measures": ["customers"], "by": ["zone"], "period": "2017-01"},
        {"measures": ["customers"], "by": ["area"]},
        {"measures": ["customers"], "by": ["segment"]},
        {"measures": ["customers"], "where": {"segment": ["family"]}},
    ],
)
def test_other_questions_are_told_what_can_be_asked(con, question) -> None:
    with pytest.raises(QueryError, match="There are: district; zone; zip; total; district by year"):
        rows(con, **question)


def test_what_a_table_does_not_show_is_withheld() -> None:
    own = settings(releases={"public": {"measures": ["prospects"], "tables": [["zone"]]}})
    con = star.build(company.rows(), own)
    found = star.ask(con, settings=own, scope=PUBLIC, measures=["prospects", "revenue"], by=["zone"]).table
    assert set(found["revenue_state"].to_pylist()) == {"suppressed"}
    # The one prospect of B needs no neighbour: no total is given out.
    assert found["prospects_state"].to_pylist() == ["known", "suppressed", "known"]


@pytest.mark.parametrize(
    ("release", "message"),
    [
        ({"tables": [["zon"]]}, r"releases.public.tables\[0\]: there is no dimension 'zon'. Did you mean 'zone'?"),
        ({"tables": [["zone"], ["area"]]}, r"tables\[1\]: regions of 'area' overlap"),
        ({"tables": [["year", "month"]]}, "'year' and 'month' are both periods"),
        ({"measures": ["customer"]}, "there is no measure 'customer'. Did you mean 'customers'?"),
        ({"measures": ["interactions"]}, "nobody counts the people"),
    ],
)
def test_mistakes_are_said_where_they_stand(release, message) -> None:
    own = settings(releases={"public": release})
    with pytest.raises(SettingsError, match=message):
        tables_of(own, model_of(own))


def test_sets_share_their_tables() -> None:
    sets = {
        "public": {"measures": ["customers"], "tables": [["zone", "year"], []]},
        "partners": {"measures": ["revenue"], "tables": [["year", "zone"]]},
    }
    own = settings(releases=sets)
    found = [(t.title, t.measures, t.sets) for t in tables_of(own, model_of(own))]
    assert found == [
        ("zone by year", ("customers", "revenue"), ("public", "partners")),
        ("total", ("customers",), ("public",)),
    ]


def test_nothing_withheld_stands_in_the_tables(con) -> None:
    told = con.execute("SELECT * FROM cube.release_cell").to_arrow_table()
    for name in ("customers", "buyers", "prospects", "orders"):
        shown = [n for n in told[name].to_pylist() if n]
        assert all(n >= 2 for n in shown)


def test_tables_nobody_declared_are_left_out_where_they_could_tell_next_to_nothing(monkeypatch) -> None:
    monkeypatch.setattr("gcrm.cube.suppression.thin._FEW", 1)
    few = settings(privacy={"min_count": 4})
    con = star.build(company.rows(), few)
    # Zones hold 2, 1 and 2 customers, districts 3 and none: only the total, of 5, is worth giving out.
    told = star.ask(con, settings=few, scope=PUBLIC, measures=["customers"]).table.to_pylist()
    assert told == [{"customers": 5, "customers_state": "known"}]
    with pytest.raises(QueryError, match=r"none has customers by zone.*There are: .*total"):
        star.ask(con, settings=few, scope=PUBLIC, measures=["customers"], by=["zone"])
    wanted = tables_of(few, model_of(few))
    census = Census(lambda question: ask(con, question, settings=few, scope=LOCAL).table, model_of(few), wanted)
    kept, findings = without_thin(census, wanted, 4)
    assert [f.count for f in findings if f.detail.startswith("Counts by zone are not given out: in 3 of 3")] == [3]
    assert (
        {t.number for t in kept} == {t.number for t in given_out(con, few, model_of(few))} < {t.number for t in wanted}
    )


def test_tables_that_are_declared_are_given_out_however_little_they_tell(monkeypatch) -> None:
    monkeypatch.setattr("gcrm.cube.suppression.thin._FEW", 1)
    few = settings(privacy={"min_count": 4}, releases={"public": {"measures": ["customers"], "tables": [["zone"]]}})
    con = star.build(company.rows(), few)
    found = star.ask(con, settings=few, scope=PUBLIC, measures=["customers"], by=["zone"]).table.to_pylist()
    assert {r["zone"]: r["customers_state"] for r in found} == {
        "A": "suppressed",
        "B": "suppressed",
        "C": "known",
        None: "suppressed",
    }

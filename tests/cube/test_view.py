"""The views for analysts, over the company of literal rows: every record once, and the cube's own figures."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from gcrm.cube.ground import whole_range
from gcrm.cube.view import _VIEWS
from tests import star
from tests.cube import company

if TYPE_CHECKING:
    import duckdb


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return star.build(company.rows())


@pytest.mark.parametrize(
    ("view", "table"),
    [
        ("customer_by_place", "dim_customer"),
        ("prospect_by_place", "dim_prospect"),
        ("order_by_place", "fact_order"),
        ("order_line_by_place", "fact_order_line"),
    ],
)
def test_every_record_stands_there_once(con, view, table) -> None:
    (there,), (here,) = (
        con.execute(f"SELECT count(*) FROM {n}").fetchall() for n in (f"warehouse.{table}", f"cube.{view}")
    )
    assert here == there != (0,)


@pytest.mark.parametrize("level", ["district", "zone", "zip"])
def test_views_give_the_figures_of_the_cube(con, level) -> None:
    asked = star.ask(con, measures=["customers", "revenue", "orders"], by=[level]).table.to_pylist()
    told = {r[level]: (r[f"{level}_name"], r["customers"], r["revenue"], r["orders"]) for r in asked}
    active = "coalesce(since <= $last, true) AND coalesce(until > $last, true)"
    customers = (
        f"SELECT {level}, any_value({level}_name), count(*) FROM cube.customer_by_place WHERE {active} GROUP BY 1"
    )
    orders = f"SELECT {level}, sum(amount), count(*) FROM cube.order_by_place GROUP BY 1"
    months = f"SELECT {level}, sum(revenue), sum(orders) FROM cube.order_by_month GROUP BY 1"
    for member, name, count in con.execute(customers, {"last": whole_range(con).last}).fetchall():
        assert told[member][:2] == (name, count)
    for text in (orders, months):
        found = con.execute(text).fetchall()
        assert {m: (revenue or 0, n) for m, revenue, n in found} == {
            m: (revenue, n) for m, (_, _, revenue, n) in told.items() if n
        }


def test_months_and_cells_are_written_as_the_cube_writes_them(con) -> None:
    asked = star.ask(con, measures=["revenue"], by=["month", "zone"]).table.to_pylist()
    found = con.execute("SELECT month, zone, revenue FROM cube.order_by_month").fetchall()
    told = {(r["month"], r["zone"]): r["revenue"] for r in asked}
    assert {(m, z): r or Decimal(0) for m, z, r in found}.items() <= told.items()
    cells = {r["h3_r8"] for r in star.ask(con, measures=["customers"], by=["h3_r8"]).table.to_pylist()}
    assert {c for (c,) in con.execute("SELECT h3_r8 FROM cube.customer_by_place").fetchall()} <= cells


def test_every_column_is_explained(con) -> None:
    text = "SELECT view_name, comment FROM duckdb_views() WHERE database_name = 'cube' AND NOT internal"
    views = dict(con.execute(text).fetchall())
    assert set(views) == set(_VIEWS)
    assert all(grain.startswith("One row per") for grain in views.values())
    names = "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND table_name IN $views"
    assert con.execute(names, {"views": tuple(views)}).fetchall() == []


def test_a_level_wins_over_a_column_that_is_called_like_it() -> None:
    layers = {"hierarchies": {"city": {"levels": ["city", "postcode"]}}, "cell_resolutions": [8]}
    own = star.SETTINGS.model_validate({**star.SETTINGS.model_dump(include={"project"}), **layers})
    found = star.build({}, own).execute("DESCRIBE cube.customer_by_place").fetchall()
    names = [name for name, *_ in found]
    assert len(names) == len(set(names))
    assert {"city", "city_name", "postcode", "postcode_name", "h3_r8"} <= set(names)

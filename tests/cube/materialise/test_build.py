"""What is built and proven, and what the router says, on a company of six customers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gcrm.cube.cuboid.column import column_of
from gcrm.cube.model.standard import MEASURES
from gcrm.settings import Settings
from tests import star
from tests.cube import company
from tests.cube.materialise.town import SETTINGS


def settings(**cube: Any) -> Settings:
    """The town's settings with another `[cube]`."""
    words = SETTINGS.model_dump(exclude_unset=True)
    return Settings.model_validate({**words, "cube": {**words["cube"], **cube}})


@pytest.fixture(scope="module")
def con():
    # A hundred of each: a cuboid is kept only where it has far fewer rows than its fact.
    rows = company.rows()
    for n in range(100):
        day = date(2017, 1 + n // 10, 5)
        rows['ingest."order"'] += [
            {"order_id": f"x{n}", "customer_id": "c1", "ordered_on": day, "amount": 1, "source": "s"},
            {"order_id": f"y{n}", "customer_id": "c2", "ordered_on": date(2017, 1, 5), "amount": 1, "source": "s"},
        ]
    return star.build(rows, SETTINGS)


def test_a_buyer_of_ten_months_is_one_buyer_of_the_year(con):
    ask = {"settings": SETTINGS, "where": {"district": "D1"}, "by": ["year"]}
    answer = star.ask(con, measures=["buyers", "orders", "revenue"], **ask)
    (row,) = answer.table.to_pylist()
    assert (row["buyers"], row["orders"], row["revenue"]) == (3, 204, Decimal("243.00"))
    assert {o.source[:6] for o in answer.origins} == {"cuboid"}
    assert 'cube."cuboid_' in answer.sql
    assert "warehouse.fact_order" not in answer.sql


def test_what_is_proven_stands_in_the_snapshot(con):
    proofs = con.execute("SELECT dimensions FROM cube.cuboid_proof WHERE fact = 'order'").fetchall()
    orders = next(set(ds) for (ds,) in proofs if "*" in ds)
    buyers = next(set(ds) for (ds,) in proofs if "*" not in ds)
    assert {"day", "zone", "segment", "channel"} <= orders
    assert {"zone", "zip", "h3_r8", "segment", "owner"} <= buyers
    assert "day" not in buyers


def test_a_thing_with_two_members_is_no_partition():
    rows = company.rows()
    for n in range(20):
        rows['ingest."order"'].append(
            {"order_id": f"x{n}", "customer_id": "c1", "ordered_on": date(2017, 1, 5), "amount": 1, "source": "s"}
            | {"channel": ["web", "shop"][n % 2]}
        )
    con = star.build(rows, SETTINGS)
    words = {"f": column_of(MEASURES["buyers"])}
    proofs = con.execute("SELECT dimensions FROM cube.cuboid_proof WHERE figure = $f", words).fetchall()
    assert [{"channel", "zone"} & set(dimensions) for (dimensions,) in proofs] == [{"zone"}, {"channel", "zone"}]
    answer = star.ask(con, settings=SETTINGS, measures=["buyers"], by=["district"], where={"channel": ("web", "shop")})
    assert {r["district"]: r["buyers"] for r in answer.table.to_pylist()} == {"D1": 1, "D2": 0}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"measures": ["typical_order"]}, "typical_order needs every record (median)"),
        ({"measures": ["revenue"], "by": ["area"]}, "areas overlap, so that a place may count in several"),
        ({"measures": ["households"]}, "zone statistics are small"),
        ({"measures": ["buyers"], "by": ["week"]}, "the days asked for cannot be made of whole months"),
        (
            {"measures": ["buyers"], "period": (date(2017, 2, 5), date(2017, 3, 31))},
            "the period is not made of whole months",
        ),
    ],
)
def test_the_router_says_why_the_facts_answer(con, words, why):
    (origin,) = star.ask(con, settings=SETTINGS, **words).origins
    assert (origin.source, origin.why) == ("facts", why)


def test_small_facts_and_projects_without_space_have_no_cuboids():
    for chosen in (settings(space_mb=0), settings(cuboids_from=1000)):
        con = star.build(company.rows(), chosen)
        assert con.execute("SELECT count(*) FROM cube.cuboid").fetchone() == (0,)
        (origin,) = star.ask(con, settings=chosen, measures=["revenue"]).origins
        assert origin.why == "the snapshot has no cuboids"


def test_every_cuboid_is_listed_with_its_columns_explained(con):
    listed = {n for (n,) in con.execute("SELECT name FROM cube.cuboid").fetchall()}
    listed |= {f"located_{n}" for (n,) in con.execute("SELECT fact FROM cube.located").fetchall()}
    made = "database_name = 'cube' AND (table_name LIKE 'cuboid%' OR table_name LIKE 'located%')"
    tables = con.execute(f"SELECT DISTINCT table_name FROM duckdb_columns() WHERE {made}").fetchall()
    assert listed | {"cuboid", "cuboid_proof", "located"} == {n for (n,) in tables}
    silent = con.execute(
        f"SELECT table_name, column_name FROM duckdb_columns() WHERE {made} AND comment IS NULL"
        " AND NOT (table_name LIKE 'located_%' AND column_name NOT SIMILAR TO '[pld]_.*')"  # as in the fact
    ).fetchall()
    assert silent == []


def test_records_are_read_with_their_regions_where_no_cuboid_answers(con):
    words = {"settings": SETTINGS, "measures": ["typical_order"]}
    answer = star.ask(con, **words, by=["district", "zone"], where={"residence_type": (None,)})
    assert 'FROM cube."located_order" AS f' in answer.sql
    assert "location_path" not in answer.sql
    assert "dim_location" not in answer.sql
    assert "located" not in star.ask(con, **words, by=["h3_r8"]).sql  # cells are not kept with them
    assert "located" not in star.ask(con, **words, by=["segment"]).sql  # nothing beside the records is read


def test_totals_take_eight_bytes_where_all_of_them_fit(con):
    def types(con):
        text = "SELECT DISTINCT data_type FROM duckdb_columns() WHERE column_name = $c AND table_name LIKE 'cuboid%'"
        return {t for (t,) in con.execute(text, {"c": column_of(MEASURES["revenue"])}).fetchall()}

    assert types(con) == {"DECIMAL(18,2)"}
    rows = company.rows()
    for n in range(300):  # January alone is too much for them
        month, amount = (1, 9 * 10**14) if n % 2 else (2, -9 * 10**14)
        large = {"order_id": f"x{n}", "customer_id": "c1", "ordered_on": date(2017, month, 5), "amount": amount}
        rows['ingest."order"'].append({**large, "source": "s"})
    con = star.build(rows, settings(measures={}))
    assert types(con) == {"DECIMAL(38,2)"}

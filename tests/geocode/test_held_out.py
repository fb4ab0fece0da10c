"""Real addresses: the reference asked for its own addresses, and the demo project with its known truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gcrm import sql
from tests.geocode.ground import build, connect

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "san_francisco" / "data"

# How a city's addresses are written on one line.
TEXTS = {
    "us_washington_dc": "house_number || ' ' || street || ', Washington, DC ' || postcode",
    "de_stuttgart": "street || ' ' || house_number || ', ' || postcode || ' Stuttgart'",
}


def asked(folder: Path, city: str, every: int) -> dict[str, tuple[int, float, float, float]]:
    """Ask a city for every n-th of its addresses, in parts (customers) and on one line (prospects).

    Only addresses that the reference holds once are asked for: number, street and postcode, whatever their case. The
    answer is their count, and the shares that are exact, within 1 m and within error_m.
    """
    with connect() as con:
        con.execute(
            "CREATE TEMP TABLE held AS SELECT *, row_number() OVER () AS row_no, count(*) OVER (PARTITION BY "
            "lower(house_number), lower(street), postcode) AS copies FROM read_parquet($file)",
            {"file": str(folder / "addresses" / f"{city}.parquet")},
        )
        con.execute(
            "INSERT INTO ingest.address_reference (house_number, street, postcode, lon, lat, source, row_no) "
            "SELECT house_number, street, postcode, lon, lat, 'reference', row_no FROM held"
        )
        con.execute(
            "INSERT INTO ingest.customer (customer_id, source, row_no, house_number, street, postcode) "
            "SELECT row_no, 'customers', row_no, house_number, street, postcode FROM held "
            "WHERE copies = 1 AND row_no % $every = 0",
            {"every": every},
        )
        con.execute(
            "INSERT INTO ingest.prospect (prospect_id, source, row_no, address) "
            f"SELECT row_no, 'prospects', row_no, {TEXTS[city]} FROM held "
            "WHERE copies = 1 AND row_no % $every = 0",
            {"every": every},
        )
        build(con)
        rows = con.execute(
            "WITH answer AS (SELECT r.kind, l.*, distance_m(held.lon, held.lat, l.lon, l.lat) AS off_m "
            "FROM geocode.record_location AS r JOIN geocode.location AS l USING (location_id) "
            "JOIN held USING (row_no)) SELECT kind, count(*), avg((match_level = 'exact')::INTEGER), "
            "avg(coalesce(off_m < 1, false)::INTEGER), avg(coalesce(off_m <= error_m, false)::INTEGER) "
            "FROM answer WHERE kind <> 'address_reference' GROUP BY kind"
        ).fetchall()
    return {kind: (count, exact, near, within) for kind, count, exact, near, within in rows}


@pytest.mark.soak
@pytest.mark.parametrize(("city", "addresses"), [("us_washington_dc", 71_500), ("de_stuttgart", 82_800)])
def test_a_city_finds_its_own_addresses(testdata: Path, city: str, addresses: int, soak: Callable[..., int]) -> None:
    every = 10 // soak(10, 1)
    answers = asked(testdata, city, every)
    assert set(answers) == {"customer", "prospect"}
    for kind, (count, exact, near, within) in answers.items():
        assert count >= addresses // every * (1 if every == 1 else 0.97)
        # The rest is written in two ways in the reference (Street NE, Street Northeast) at two points near each other.
        assert near >= 0.998, kind
        # On one line, a few odd numbers (12/1+2) and streets (18th and D Street) are not read.
        least = 1 if kind == "customer" else 0.999
        assert exact >= least, kind
        assert within >= least, kind


def test_the_demo_is_found_where_it_truly_is() -> None:
    if not (SAMPLE / "truth.parquet").is_file():
        pytest.skip("the demo project's truth is not there")
    with connect() as con:
        _load_demo(con)
        build(con)
        sql.run(con, "gcrm.geocode", "macro")
        rows = con.execute(
            "SELECT t.form, count(*), avg((l.match_level IN ('exact', 'given'))::INTEGER), "
            "avg((distance_m(t.lon, t.lat, l.lon, l.lat) < 1)::INTEGER), "
            "avg((distance_m(t.lon, t.lat, l.lon, l.lat) <= l.error_m)::INTEGER), count(l.lon) "
            "FROM geocode.record_location AS r JOIN geocode.location AS l USING (location_id) "
            "JOIN (SELECT 'customer' AS kind, source, row_no, customer_id AS id FROM ingest.customer UNION ALL "
            "SELECT 'prospect', source, row_no, prospect_id FROM ingest.prospect UNION ALL "
            "SELECT 'store', source, row_no, store_id FROM ingest.store) AS n USING (kind, source, row_no) "
            "JOIN read_parquet($file) AS t USING (kind, id) GROUP BY t.form",
            {"file": str(SAMPLE / "truth.parquet")},
        ).fetchall()
    shares = {form: values for form, *values in rows}
    for form in ("given", "given_parts", "parts", "parts_short", "text", "text_no_postcode", "wrong_postcode"):
        assert shares[form][1:3] == [1.0, 1.0], form
    assert shares["text_upper"][2] >= 0.98
    for form in ("no_number", "new_number", "postcode_only", "unknown_street"):
        assert shares[form][1] == 0, form
        assert shares[form][3] >= 0.88, form
    for form in ("po_box", "none"):
        assert shares[form][4] == 0, form


def _load_demo(con: duckdb.DuckDBPyConnection) -> None:
    """Fill ingest with the demo's references, customers and prospects."""
    address = "address, house_number, street, unit, postcode, city, lon, lat"
    for table, file, key, columns in (
        ("address_reference", "address_references", None, "house_number, street, unit, postcode, lon, lat"),
        ("customer", "customers", ("customer_id", "household_id"), address),
        ("prospect", "prospects", ("prospect_id", "prospect_id"), address),
    ):
        names, values = (f"{key[0]}, {columns}", f"{key[1]}, {columns}") if key else (columns, columns)
        con.execute(
            f"INSERT INTO ingest.{table} ({names}, source, row_no) "
            f"SELECT {values}, '{file}', row_number() OVER () FROM read_parquet($file)",
            {"file": str(SAMPLE / f"{file}.parquet")},
        )

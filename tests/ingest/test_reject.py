"""Every reason for which a record is rejected, and that only the rejected ones are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gcrm.columns import KINDS
from gcrm.errors import SourceError
from tests.ingest.bench import build, build_text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("kind", "header", "good", "bad", "reason", "column"),
    [
        (
            "orders",
            "order_id,customer_id,ordered_on",
            "1,2,2017-01-05",
            "2,3,",
            "missing_value",
            "ordered_on",
        ),
        ("orders", "order_id,customer_id,ordered_on", "1,2,2017-01-05", " ,2,2017-01-05", "missing_value", "order_id"),
        ("orders", "order_id,customer_id,ordered_on", "1,2,2017-01-05", "2,2,2017-02-30", "bad_date", "ordered_on"),
        ("orders", "order_id,customer_id,ordered_on", "1,2,2017-01-05", "2,2,1/5/2017", "bad_date", "ordered_on"),
        ("order_lines", "order_id,line_no,amount", "1,1,2.50", '1,2,"1,234"', "bad_number", "amount"),
        ("order_lines", "order_id,line_no,amount", "1,1,2.50", "1,2,2.505", "bad_number", "amount"),
        ("order_lines", "order_id,line_no,amount", "1,1.0,2.50", "1,1.5,2.50", "bad_number", "line_no"),
        ("order_lines", "order_id,line_no,amount", "1,1,2.50", "1,01,3", "duplicate_key", "order_id, line_no"),
        ("stores", "store_id,floor_area_m2", "1,0", "2,-1", "out_of_range", "floor_area_m2"),
        ("stores", "store_id,floor_area_m2", "1,", "2,NaN", "bad_number", "floor_area_m2"),
        ("dwellings", "dwelling_id,built_year", "1,1810", "2,18100", "out_of_range", "built_year"),
        ("customers", "customer_id,lon,lat", "1,-122.5,37.7", "2,-122.5,", "missing_value", "lat"),
        ("customers", "customer_id,lon,lat", "1,,", "2,,37.7", "missing_value", "lon"),
        ("customers", "customer_id,lon,lat", "1,180,-90", "2,180.1,0", "out_of_range", "lon"),
        ("customers", "customer_id,lon,lat", "1,180,-90", "2,0,x", "bad_number", "lat"),
        ("customers", "customer_id,name", "1,Ann", "1,Bob", "duplicate_key", "customer_id"),
        ("customers", "customer_id,name", "1,Ann", "2,B\0b", "bad_text", "name"),
        ("interactions", "interaction_id,occurred_at", "1,2017-01-05 10:00", "2,10:00", "bad_date", "occurred_at"),
    ],
)
def test_a_reason(tmp_path: Path, kind: str, header: str, good: str, bad: str, reason: str, column: str) -> None:
    built = build_text(tmp_path, kind, f"{header}\n{good}\n{bad}\n")
    assert built.rejects() == [(3, 2, reason, column)]
    assert built.rows("SELECT rows_in, rows_loaded, rows_rejected FROM ingest.source") == [(2, 1, 1)]
    (finding,) = built.report.findings
    assert (finding.kind, finding.subject, finding.count) == ("rejected", "it", 1)
    assert finding.detail == f"{reason} ({column})"


def test_the_first_reason_in_the_order_of_the_columns_counts(tmp_path: Path) -> None:
    built = build_text(tmp_path, "orders", "amount,ordered_on,customer_id,order_id\nx,x,,\nx,x,1,1\nx,2017-01-05,1,1\n")
    assert [row[2:] for row in built.rejects()] == [
        ("missing_value", "order_id"),
        ("bad_date", "ordered_on"),
        ("bad_number", "amount"),
    ]


def test_a_rejected_record_takes_no_key(tmp_path: Path) -> None:
    text = "customer_id,since\n1,x\n1,2020-01-01\n1,2021-01-01\n1,2022-01-01\n"
    built = build_text(tmp_path, "customers", text)
    assert built.rejects() == [
        (2, 1, "bad_date", "since"),
        (4, 3, "duplicate_key", "customer_id"),
        (5, 4, "duplicate_key", "customer_id"),
    ]
    assert built.rows("SELECT customer_id, since::VARCHAR FROM ingest.customer") == [("1", "2020-01-01")]


def test_a_key_is_taken_by_an_earlier_source(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("customer_id,name\n1,a\n2,a\n")
    (tmp_path / "b.csv").write_text("customer_id,name\n2,b\n3,b\n")
    (tmp_path / "c.csv").write_text("customer_id,name\n3,c\n1,c\n4,c\n")
    sources = {name: {"kind": "customers", "path": f"{name}.csv"} for name in ("b", "a", "c")}
    built = build(tmp_path, **sources)
    found = built.rows("SELECT customer_id, source, row_no FROM ingest.customer ORDER BY 1")
    assert found == [("1", "a", 1), ("2", "b", 1), ("3", "b", 2), ("4", "c", 3)]
    assert built.rows("SELECT source, line, reason FROM ingest.reject ORDER BY ALL") == [
        ("a", 3, "duplicate_key"),
        ("c", 2, "duplicate_key"),
        ("c", 3, "duplicate_key"),
    ]
    assert built.rows("SELECT source, rows_in, rows_loaded FROM ingest.source") == [
        ("b", 2, 2),
        ("a", 2, 1),
        ("c", 3, 1),
    ]


def test_keys_of_regions_belong_to_their_level_and_validity(tmp_path: Path) -> None:
    (tmp_path / "zones.csv").write_text("region_id,valid_from\n1,\n1,2020-01-01\n1,2020-01-01\n1,\n")
    (tmp_path / "zips.csv").write_text("region_id\n1\n")
    built = build(
        tmp_path,
        zones={"kind": "regions", "level": "zone", "path": "zones.csv"},
        zips={"kind": "regions", "level": "zip", "path": "zips.csv", "valid_from": "2021-01-01"},
    )
    found = built.rows("SELECT region_id, valid_from::VARCHAR, hierarchy, level FROM ingest.region ORDER BY ALL")
    assert found == [
        ("1", "2020-01-01", "city", "zone"),
        ("1", "2021-01-01", "postal", "zip"),
        ("1", None, "city", "zone"),
    ]
    assert [row[:3] for row in built.rejects()] == [(4, 3, "duplicate_key"), (5, 4, "duplicate_key")]


def test_words_for_not_known(tmp_path: Path) -> None:
    nulls = {"built_year": ["0", "N/A"], "dwelling_id": ["-"], "residence_type": ["0"]}
    text = "dwelling_id,built_year,residence_type\n-,0,0\n1, N/A ,00\n2,1900,flat\n3,00,\n"
    built = build_text(tmp_path, "dwellings", text, nulls=nulls)
    assert built.rows("SELECT dwelling_id, built_year, residence_type FROM ingest.dwelling ORDER BY row_no") == [
        (None, None, None),
        ("1", None, "00"),
        ("2", 1900, "flat"),
    ]
    assert built.rejects() == [(5, 4, "out_of_range", "built_year")]


def test_words_for_not_known_in_numbers(tmp_path: Path) -> None:
    pq.write_table(pa.table({"built_year": [0.0, 1900.0], "units": [9, 1]}), tmp_path / "a.parquet")
    nulls = {"built_year": ["0"], "units": ["9"]}
    built = build(tmp_path, it={"kind": "dwellings", "path": "a.parquet", "nulls": nulls})
    assert built.rows("SELECT built_year, units FROM ingest.dwelling ORDER BY row_no") == [(None, None), (1900, 1)]


def test_wide_statistics(tmp_path: Path) -> None:
    text = "zone,pop,inc,other\n1,10,,x\n2,x,5,x\n,1,1,x\n1,11,12,x\n3,,0.5,x\n"
    built = build_text(
        tmp_path,
        "zone_statistics",
        text,
        level="zone",
        columns={"region_id": "zone"},
        statistics={"residents": "pop", "income": "inc"},
        as_of="2010-04-01",
    )
    columns = "region_id, statistic, value, as_of::VARCHAR, hierarchy, level, source, row_no"
    assert built.rows(f"SELECT {columns} FROM ingest.zone_statistic ORDER BY row_no, statistic") == [
        ("1", "income", None, "2010-04-01", "city", "zone", "it", 1),
        ("1", "residents", 10.0, "2010-04-01", "city", "zone", "it", 1),
        ("3", "income", 0.5, "2010-04-01", "city", "zone", "it", 5),
        ("3", "residents", None, "2010-04-01", "city", "zone", "it", 5),
    ]
    assert built.rejects() == [
        (3, 2, "bad_number", "residents"),
        (4, 3, "missing_value", "region_id"),
        (5, 4, "duplicate_key", "region_id, statistic, as_of"),
    ]
    assert built.rows("SELECT rows_in, rows_loaded, rows_rejected FROM ingest.source") == [(5, 2, 3)]
    assert built.report.rows["zone_statistic"] == 4


def test_wide_and_long_statistics_together(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("region_id,statistic,value\n1,residents,5\n2,jobs,6\n")
    (tmp_path / "wide.csv").write_text("region_id,a,b\n1,7,8\n2,9,10\n")
    (tmp_path / "more.csv").write_text("region_id,statistic,value\n2,residents,5\n3,jobs,6\n")
    built = build(
        tmp_path,
        long={"kind": "zone_statistics", "level": "zone", "path": "long.csv"},
        wide={
            "kind": "zone_statistics",
            "level": "zone",
            "path": "wide.csv",
            "statistics": {"residents": "a", "income": "b"},
        },
        more={"kind": "zone_statistics", "level": "zone", "path": "more.csv"},
    )
    found = built.rows("SELECT region_id, statistic, value FROM ingest.zone_statistic ORDER BY ALL")
    assert found == [
        ("1", "residents", 5.0),
        ("2", "income", 10.0),
        ("2", "jobs", 6.0),
        ("2", "residents", 9.0),
        ("3", "jobs", 6.0),
    ]
    assert built.rows("SELECT source, line FROM ingest.reject ORDER BY ALL") == [("more", 2), ("wide", 2)]


def test_the_ledger_keeps_no_value(tmp_path: Path) -> None:
    text = "order_id,customer_id,ordered_on,amount\nSECRET1,SECRET2,SECRET3,SECRET4\nSECRET1,a,b\n"
    built = build_text(tmp_path, "orders", text)
    assert len(built.rejects()) == 2
    assert "SECRET" not in str(built.rows("SELECT * FROM ingest.reject"))
    assert "SECRET" not in str(built.report)


def test_comments_are_in_the_catalog(tmp_path: Path) -> None:
    built = build_text(tmp_path, "owners", "owner_id\n1\n")
    missing = built.rows(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'ingest' AND comment IS NULL"
    )
    assert missing == []
    tables = dict(built.rows("SELECT table_name, comment FROM duckdb_tables() WHERE database_name = 'ingest'"))
    assert len(tables) == len(KINDS) + len(
        {"reject", "source", "task", "operation", "decision", "sameness", "residence"}
    )
    assert all(comment.startswith("One row per") for comment in tables.values())


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"path": "none.csv"}, "files are missing"),
        ({"path": "a.doc"}, r"no reader knows files that end in '.doc'"),
        ({"columns": {"name": "naem"}}, "no column 'naem' for 'name'. Did you mean 'name'"),
        ({"columns": {"lon": "name"}}, "a column for 'lon' but none for 'lat'"),
        ({"formats": {"since": "%Q"}}, "formats.since: '%Q' is no format"),
    ],
)
def test_what_is_refused(tmp_path: Path, source: dict[str, object], says: str) -> None:
    (tmp_path / "a.doc").touch()
    (tmp_path / "a.csv").write_text("customer_id,name\n1,Ann\n")
    with pytest.raises(SourceError, match=says):
        build(tmp_path, it={"kind": "customers", "path": "a.csv", **source})


def test_statistics_are_wide_or_long(tmp_path: Path) -> None:
    more = {"level": "zone", "statistics": {"jobs": "a"}, "columns": {"value": "a"}}
    with pytest.raises(SourceError, match="one column per figure"):
        build_text(tmp_path, "zone_statistics", "region_id,a\n1,2\n", **more)
    more = {"level": "zone", "statistics": {"jobs": "b"}}
    with pytest.raises(SourceError, match="no column 'b' for the statistic 'jobs'"):
        build_text(tmp_path, "zone_statistics", "region_id,a\n1,2\n", **more)

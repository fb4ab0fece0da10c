"""The stage itself: ingest tables in, located places out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.errors import InternalError
from gcrm.geocode.comment import write_comments
from gcrm.geocode.parcel import write_parcel_points
from gcrm.geocode.pattern import values as patterns
from gcrm.geocode.report import findings
from gcrm.geocode.stock import drop_packs, write_packs
from gcrm.stage import StageReport

if TYPE_CHECKING:
    import duckdb

    from gcrm.settings import Settings

#: How far a point that came with a record or a reference may be from the building's entrance (95 %), in metres.
POINT_ERROR_M = 10.0
#: Points of one address farther apart than this are different places (a tie), in metres.
APART_M = 50.0
#: A street or postcode that reaches farther from its centre than this (95 %) is several of one name, in metres.
WIDE_M = 20_000.0

_TABLES = ("location", "record_location", "reference")
_UNDERSTAND = ("written", "parsed", "street", "address")
_MATCH = ("reference", "place", "query", "exact", "near", "match")
_TEMPORARY = (
    "written",
    "parsed",
    "street",
    "address",
    "place",
    "query",
    "exact",
    "near",
    "match",
    "parcel_point",
    "word",
    "rule",
)


def build_geocode(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
    """Give each located record a place, and each place a point with how sure and how far off it may be.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-only and `geocode` read-write.
    settings
        The project's settings.

    Returns
    -------
    StageReport
        Rows of `location`, `record_location` and `reference`; per kind how many records were located at which level,
        how many could not be and why.

    Raises
    ------
    InternalError
        If two different places share a location_id.
    SourceError
        If a reference pack is missing or damaged.
    """
    for name in ("macro", "word", "rule", "record"):
        sql.run(con, __package__, name)
    write_packs(con, settings, APART_M)
    write_parcel_points(con)
    values = {**patterns(con), "point_error_m": POINT_ERROR_M, "apart_m": APART_M, "wide_m": WIDE_M}
    for name in (*_UNDERSTAND, *_MATCH, "location", "record_location"):
        sql.run(con, __package__, name, values)
    _refuse_collisions(con)
    write_comments(con)
    report = StageReport("geocode", _rows(con), findings(con))
    _clear(con)
    return report


def _refuse_collisions(con: duckdb.DuckDBPyConnection) -> None:
    """Stop where two places share a location_id: they would silently become one."""
    row = con.execute(sql.read(__package__, "collision")).fetchone()
    if row is None or row[0]:
        msg = "two places share a location_id"
        raise InternalError(msg)


def _rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count the rows of each table of the stage."""
    counts = {}
    for table in _TABLES:
        row = con.execute(f"SELECT count(*) FROM geocode.{sql.identifier(table)}").fetchone()
        counts[table] = int(row[0]) if row else 0
    return counts


def _clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what only this stage needs."""
    drop_packs(con)
    con.execute("DROP VIEW temp.located_record")
    for table in _TEMPORARY:
        con.execute(f"DROP TABLE temp.{sql.identifier(table)}")

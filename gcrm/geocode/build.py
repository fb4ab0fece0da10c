"""The stage itself: ingest tables in, located places out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.errors import InternalError
from gcrm.geocode import decision, memory, suggestion
from gcrm.geocode.comment import write_comments
from gcrm.geocode.crossing import write_crossings
from gcrm.geocode.parcel import write_parcel_points
from gcrm.geocode.pattern import set_country
from gcrm.geocode.pattern import values as patterns
from gcrm.geocode.reading import read_again
from gcrm.geocode.report import findings
from gcrm.geocode.segment import write_segments
from gcrm.geocode.stock import drop_packs, write_packs
from gcrm.stage import StageReport

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from gcrm.geocode.memory import Memory
    from gcrm.settings import Settings

#: How far a point that came with a record or a reference may be from the building's entrance (95 %), in metres.
POINT_ERROR_M = 10.0
#: Points of one address farther apart than this are different places (a tie), in metres.
APART_M = 100.0
#: Points of the same number, street and postcode are one address up to this distance, in metres; farther, a tie,
SPREAD_M = 500.0
#: unless they stand side by side like the houses of a campus: no gap wider than this, in metres,
GAP_M = 300.0
#: and none of them farther from the one that stands for all than this, in metres.
CAMPUS_M = 2_000.0
#: A street or postcode that reaches farther from its centre than this (95 %) is several of one name, in metres.
WIDE_M = 20_000.0

#: So many different addresses within a metre are a pile-up.
PILE_UP = 10

#: Candidates whose faults differ by less than this are equally good.
TIE_PRICE = 2.0
#: Candidates whose faults differ by no more than this from the best are told as alternatives.
TELL_PRICE = 12.0
#: An address with more faults than this is not taken without a person.
REVIEW_PRICE = 30.0
#: A number new to its street is a tie where a street alike has it, with no more faults than this.
ALIKE_PRICE = 48.0
#: A street with more faults than this is not taken for the one that was written, where its number is not known.
STREET_PRICE = 12.0
#: Neighbours farther apart than this say nothing about a number between them, in metres.
BETWEEN_M = 250.0

_TABLES = ("location", "record_location", "reference", "alternative", "pile_up")
_LISTS = ("word", "rule", "fault", "price", "confidence")
_UNDERSTAND = ("written", "arranged", "parsed", "street", "address")
_REFERENCE = (
    "reference",
    "held_range",
    "held_street",
    "reference_version",
    "held_postcode",
    "held_city",
    "held_reach",
    "held_area",
)
_NAMES = ("held_extent", "word_form", "held_said", "name", "held_name", "held_piece", "held_word")
_ASK = ("query", "exact", "open")
_ALIKE = ("mend", "said", "name", "alike", "held_number", "candidate", "choice", "answer")
_NEAR = ("unanswered", "meant", "neighbour", "near")
_LINES = ("segment", "crossed", "node", "crossing", "parcel_point", "reordered")
_FOUND = ("match", "alternative")
_HELD = (*_REFERENCE[1:], "held_extent", "word_form", "held_name", "held_piece", "held_word")
_TEMPORARY = (*_LISTS, *_UNDERSTAND, *_HELD, "place", *_ASK, *_ALIKE, *_NEAR, *_LINES, "match", "habit", "decided")
_VALUES = {
    "point_error_m": POINT_ERROR_M,
    "apart_m": APART_M,
    "spread_m": SPREAD_M,
    "gap_m": GAP_M,
    "campus_m": CAMPUS_M,
    "wide_m": WIDE_M,
    "tie_price": TIE_PRICE,
    "tell_price": TELL_PRICE,
    "review_price": REVIEW_PRICE,
    "alike_price": ALIKE_PRICE,
    "street_price": STREET_PRICE,
    "between_m": BETWEEN_M,
    "pile_up": PILE_UP,
}


def build_geocode(con: duckdb.DuckDBPyConnection, *, settings: Settings, earlier: Memory | None = None) -> StageReport:
    """Give each located record a place, and each place a point with how sure and how far off it may be.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-only and `geocode` read-write.
    settings
        The project's settings.
    earlier
        What is known of the build before; null looks for every address, and keeps nothing for the next build.

    Returns
    -------
    StageReport
        Rows of `location`, `record_location`, `reference`, `alternative` and `pile_up`; per kind how many records were
        located at which level, how many could not be and why.

    Raises
    ------
    InternalError
        If two different places share a location_id.
    SourceError
        If a reference pack is missing or damaged.
    """
    set_country(con, settings.geocode.country)
    known = earlier.catalog if earlier and memory.holds(con, earlier) else None
    if known is None:
        write_reference(con, settings)
    else:
        _prepare(con)
        write_packs(con, settings, APART_M, empty=True)
        memory.take_reference(con, known, _HELD)
        sql.run(con, __package__, "record")
        write_parcel_points(con)
    write_locations(con, earlier, known, settings=settings)
    write_comments(con)
    report = StageReport("geocode", _rows(con), findings(con))
    _clear(con)
    return report


def write_reference(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write what addresses are looked for in: `geocode.reference`, and the temporary tables that are made of it.

    Parameters
    ----------
    con
        Connection with `ingest` attached and `geocode` read-write.
    settings
        The project's settings.

    Raises
    ------
    SourceError
        If a reference pack is missing or damaged.
    """
    set_country(con, settings.geocode.country)
    _prepare(con)
    write_packs(con, settings, APART_M)
    sql.run(con, __package__, "record")
    write_parcel_points(con)
    values = {**patterns(con), **_VALUES, "held": True}
    for name in (*_UNDERSTAND, *_REFERENCE, *_NAMES):
        sql.run(con, __package__, name, values)


def write_locations(
    con: duckdb.DuckDBPyConnection,
    earlier: Memory | None = None,
    known: str | None = None,
    *,
    settings: Settings | None = None,
) -> None:
    """Find the located records of `ingest`: `geocode.location`, `record_location` and `alternative`.

    Parameters
    ----------
    con
        Connection with what `write_reference` wrote, which stays as it is.
    earlier
        What is known of the build before; null keeps nothing for the next one.
    known
        Catalog of that build where it found what would be found again; null looks for every address.
    settings
        The project's settings; null where no remote geocoder was ever asked.

    Raises
    ------
    InternalError
        If two different places share a location_id.
    """
    values = values_of(con)
    asked = write_matches(con, values, known)
    if known:
        memory.take_matches(con, known)
    if earlier:
        memory.keep(con, earlier, _HELD, asked)
    # What follows is not kept: it may change although neither the address nor the reference does.
    sql.run(con, __package__, "record_location", values)
    if settings:
        suggestion.apply_to_match(con, settings)
    decision.apply_to_match(con)
    sql.run(con, __package__, "location", values)
    decision.apply_to_points(con)
    sql.run(con, __package__, "pile_up", values)
    _refuse_collisions(con)


def values_of(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return what the SQL that finds addresses takes as values.

    Parameters
    ----------
    con
        Connection with what `write_reference` wrote.

    Returns
    -------
    dict of str to Any
        Name -> value.
    """
    return {**patterns(con), **_VALUES, "held": False}


def write_matches(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any], known: str | None = None) -> int:
    """Find the addresses of `ingest`: the temporary table `match`, and `geocode.alternative`.

    Parameters
    ----------
    con
        Connection with what `write_reference` wrote, which stays as it is.
    values
        What `values_of` returned.
    known
        Catalog of the build before where it found what would be found again; null looks for every address.

    Returns
    -------
    int
        Places that were looked for.
    """
    _understand(con, values, known)
    asked = sql.run(con, __package__, "place", values)
    if known:
        asked = memory.spare_places(con, known)
    for name in (*_ASK, *_ALIKE, *_NEAR):
        sql.run(con, __package__, name, values)
    write_segments(con, POINT_ERROR_M)
    write_crossings(con, values)
    for name in _FOUND:
        sql.run(con, __package__, name, values)
    return asked


def _prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the functions and lists that the stage's SQL uses."""
    for name in ("macro", "match_macro", "key_macro", *_LISTS):
        sql.run(con, __package__, name)


def _understand(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any], known: str | None) -> None:
    """Write the table `address`: those that were understood before are taken over."""
    first, *rest = _UNDERSTAND
    sql.run(con, __package__, first, values)
    if known:
        memory.spare_written(con, known)
    for name in rest:
        sql.run(con, __package__, name, values)
        if name == "street":
            read_again(con, values)
    if known:
        memory.take_addresses(con)


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

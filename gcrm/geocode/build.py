"""The stage itself: ingest tables in, located places out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.geocode import memory
from gcrm.geocode.intake.parcel import write_parcel_points
from gcrm.geocode.intake.record import drop_records, write_records
from gcrm.geocode.intake.stock import drop_packs, write_packs
from gcrm.geocode.limit import APART_M, VALUES
from gcrm.geocode.matching import candidate, question, rule
from gcrm.geocode.nearby import approach
from gcrm.geocode.reading import address, pattern
from gcrm.geocode.reference import held
from gcrm.geocode.result import location
from gcrm.geocode.result.comment import write_comments
from gcrm.geocode.result.report import findings
from gcrm.geocode.verdict import decision, match, suggestion
from gcrm.stage import StageReport

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from gcrm.geocode.memory import Memory
    from gcrm.settings import Settings

_TABLES = ("location", "record_location", "reference", "alternative", "pile_up")
_ROOMS = (address, held, rule, question, candidate, approach, match)
_TEMPORARY = (*(table for room in _ROOMS for table in room.TABLES), "parcel_point", "decided")


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
    known = earlier.catalog if earlier and memory.holds(con, earlier) else None
    if known is None:
        write_reference(con, settings)
    else:
        _prepare(con, settings)
        write_packs(con, settings, APART_M, empty=True)
        memory.take_reference(con, known, held.HELD)
        write_records(con)
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
    _prepare(con, settings)
    write_packs(con, settings, APART_M)
    write_records(con)
    write_parcel_points(con)
    values = {**values_of(con), "held": True}
    address.write_written(con, values)
    address.write_addresses(con, values, held=True)
    held.write_held(con, values)


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
        memory.keep(con, earlier, held.HELD, asked)
    # What follows is not kept: it may change although neither the address nor the reference does.
    location.write_record_locations(con, values)
    if settings:
        suggestion.apply_to_match(con, settings)
    decision.apply_to_match(con)
    location.write_points(con, values)
    decision.apply_to_points(con)
    location.write_pile_ups(con, values)


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
    return {**pattern.values(con), **VALUES, "held": False}


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
    asked = question.write_places(con, values)
    if known:
        asked = memory.spare_places(con, known)
    if asked:
        question.write_questions(con, values)
        candidate.write_candidates(con, values)
        approach.write_approaches(con, values)
    else:  # setting up what finds addresses would take longer than a small build
        candidate.write_none(con)
        approach.write_none(con)
    match.write_matches(con, values)
    return asked


def _prepare(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make the functions and lists that the stage's SQL uses."""
    for name in ("macro", "key_macro"):
        sql.run(con, __package__, name)
    pattern.set_country(con, settings.geocode.country)
    address.write_words(con)
    rule.write_rules(con)
    match.write_confidence(con)


def _understand(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any], known: str | None) -> None:
    """Write the table `address`: those that were understood before are taken over."""
    address.write_written(con, values)
    if known:
        memory.spare_written(con, known)
    address.write_addresses(con, values, held=False)
    if known:
        memory.take_addresses(con)


def _rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count the rows of each table of the stage."""
    return {table: sql.number(con, f"SELECT count(*) FROM geocode.{sql.identifier(table)}") for table in _TABLES}


def _clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what only this stage needs."""
    drop_packs(con)
    drop_records(con)
    for table in _TEMPORARY:
        con.execute(f"DROP TABLE IF EXISTS temp.{sql.identifier(table)}")

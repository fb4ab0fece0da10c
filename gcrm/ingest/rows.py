"""The rows of one file: read as planned, checked, and put into `ingest.load` with what is wrong with each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from gcrm import sql
from gcrm.ingest import day
from gcrm.ingest.geometry import functions
from gcrm.ingest.guard import guard, take
from gcrm.ingest.plan import Plan, plan
from gcrm.ingest.reader import reader_for
from gcrm.ingest.text.gap import number_rows

if TYPE_CHECKING:
    from gcrm.ingest.reading import Broken, Lines, Origin, Reading
    from gcrm.settings import Settings

#: Share of the rows with coordinates from which on it must be the CRS that is wrong, not the rows.
_MOST = 0.5


@dataclass(frozen=True)
class Loaded:
    """What has been read of a file; its rows stand in `ingest.load`.

    Attributes
    ----------
    origin
        The source.
    format
        What its file is.
    names
        Names of its columns.
    plan
        How its rows were read.
    lines
        How its records lie on the lines of a text file; null for other formats.
    broken
        Records that could not be taken apart; they are not among the rows.
    """

    origin: Origin
    format: str
    names: tuple[str, ...]
    plan: Plan
    lines: Lines | None
    broken: tuple[Broken, ...]


def read(con: duckdb.DuckDBPyConnection, origin: Origin, settings: Settings, like: Loaded | None = None) -> Loaded:
    """Read a file into `ingest.load`; where DuckDB's reader fails on it, record by record.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write, whose inserts keep the order of what they insert.
    origin
        The source and its file.
    settings
        The project's settings.
    like
        Another file of the source, whose columns this one must have; null for the first.

    Returns
    -------
    Loaded
        What has been read; `ingest.load` has one row per record, in its column `fault` what is wrong with it.

    Raises
    ------
    SourceError
        If the file cannot be read as declared, or most of its coordinates lie outside the world.
    """
    _check_formats(con, origin)
    with guard(con, origin), reader_for(origin).open_reading(con, origin) as reading:
        _check_names(origin, reading, like)
        loaded = _fill(con, origin, reading, settings)
        if loaded is None and reading.careful is not None:
            with reading.careful() as second:
                loaded = _fill(con, origin, second, settings)
    if loaded is None:
        msg = "its rows cannot be read: the file is damaged. Write it anew."
        raise origin.refuse(msg)
    _check_places(con, loaded)
    return loaded


def _check_names(origin: Origin, reading: Reading, like: Loaded | None) -> None:
    """Refuse a file of a pattern whose columns are not called like those of another, whatever their order."""
    if like is None:
        return
    mine, theirs = [column.name for column in reading.columns], like.names
    for names, others, file in ((theirs, mine, origin.file), (mine, theirs, like.origin.file)):
        lacking = [name for name in names if name not in others]
        if lacking:
            other = like.origin.file if file == origin.file else origin.file
            msg = (
                f"the files of one source have columns of the same names, but {file} lacks '{lacking[0]}', which "
                f"{other} has. Mend the file, or make it a source of its own."
            )
            raise origin.refuse(msg)


def _fill(con: duckdb.DuckDBPyConnection, origin: Origin, reading: Reading, settings: Settings) -> Loaded | None:
    """Fill `ingest.load` from a reading; null where the file cannot be read that way."""
    planned = plan(origin, reading, settings)
    con.execute("DROP TABLE IF EXISTS ingest.load")
    with functions(con, planned.crs):
        if not take(con, origin, reading, f"CREATE TABLE ingest.load AS {planned.query}", planned.parameters):
            return None
    day.check(con, origin, reading, planned)
    rows = sql.number(con, "SELECT count(*) FROM ingest.load")
    broken = tuple(reading.broken(rows))
    if reading.records is not None and rows + len(broken) != reading.records:
        if reading.careful is not None:
            return None
        msg = f"it should hold {reading.records} records, but {rows} can be read: the file is damaged. Write it anew."
        raise origin.refuse(msg)
    if reading.row_no is None:
        number_rows(con, broken)
    lines = reading.lines() if reading.lines is not None else None
    names = tuple(column.name for column in reading.columns)
    return Loaded(origin, reading.format, names, planned, lines, broken)


def _check_formats(con: duckdb.DuckDBPyConnection, origin: Origin) -> None:
    """Refuse formats of dates that DuckDB does not understand."""
    for name, strptime in origin.source.formats.items():
        try:
            con.execute("SELECT try_strptime('', CAST($strptime AS VARCHAR))", {"strptime": strptime}).fetchone()
        except duckdb.Error:
            msg = f"formats.{name}: '{strptime}' is no format of dates. Write it like '%d.%m.%Y %H:%M'."
            raise origin.refuse(msg) from None


def _check_places(con: duckdb.DuckDBPyConnection, loaded: Loaded) -> None:
    """Refuse a source whose coordinates lie outside the world for the most part: its CRS is another."""
    codes = [i for i, fault in enumerate(loaded.plan.faults) if fault.misplaced]
    if not codes:
        return
    has = " OR ".join(f"{name} IS NOT NULL" for name in loaded.plan.places)
    counts = f"count(*) FILTER (list_contains($codes, fault)), count(*) FILTER (fault IS NULL AND ({has}))"
    bad, good = con.execute(f"SELECT {counts} FROM ingest.load", {"codes": codes}).fetchall()[0]
    if bad > _MOST * (bad + good):
        msg = (
            f"{bad} of {bad + good} places lie outside the world when read as {loaded.plan.crs.name}. "
            "Name the right CRS by 'crs' in gcrm.toml, and check that x and y are not exchanged."
        )
        raise loaded.origin.refuse(msg)

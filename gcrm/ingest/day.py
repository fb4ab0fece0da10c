"""Days that are not written as ISO 8601: which formats fit them, and the refusal that says what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.columns import KINDS
from gcrm.ingest.cast import text
from gcrm.ingest.ledger import number

if TYPE_CHECKING:
    import duckdb

    from gcrm.ingest.plan import Plan
    from gcrm.ingest.reading import Origin, Reading

_DAYS = (
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%B %d, %Y",
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
#: Share of a source's rows whose date cannot be read, from which on it must be the format that is wrong, not the rows.
_MOST = 0.5


def fitting(con: duckdb.DuckDBPyConnection, relation: str, values: dict[str, object], column: str) -> list[str]:
    """Find the formats that fit every date of a text column.

    Parameters
    ----------
    con
        Connection that reads the rows.
    relation
        What stands after FROM.
    values
        Values of its `$name` parameters.
    column
        SQL of the column.

    Returns
    -------
    list of str
        Formats in the way of strptime; more than one where day and month cannot be told apart; none where no format
        fits all, or there are no values.
    """
    formats = [day + clock for clock in _CLOCKS for day in _DAYS]
    fits = ", ".join(f"count(try_strptime(v, $f{i}))" for i in range(len(formats)))
    row = con.execute(
        f"SELECT count(*), {fits} FROM (SELECT trim({column}) AS v FROM {relation}) WHERE v <> ''",
        values | {f"f{i}": form for i, form in enumerate(formats)},
    ).fetchall()[0]
    found = [form for form, count in zip(formats, row[1:], strict=True) if count == row[0] > 0]
    # A year of two digits is meant only where one of four does not fit.
    return [form for form in found if "%Y" in form] or found


def check(con: duckdb.DuckDBPyConnection, origin: Origin, reading: Reading, plan: Plan) -> None:
    """Refuse a source whose dates are for the most part in a format that gcrm.toml does not name.

    Parameters
    ----------
    con
        Connection with `ingest.load` filled.
    origin
        The source.
    reading
        Its opened file.
    plan
        How its rows were read.

    Raises
    ------
    SourceError
        If a format fits every value of such a column; the message says which one to write.
    """
    names = [column.name for column in reading.columns]
    for code, fault in enumerate(plan.faults):
        if fault.reason != "bad_date" or fault.column in origin.source.formats:
            continue
        bad = number(con, "SELECT count(*) FROM ingest.load WHERE fault = $code", {"code": code})
        if not bad or bad <= _MOST * number(con, "SELECT count(*) FROM ingest.load"):
            continue
        if fault.column not in KINDS[origin.source.kind].field_names:
            continue
        column = names.index(origin.source.columns.get(fault.column, fault.column))
        shown = text(reading.columns[column].type, f"c{column}")
        found = fitting(con, reading.relation, dict(reading.parameters), shown) if shown is not None else []
        if found:
            raise origin.refuse(_say(fault.column, found))


def _say(column: str, formats: list[str]) -> str:
    written = [f'formats = {{ {column} = "{form}" }}' for form in formats]
    if len(written) == 1:
        return f"the dates of '{column}' are not ISO 8601, and gcrm.toml names no format. Write: {written[0]}"
    return (
        f"the dates of '{column}' are not ISO 8601, and day and month cannot be told apart: more than one format fits "
        f"every value. Write the one that is meant: {' or '.join(written)}"
    )

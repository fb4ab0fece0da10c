"""Days that are not written as ISO 8601: which formats fit them, and the refusal that says what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.columns import KINDS
from gcrm.ingest.cast import text

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
#: Values that are tried first, and share of the values that a format must fit.
_FIRST, NEARLY_ALL = 1000, 0.95
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
#: Share of a source's rows whose date cannot be read, from which on it must be the format that is wrong, not the rows.
_MOST = 0.5


def fitting(con: duckdb.DuckDBPyConnection, relation: str, values: dict[str, object], column: str) -> list[str]:
    """Find the formats that fit the dates of a text column, but for a few that are wrong in any.

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
        fits nearly all, or there are no values.
    """
    found = [day + clock for clock in _CLOCKS for day in _DAYS]
    # Most formats do not fit the first values, and need not be tried on all.
    for some in (f"LIMIT {_FIRST}", ""):
        if not found:
            return []
        fits = ", ".join(f"count(try_strptime(v, $f{i}))" for i in range(len(found)))
        row = con.execute(
            f"SELECT count(*), {fits} FROM (SELECT trim({column}) AS v FROM {relation} WHERE v <> '' {some})",
            values | {f"f{i}": form for i, form in enumerate(found)},
        ).fetchall()[0]
        most = max(row[1:])
        enough = most > 0 and most >= NEARLY_ALL * row[0]
        least = most if not some else NEARLY_ALL * row[0]
        found = [form for form, count in zip(found, row[1:], strict=True) if enough and count >= least]
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
        If a format fits nearly every value of such a column; the message says which one to write.
    """
    names = [column.name for column in reading.columns]
    for code, fault in enumerate(plan.faults):
        if fault.reason != "bad_date" or fault.column in origin.source.formats:
            continue
        bad = sql.number(con, "SELECT count(*) FROM ingest.load WHERE fault = $code", {"code": code})
        if not bad or bad <= _MOST * sql.number(con, "SELECT count(*) FROM ingest.load"):
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
        f"them. Write the one that is meant: {' or '.join(written)}"
    )

"""Traits of a file's columns: what type their values have, how many there are, and from where to where they go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm.ingest import cast, day

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from gcrm.ingest.reading import Column

#: Rows among which different values are counted.
BOUND = 100_000
_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_WHOLE = r"[+-]?\d+"
_COMMA = r"[+-]?\d{1,3}([. ]?\d{3})*,\d+"
_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = _DAY + r"[T ]\d{2}:\d{2}.*"
_TRUTH = "('true', 'false', 'yes', 'no')"


@dataclass(frozen=True)
class Trait:
    """What is seen of one column.

    Attributes
    ----------
    name
        Its name in the file.
    type
        `empty`, `integer`, `number`, `number with a decimal comma`, `date`, `timestamp`, `boolean`, `text`, or
        DuckDB's name for whatever no field can be made from.
    empty_share
        Share of the rows without a value.
    distinct
        Different values among the first `BOUND` rows.
    smallest, largest
        Of numbers and days; null for text and for numbers that name rows: such values are shown only when asked for.
    formats
        Formats that fit nearly every value of dates that are not ISO 8601; several where day and month look alike.
    examples
        As many values as were asked for.
    longest
        Characters of the longest value.
    """

    name: str
    type: str
    empty_share: float
    distinct: int
    smallest: str | None = None
    largest: str | None = None
    formats: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    longest: int = 0


def traits(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[Column], examples: int = 0
) -> tuple[Trait, ...]:
    """Look at every column of a table.

    Parameters
    ----------
    con
        Connection with the table.
    table
        Its name; its columns are called `c0`, `c1`, ...
    columns
        Their names and types in the file.
    examples
        How many values of each to keep.

    Returns
    -------
    tuple of Trait
        One per column, in order.
    """
    return tuple(_trait(con, table, f"c{i}", column, examples) for i, column in enumerate(columns))


def _trait(con: duckdb.DuckDBPyConnection, table: str, name: str, column: Column, examples: int) -> Trait:
    shown = cast.text(column.type, name)
    if shown is None:
        (full,) = con.execute(f"SELECT coalesce(avg(({name} IS NULL)::INTEGER), 0) FROM {table}").fetchall()[0]
        return Trait(column.name, "geometry" if column.name == "geometry" else column.type, float(full), 0)
    values = f"SELECT nullif(trim({shown}), '') AS v FROM {table}"
    counts = _counts(con, values)
    distinct = con.execute(f"SELECT count(DISTINCT v) FROM ({values} LIMIT {BOUND})").fetchall()[0][0]
    formats: tuple[str, ...] = ()
    kind = _type(counts)
    if kind == "text" and counts["digits"] >= day.NEARLY_ALL * counts["filled"]:
        formats = tuple(day.fitting(con, table, {}, shown))
        kind = "date" if formats else kind
    names_rows = kind == "integer" and distinct == min(counts["filled"], BOUND) > 1
    smallest, largest = (None, None) if names_rows else _range(con, values, kind, formats)
    kept = con.execute(f"SELECT v FROM ({values}) WHERE v IS NOT NULL LIMIT {examples}").fetchall() if examples else []
    empty = 1 - counts["filled"] / counts["rows"] if counts["rows"] else 0.0
    shown_values = tuple(str(v)[:80] for (v,) in kept)
    return Trait(column.name, kind, empty, distinct, smallest, largest, formats, shown_values, counts["longest"])


def _counts(con: duckdb.DuckDBPyConnection, values: str) -> dict[str, int]:
    """Count rows, and values of each shape."""
    shapes = {"number": _NUMBER, "whole": _WHOLE, "comma": _COMMA, "day": _DAY, "clock": _CLOCK, "digits": r".*\d.*"}
    shapes |= {"code": r"0\d+"}
    parts = [f"count(*) FILTER (regexp_full_match(v, '{shape}')) AS \"{name}\"" for name, shape in shapes.items()]
    parts += [f"count(*) FILTER (lower(v) IN {_TRUTH}) AS truth", "coalesce(max(length(v)), 0) AS longest"]
    row = con.execute(f"SELECT count(*), count(v), {', '.join(parts)} FROM ({values})").fetchall()[0]
    return dict(zip(("rows", "filled", *shapes, "truth", "longest"), row, strict=True))


def _type(counts: dict[str, int]) -> str:
    filled = counts["filled"]
    if not filled:
        return "empty"
    if counts["code"]:
        return "text"  # leading zeros count
    names = {"whole": "integer", "number": "number", "day": "date", "clock": "timestamp", "truth": "boolean"}
    found = next((name for shape, name in names.items() if counts[shape] == filled), None)
    if found is None and counts["comma"] and counts["comma"] + counts["whole"] >= filled:
        return "number with a decimal comma"
    return found or "text"


def _range(
    con: duckdb.DuckDBPyConnection, values: str, kind: str, formats: tuple[str, ...]
) -> tuple[str | None, str | None]:
    """Return the smallest and the largest number or day."""
    made: dict[str, Any] = {}
    if kind in {"integer", "number"}:
        value = "TRY_CAST(v AS DOUBLE)"
    elif kind in {"date", "timestamp"}:
        value = "CAST(try_strptime(v, $format) AS DATE)" if formats else "TRY_CAST(substr(v, 1, 10) AS DATE)"
        made = {"format": formats[0]} if formats else {}
    else:
        return None, None
    low, high = con.execute(f"SELECT min({value}), max({value}) FROM ({values})", made).fetchall()[0]
    return tuple(None if v is None else f"{v:.12g}" if isinstance(v, float) else str(v) for v in (low, high))  # type: ignore[return-value]

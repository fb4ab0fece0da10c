"""Casts: from the type of a file's column to the type of a field, in SQL.

Nothing is guessed. Numbers have a point as decimal mark and no separators of thousands; blanks around them do not
count. Dates and times are ISO 8601 or in the format that gcrm.toml names. A time with an offset keeps the clock it was
written with. Text stays as it is written; a whole number stored as 12.0 reads 12.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from gcrm.columns import Field, FieldType

_FAMILIES = (
    ("text", r"VARCHAR|ENUM\(.*|UUID"),
    ("integer", r"U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)"),
    ("float", r"FLOAT|DOUBLE"),
    ("decimal", r"DECIMAL\(.*"),
    ("date", r"DATE"),
    ("zoned", r"TIMESTAMP WITH TIME ZONE"),
    ("timestamp", r"TIMESTAMP(_S|_MS|_NS)?"),
    ("boolean", r"BOOLEAN"),
    ("binary", r"BLOB"),
    ("cell", r"STRUCT\(number DOUBLE, word VARCHAR, calendar DATE, clock TIMESTAMP, truth BOOLEAN\)"),
)
#: What a cell of a spreadsheet may hold, of which one is there: member of its struct -> type.
CELL = {"number": "DOUBLE", "word": "VARCHAR", "calendar": "DATE", "clock": "TIMESTAMP", "truth": "BOOLEAN"}
_DAY = r"\d{4}-\d{2}-\d{2}"
_ISO_DATE = rf"\s*{_DAY}([T ]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d+)?)?\s*(Z|[+-]\d{{2}}(:?\d{{2}})?)?)?\s*"
_ISO_CLOCK = rf"^\s*({_DAY}([T ]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d+)?)?)?)\s*(Z|[+-]\d{{2}}(:?\d{{2}})?)?\s*$"
_WHOLE = r"\s*[+-]?\d+(\.0*)?\s*"
_MONEY = r"\s*[+-]?(\d+(\.\d{0,2}0*)?|\.\d{1,2}0*)\s*"
#: Words that DuckDB takes for dates.
_NOT_DATES = "('epoch', 'infinity', '-infinity')"
#: Reason and sentence for a value that does not fit its field.
UNFIT: dict[FieldType, tuple[str, str]] = {
    "text": ("bad_text", "the text holds a NUL character"),
    "integer": ("bad_number", "not a whole number"),
    "number": ("bad_number", "not a number"),
    "money": ("bad_number", "not a number with at most two decimals"),
    "date": ("bad_date", "not a date"),
    "timestamp": ("bad_date", "not a date and time"),
    "boolean": ("bad_boolean", "neither true nor false"),
    "area": ("bad_geometry", "not a geometry"),
    "line": ("bad_geometry", "not a geometry"),
}


def family(sql_type: str) -> str:
    """Return the family of a DuckDB type; `other` for lists, structs and whatever no field can be made from."""
    return next((name for name, pattern in _FAMILIES if re.fullmatch(pattern, sql_type)), "other")


def text(sql_type: str, value: str) -> str | None:
    """Return SQL for a value of a column as text; null where the column cannot be text.

    Parameters
    ----------
    sql_type
        DuckDB type of the column.
    value
        SQL of the value.

    Returns
    -------
    str or None
        SQL; an empty text is null.
    """
    match family(sql_type):
        case "text":
            return f"nullif(CAST({value} AS VARCHAR), '')"
        case "float":
            whole = f"isfinite({value}) AND {value} = trunc({value}) AND abs({value}) < 1e15"
            return f"CASE WHEN {whole} THEN CAST(CAST({value} AS BIGINT) AS VARCHAR) ELSE CAST({value} AS VARCHAR) END"
        case "integer" | "decimal" | "date" | "timestamp" | "boolean":
            return f"CAST({value} AS VARCHAR)"
        case "zoned":
            return f"CAST({_utc(value)} AS VARCHAR)"
        case "cell":
            return _member_wise(value, text)
        case _:
            return None


def cast(field: Field, sql_type: str, value: str, strptime: str | None) -> str | None:
    """Return SQL that turns a value into the type of a field; null in SQL where the value does not fit.

    Parameters
    ----------
    field
        The field.
    sql_type
        DuckDB type of the value.
    value
        SQL of the value.
    strptime
        SQL of the format that gcrm.toml names for the column; null where it names none.

    Returns
    -------
    str or None
        SQL of the field's type; null where no value of the column can become one.
    """
    if family(sql_type) == "cell":
        return _member_wise(value, lambda member_type, member: cast(field, member_type, member, strptime))
    if strptime is not None and field.type in {"date", "timestamp"}:
        return _formatted(field, sql_type, value, strptime)
    return _CASTS[field.type](sql_type, value) if field.type in _CASTS else None


def instant(field: Field, sql_type: str, value: str, strptime: str | None) -> str | None:
    """Return SQL that turns a value into a time that can be compared: with an offset it is put on the clock of UTC.

    Parameters
    ----------
    field
        The field; a timestamp.
    sql_type
        DuckDB type of the value.
    value
        SQL of the value.
    strptime
        SQL of the format that gcrm.toml names; null where it names none.

    Returns
    -------
    str or None
        SQL of a timestamp; null where no value of the column can become one.
    """
    if family(sql_type) != "text" or strptime is not None:
        return cast(field, sql_type, value, strptime)
    clock = f"TRY_CAST(regexp_extract({value}, '{_ISO_CLOCK}', 1) AS TIMESTAMP)"
    offset = f"regexp_extract({value}, '{_ISO_CLOCK}', 5)"
    minutes = f"CASE WHEN length({offset}) > 3 THEN CAST(right({offset}, 2) AS BIGINT) ELSE 0 END"
    east = f"60 * CAST(substr({offset}, 2, 2) AS BIGINT) + {minutes}"
    shift = f"CASE left({offset}, 1) WHEN '+' THEN {east} WHEN '-' THEN -({east}) ELSE 0 END"
    return f"CASE WHEN {_common(clock)} THEN {clock} - to_minutes({shift}) END"


def _member_wise(value: str, make: Callable[[str, str], str | None]) -> str:
    """Return SQL that makes something of a cell by what it holds; null where nothing can be made of that."""
    members = {f"struct_extract({value}, '{name}')": kind for name, kind in CELL.items()}
    made = {member: make(kind, member) for member, kind in members.items()}
    whens = "".join(f" WHEN {member} IS NOT NULL THEN {sql}" for member, sql in made.items() if sql is not None)
    return f"CASE{whens} END"


def _text(sql_type: str, value: str) -> str | None:
    shown = text(sql_type, value)
    if shown is None:
        return None
    if family(sql_type) == "float":
        return f"CASE WHEN isfinite({value}) THEN {shown} END"
    return f"CASE WHEN NOT contains({shown}, chr(0)) THEN {shown} END" if family(sql_type) == "text" else shown


def _integer(sql_type: str, value: str) -> str | None:
    match family(sql_type):
        case "text":
            return f"CASE WHEN regexp_full_match({value}, '{_WHOLE}') THEN TRY_CAST({value} AS BIGINT) END"
        case "integer":
            return f"TRY_CAST({value} AS BIGINT)"
        case "float" | "decimal":
            return f"CASE WHEN {value} = trunc({value}) THEN TRY_CAST({value} AS BIGINT) END"
        case _:
            return None


def _number(sql_type: str, value: str) -> str | None:
    number = f"TRY_CAST({value} AS DOUBLE)"
    match family(sql_type):
        case "text":
            # DuckDB reads 1_000 as a thousand.
            return f"CASE WHEN isfinite({number}) AND NOT contains({value}, '_') THEN {number} END"
        case "integer" | "decimal":
            return number
        case "float":
            return f"CASE WHEN isfinite({value}) THEN {number} END"
        case _:
            return None


def _money(sql_type: str, value: str) -> str | None:
    amount = f"TRY_CAST({value} AS DECIMAL(18,2))"
    match family(sql_type):
        case "text":
            return f"CASE WHEN regexp_full_match({value}, '{_MONEY}') THEN {amount} END"
        case "integer":
            return amount
        case "decimal":
            return f"CASE WHEN {amount} = {value} THEN {amount} END"
        case "float":
            # Binary floats hardly ever hold cents exactly: round the shortest decimal that names the float, half up.
            # DuckDB takes 1e-54 for a cent, so what is far below one is made nothing first.
            near = f"CASE WHEN abs({value}) < 0.001 THEN '0' ELSE CAST({value} AS VARCHAR) END"
            return f"CASE WHEN isfinite({value}) THEN TRY_CAST({near} AS DECIMAL(18,2)) END"
        case _:
            return None


def _date(sql_type: str, value: str) -> str | None:
    match family(sql_type):
        case "text":
            day, other = f"TRY_CAST({value} AS DATE)", f"TRY_CAST(substr(trim({value}), 1, 10) AS DATE)"
            # DuckDB takes more for a date than ISO 8601 does; the plain form, which nearly all have, is its own proof.
            return (
                f"CASE WHEN CAST({day} AS VARCHAR) = {value} AND {_common(day)} THEN {day} "
                f"WHEN regexp_full_match({value}, '{_ISO_DATE}') AND {_common(other)} THEN {other} END"
            )
        case "date" | "timestamp":
            day = f"TRY_CAST({value} AS DATE)"
            return f"CASE WHEN {_common(day)} THEN {day} END"
        case "zoned":
            return f"CAST({_utc(value)} AS DATE)"
        case _:
            return None


def _timestamp(sql_type: str, value: str) -> str | None:
    match family(sql_type):
        case "text":
            clock = f"TRY_CAST(regexp_extract({value}, '{_ISO_CLOCK}', 1) AS TIMESTAMP)"
            return f"CASE WHEN {_common(clock)} THEN {clock} END"
        case "date" | "timestamp":
            clock = f"TRY_CAST({value} AS TIMESTAMP)"
            return f"CASE WHEN {_common(clock)} THEN {clock} END"
        case "zoned":
            return _utc(value)
        case _:
            return None


def _boolean(sql_type: str, value: str) -> str | None:
    match family(sql_type):
        case "boolean":
            return value
        case "text" | "integer":
            word = f"lower(trim(CAST({value} AS VARCHAR)))"
            return (
                f"CASE WHEN {word} IN ('true', 't', 'yes', 'y', '1') THEN true "
                f"WHEN {word} IN ('false', 'f', 'no', 'n', '0') THEN false END"
            )
        case _:
            return None


def _formatted(field: Field, sql_type: str, value: str, strptime: str) -> str | None:
    """Read a date or time by its format; values that are dates already need none."""
    if family(sql_type) in {"date", "timestamp", "zoned"}:
        return cast(field, sql_type, value, None)
    shown = text(sql_type, value)
    if shown is None or family(sql_type) == "boolean":
        return None
    word = f"trim({shown})"
    moment = f"try_strptime({word}, {strptime})"
    fits = f"lower({word}) NOT IN {_NOT_DATES} AND {_common(moment)}"
    return f"CASE WHEN {fits} THEN CAST({moment} AS {field.sql_type}) END"


def _common(moment: str) -> str:
    """Return SQL that is true for the moments of the common era that four digits can name."""
    return f"{moment} >= '0001-01-01' AND {moment} < '10000-01-01'"


def _utc(value: str) -> str:
    """Return SQL for the UTC clock of an instant, whatever the time zone of this machine."""
    return f"make_timestamp(epoch_us({value}))"


_CASTS: dict[FieldType, Callable[[str, str], str | None]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "money": _money,
    "date": _date,
    "timestamp": _timestamp,
    "boolean": _boolean,
}

"""Values as words: how a column of any type is written where only text and numbers can stand, and read again."""

from __future__ import annotations

import json
import math
from datetime import time
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from gcrm.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Callable


def is_number(kind: pa.DataType) -> bool:
    """Return True for whole numbers, floating numbers and decimals."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def has_negative_infinity(column: pa.ChunkedArray) -> bool:
    """Return True where a column of floating numbers holds one that is written with a minus sign but without digits."""
    return bool(pa.types.is_floating(column.type) and pc.any(pc.equal(column, -math.inf)).as_py())


def to_words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write a column as text; null stays null.

    Days and times are written by ISO 8601 with a blank between them, truth as `true` and `false`, bytes (geometry as
    WKB is some) in hexadecimal, lists and structs as JSON.

    Parameters
    ----------
    column
        Values of any type.

    Returns
    -------
    pa.ChunkedArray
        Column of strings.
    """
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return to_words(pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type))
    if pa.types.is_dictionary(kind):
        return to_words(column.cast(kind.value_type))
    if _is_bytes(kind):
        return _each(column, lambda value: value.hex())
    if pa.types.is_timestamp(kind):
        return _without_idle_digits(column).cast(pa.string())
    if pa.types.is_nested(kind) or pa.types.is_duration(kind) or pa.types.is_interval(kind):
        return _each(column, lambda value: value if isinstance(value, str) else _json(value))
    return column.cast(pa.string())


def from_words(column: pa.ChunkedArray, kind: pa.DataType, name: str) -> pa.ChunkedArray:
    """Read a column of text that `to_words` wrote.

    Parameters
    ----------
    column
        Column of strings.
    kind
        Type that it had.
    name
        Name of the column, for the message.

    Returns
    -------
    pa.ChunkedArray
        The values.

    Raises
    ------
    ExportError
        If a text is no value of this type, or values of this type cannot be read back from text.
    """
    try:
        if pa.types.is_dictionary(kind):
            return from_words(column, kind.value_type, name).cast(kind)
        if _is_bytes(kind):
            values = [None if v is None else bytes.fromhex(v) for v in column.to_pylist()]
            return pa.chunked_array([pa.array(values, kind)])
        if pa.types.is_time(kind):
            times = [None if v is None else time.fromisoformat(v) for v in column.to_pylist()]
            return pa.chunked_array([pa.array(times, kind)])
        if pa.types.is_null(kind) and column.null_count == len(column):
            return pa.chunked_array([pa.nulls(len(column))])
        return column.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError, TypeError) as error:
        msg = f"The column '{name}' cannot be read as {kind}. Read it as text, or export as Parquet."
        raise ExportError(msg) from error


def check_text(table: pa.Table) -> None:
    """Refuse a table that holds bytes which are no text where text should be.

    Raises
    ------
    ExportError
        If a column of text is not valid UTF-8.
    """
    for name, column in zip(table.column_names, table.columns, strict=True):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            msg = f"The column '{name}' is damaged: it holds what is no valid {column.type}. Nothing was written."
            raise ExportError(msg) from error


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _each(column: pa.ChunkedArray, word: Callable[[Any], str]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array([None if v is None else word(v) for v in column.to_pylist()], pa.string())])


def _json(value: Any) -> str:
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _without_idle_digits(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Take fractions of seconds off a column that has none."""
    for unit in ("s", "ms", "us"):
        try:
            return column.cast(pa.timestamp(unit, column.type.tz))
        except pa.ArrowInvalid:
            continue
    return column

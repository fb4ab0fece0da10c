"""A chunk of rows as plain arrays, and the files that chunks go to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Ints = NDArray[np.int64]

Format = Literal["parquet", "csv"]

#: Null in a column of whole numbers or of codes.
NULL = -1


@dataclass(frozen=True)
class Frame:
    """Some rows of a source.

    Attributes
    ----------
    columns
        Name -> values, one per row. Whole numbers: `NULL` is null. Floats: NaN is null.
    words
        Text columns hold codes; this is the text of every code.
    money
        Columns that count cents.
    """

    columns: dict[str, Array]
    words: dict[str, pa.Array] = field(default_factory=dict)
    money: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns.values())))

    def take(self, rows: Ints) -> Frame:
        """Return the given rows, in the given order."""
        return Frame({name: values[rows] for name, values in self.columns.items()}, self.words, self.money)

    def with_columns(self, **columns: Array) -> Frame:
        """Return the frame with columns added or replaced."""
        return Frame(self.columns | columns, self.words, self.money)

    def beside(self, other: Frame) -> Frame:
        """Return the columns of both frames side by side."""
        return Frame(self.columns | other.columns, self.words | other.words, self.money + other.money)

    @property
    def key(self) -> str:
        """The column that identifies a row: the first one."""
        return next(iter(self.columns))

    def table(self) -> pa.Table:
        """Return the rows as an Arrow table; text columns are dictionary-encoded."""
        return pa.table({name: self._column(name, values) for name, values in self.columns.items()})

    def _column(self, name: str, values: Array) -> pa.Array:
        if name in self.words:
            codes = pa.array(values, pa.int32(), mask=values == NULL)
            return pa.DictionaryArray.from_arrays(codes, self.words[name])
        if name in self.money:
            return _decimals(values)
        if values.dtype.kind == "i":
            return pa.array(values, pa.int64(), mask=values == NULL)
        return pa.array(values, from_pandas=True)


def stack(frames: list[Frame]) -> Frame:
    """Put frames of the same columns under each other."""
    columns = {name: np.concatenate([f.columns[name] for f in frames]) for name in frames[0].columns}
    return Frame(columns, frames[0].words, frames[0].money)


def _decimals(cents: Array) -> pa.Array:
    """Return cents as decimals with two places: the same whole numbers, seen as 128-bit decimals."""
    low = cents.astype("<i8")
    both = np.column_stack([low, low >> 63])
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(low), [None, pa.py_buffer(both.tobytes())])


class Sink:
    """A file that chunks are appended to; use it in a `with` statement.

    Attributes
    ----------
    rows
        Rows written so far.
    """

    def __init__(self, path: Path, file_format: Format) -> None:
        self.rows = 0
        self._path = path
        self._format = file_format
        self._writer: pq.ParquetWriter | pa_csv.CSVWriter | None = None

    def __enter__(self) -> Self:
        """Return the sink."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        if self._writer is not None:
            self._writer.close()

    def write(self, table: pa.Table) -> None:
        """Append rows."""
        if self._format == "csv":
            table = pa.table({name: _plain(table[name]) for name in table.column_names})
        if self._writer is None:
            make = pq.ParquetWriter if self._format == "parquet" else pa_csv.CSVWriter
            self._writer = make(self._path, table.schema)
        if len(table):
            self._writer.write_table(table)
        self.rows += len(table)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column

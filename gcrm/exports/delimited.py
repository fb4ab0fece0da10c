"""Tables as CSV: UTF-8 with a byte order mark, commas, texts in quotes and numbers without, every text escaped.

What is null is nothing at all, an empty text is a pair of quotes. The byte order mark tells Excel the encoding.
"""

from __future__ import annotations

import codecs
import csv
from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv

from gcrm.errors import ExportError
from gcrm.exports.escape import escape, escape_column, restore, restore_column
from gcrm.exports.words import has_negative_infinity, is_number, to_words

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = (1 << 31) - 1


def write_csv(table: pa.Table, file: IO[bytes], *, mark: bool = True) -> None:
    """Write a table as CSV.

    Parameters
    ----------
    table
        Rows to write.
    file
        Where to write.
    mark
        Begin with a byte order mark; without it for programs that read a pipe.
    """
    columns = [_column(column) for column in table.columns]
    safe = pa.Table.from_arrays(columns, names=[escape(name) for name in table.column_names])
    if mark:
        file.write(codecs.BOM_UTF8)
    pyarrow.csv.write_csv(safe, file, pyarrow.csv.WriteOptions(quoting_style="needed"))


def read_csv(path: Path) -> pa.Table:
    """Read a CSV file that `write_csv` wrote, as text.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    pa.Table
        Columns of strings with the names and texts as they were; null and the empty text stay apart.

    Raises
    ------
    ExportError
        If it is no such file.
    """
    size = path.stat().st_size
    if size >= _LONGEST:
        msg = f"{path} is larger than 2 GB. Export as Parquet to read it again."
        raise ExportError(msg)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file))
        rows = pyarrow.csv.read_csv(
            path,
            # One block: a record may be as long as the file. The header is a row, for its names need not differ.
            pyarrow.csv.ReadOptions(autogenerate_column_names=True, block_size=size + 1),
            pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(
                column_types={f"f{i}": pa.string() for i in range(len(names))},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError, csv.Error, StopIteration) as error:
        msg = f"{path} is no CSV file as gcrm writes it."
        raise ExportError(msg) from error
    columns = [restore_column(column) for column in rows.slice(1).columns]
    return pa.Table.from_arrays(columns, names=[restore(name) for name in names])


def _column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as it is written: finite numbers as they are, everything else as escaped text."""
    if is_number(column.type) and not has_negative_infinity(column):
        return column
    return escape_column(to_words(column))

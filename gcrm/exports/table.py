"""Tables as files: CSV, Excel and Parquet, each whole or not at all, without a live formula, and read back exactly."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import pyarrow as pa
import pyarrow.parquet

from gcrm.errors import ExportError, near
from gcrm.exports.delimited import read_csv, write_csv
from gcrm.exports.draft import draft
from gcrm.exports.sheet import read_xlsx
from gcrm.exports.words import check_text, from_words
from gcrm.exports.workbook import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Mapping

Format = Literal["csv", "xlsx", "parquet"]
#: Title of the sheet of a workbook that holds one table.
TITLE = "export"


def format_of(path: Path, format: str | None = None) -> Format:  # noqa: A002
    """Return the format that is named, or that the ending of a file says.

    Parameters
    ----------
    path
        The file.
    format
        `csv`, `xlsx` or `parquet`; the file's ending where null.

    Returns
    -------
    str
        One of these.

    Raises
    ------
    ExportError
        If it is none of these.
    """
    word = (format or path.suffix.removeprefix(".")).lower()
    known: tuple[Format, ...] = get_args(Format)
    for name in known:
        if word == name:
            return name
    msg = f"A table cannot be written as '{word}'.{near(word, known)}"
    raise ExportError(msg)


def write_table(
    table: pa.Table | Mapping[str, pa.Table],
    path: Path,
    *,
    format: Format | None = None,  # noqa: A002
    overwrite: bool = False,
) -> None:
    """Write a table to a file.

    In CSV an apostrophe stands before what a spreadsheet could take for a formula (`exports.escape`); `read_table`
    takes it away again. In Excel texts are text cells as they are. Parquet keeps everything as it is.

    Parameters
    ----------
    table
        Rows to write; for Excel also several tables by the title of their sheet.
    path
        The file.
    format
        `csv`, `xlsx` or `parquet`; the file's ending where null.
    overwrite
        Replace a file that is there; otherwise it is refused.

    Raises
    ------
    ExportError
        If the file is there, cannot be written, or its format cannot hold the table.
    """
    kind = format_of(path, format)
    with draft(path, overwrite=overwrite) as made:
        put_tables(table, made, kind)


def to_bytes(table: pa.Table | Mapping[str, pa.Table], format: Format, *, mark: bool = True) -> bytes:  # noqa: A002
    """Return the content that `write_table` would write.

    Parameters
    ----------
    table, format
        As for `write_table`.
    mark
        Begin CSV with a byte order mark; without it for programs that read a pipe.

    Returns
    -------
    bytes
        The file's content.

    Raises
    ------
    ExportError
        If the format cannot hold the table.
    """
    if format == "csv" and not mark and isinstance(table, pa.Table):
        content = io.BytesIO()
        write_csv(_checked(table), content, mark=False)
        return content.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / f"export.{format}"
        put_tables(table, made, format)
        return made.read_bytes()


def read_table(path: Path, schema: pa.Schema | None = None, *, title: str | None = None) -> pa.Table:
    """Read a table that `write_table` wrote.

    Parameters
    ----------
    path
        The file.
    schema
        Types that the columns had, in order; CSV and Excel columns are text where null.
    title
        Sheet of a workbook; the first where null.

    Returns
    -------
    pa.Table
        The table as it was.

    Raises
    ------
    ExportError
        If the file is no such file, or has other columns than the schema.
    """
    kind = format_of(path)
    try:
        if kind == "parquet":
            return pyarrow.parquet.read_table(path, schema=schema)
        words = read_csv(path) if kind == "csv" else read_xlsx(path, title)
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}."
        raise ExportError(msg) from error
    if schema is None:
        return words
    if words.column_names != schema.names:
        msg = f"{path} has other columns than expected: {', '.join(words.column_names[:8])}."
        raise ExportError(msg)
    columns = [from_words(column, field.type, field.name) for column, field in zip(words.columns, schema, strict=True)]
    return pa.Table.from_arrays(columns, schema=schema)


def put_tables(table: pa.Table | Mapping[str, pa.Table], path: Path, kind: Format) -> None:
    """Write a table to a draft.

    Parameters
    ----------
    table
        Rows to write; for Excel also several tables by the title of their sheet.
    path
        Where to write.
    kind
        `csv`, `xlsx` or `parquet`.

    Raises
    ------
    ExportError
        If the format cannot hold the table.
    """
    tables = {TITLE: table} if isinstance(table, pa.Table) else dict(table)
    checked = {title: _checked(found) for title, found in tables.items()}
    if kind == "xlsx":
        write_xlsx(checked, path)
        return
    if len(checked) != 1:
        msg = f"A {kind} file holds one table, and these are {len(checked)}: {', '.join(checked)}. Export xlsx instead."
        raise ExportError(msg)
    only = next(iter(checked.values()))
    if kind == "parquet":
        pyarrow.parquet.write_table(only, path, compression="zstd")
        return
    with path.open("wb") as file:
        write_csv(only, file)


def _checked(table: pa.Table) -> pa.Table:
    if not table.num_columns:
        msg = "There is nothing to export: the table has no columns."
        raise ExportError(msg)
    check_text(table)
    return table

"""Reader of CSV: text with a header, one record per line or several where quotes enclose line ends.

Every column is read as text and typed later, so nothing is guessed. A file that keeps to RFC 4180 is read by DuckDB in
parallel; any other one record by record. Both find the same.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from gcrm import sql
from gcrm.ingest.limits import check_columns
from gcrm.ingest.reading import Broken, Column, Lines, Origin, Reading
from gcrm.ingest.text.encoding import advice, as_utf8
from gcrm.ingest.text.gap import broken_records
from gcrm.ingest.text.record import Records
from gcrm.ingest.text.survey import LINE_ENDS, EncodingError, Survey, survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

_VIEW = "gcrm_records"
#: Bytes that one thread reads at a time: small enough for all of them to have work in files of some megabytes.
_BUFFER = 8_000_000
#: Where DuckDB notes what it reads past; only how many rows are left counts here.
_ERRORS, _SCANS = "gcrm_csv_errors", "gcrm_csv_scans"
_TAB_SUFFIXES = {".tsv", ".tab"}


@contextmanager
def open_reading(con: duckdb.DuckDBPyConnection, origin: Origin) -> Iterator[Reading]:
    """Open a CSV file; its columns are all text.

    Parameters
    ----------
    con
        Connection that will read the rows.
    origin
        The source.

    Yields
    ------
    Reading
        The opened file.

    Raises
    ------
    SourceError
        If the file is empty or not in its encoding, or its header has no or two equal names.
    """
    with as_utf8(con, origin) as path, _open_text(con, replace(origin, path=path)) as reading:
        yield reading


@contextmanager
def _open_text(con: duckdb.DuckDBPyConnection, origin: Origin) -> Iterator[Reading]:
    """Open a CSV file that should be UTF-8."""
    delimiter = _delimiter(origin)
    try:
        found = survey(origin.path, delimiter)
    except EncodingError as error:
        msg = f"line {error} is not UTF-8. {advice(origin.path)}"
        raise origin.refuse(msg) from None
    with _open_records(origin, found, delimiter) as (records, names):
        _check_header(origin, names)
        header = records.lines(found.physical).header
    columns = tuple(Column(name, "VARCHAR") for name in names)

    @contextmanager
    def careful() -> Iterator[Reading]:
        """Open the file for being taken apart record by record."""
        with _open_records(origin, found, delimiter) as (records, _):
            schema = pa.schema([*((f"c{i}", pa.string()) for i in range(len(columns))), ("row_no", pa.int64())])
            con.register(_VIEW, pa.RecordBatchReader.from_batches(schema, records.batches(schema)))
            try:
                yield Reading(
                    "CSV",
                    columns,
                    _VIEW,
                    row_no="row_no",
                    may_hold_nul=found.nul,
                    lines=lambda: records.lines(found.physical),
                    broken=lambda _rows: records.broken,
                )
            finally:
                con.unregister(_VIEW)

    # For DuckDB an empty line is an empty value in a file of one column, and no record at all in others.
    if not found.plain or len(columns) == 1:
        with careful() as reading:
            yield reading
        return
    inner = found.multiline > 1
    lines = Lines(found.physical, header, found.multiline[inner] - 1, found.extra[inner])
    count = found.records - 1

    def broken(rows: int) -> list[Broken]:
        """Find what DuckDB left out."""
        return [] if rows == count else broken_records(origin.path, delimiter, len(columns))

    try:
        yield Reading(
            "CSV",
            columns,
            _relation(len(columns)),
            {"path": sql.one_file(origin.path), "delimiter": delimiter},
            may_hold_nul=found.nul,
            records=count,
            lines=lambda: lines,
            broken=broken,
            careful=careful,
        )
    finally:
        for table in (_ERRORS, _SCANS):
            con.execute(f"DROP TABLE IF EXISTS {table}")


def _relation(width: int) -> str:
    """Return the call that reads a well-formed file with DuckDB, as text and in parallel."""
    columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(width))
    return (
        f"read_csv($path, auto_detect = false, header = true, columns = {{{columns}}}, delim = $delimiter, "
        f"quote = '\"', escape = '\"', nullstr = '', buffer_size = {_BUFFER}, hive_partitioning = false, "
        f"store_rejects = true, rejects_table = '{_ERRORS}', rejects_scan = '{_SCANS}', rejects_limit = 0)"
    )


@contextmanager
def _open_records(origin: Origin, found: Survey, delimiter: str) -> Iterator[tuple[Records, list[str]]]:
    """Open the file for reading record by record, behind its header."""
    with origin.path.open(encoding="utf-8-sig", newline=LINE_ENDS[found.line_end]) as file:
        records = Records(file, delimiter, LINE_ENDS[found.line_end])
        yield records, records.header()


def _delimiter(origin: Origin) -> str:
    """Return the field separator: that of gcrm.toml, a tab for .tsv files that name none."""
    tab = origin.path.suffix.lower() in _TAB_SUFFIXES and "delimiter" not in origin.source.model_fields_set
    return "\t" if tab else origin.source.delimiter


def _check_header(origin: Origin, names: list[str]) -> None:
    if not any(names):
        msg = "the file has no header: its first line is empty or cannot be read. Name the columns in the first line."
        raise origin.refuse(msg)
    if any("\0" in name for name in names):
        msg = "its header holds NUL characters, as text in UTF-16 does. Name its encoding: encoding = 'utf-16-le'."
        raise origin.refuse(msg)
    check_columns(len(names))
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        msg = f"the header has the column '{twice[0]}' more than once. Give every column a name of its own."
        raise origin.refuse(msg)

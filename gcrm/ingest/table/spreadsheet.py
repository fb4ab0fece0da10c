"""Reader of spreadsheets (.xlsx, .xlsm, .xls, .xlsb, .ods): one sheet with a header, one record per row.

A formula counts as the value that was last computed. A cell that shows an error (`#N/A`) holds no value. The lines of
the ledger are the rows of the sheet.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.ingest.limits import MOST_BROKEN, drafts, guarded
from gcrm.ingest.reading import Broken, Column, Lines, Origin, Reading
from gcrm.ingest.table.sheet import Sheet, write_draft
from gcrm.ingest.text.gap import EMPTY_LINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

_TITLES = {".xls": "Excel 97", ".ods": "OpenDocument"}


@contextmanager
def open_reading(con: duckdb.DuckDBPyConnection, origin: Origin) -> Iterator[Reading]:
    """Open a sheet; it is read in a process of its own into a draft whose columns have types.

    Parameters
    ----------
    con
        Connection that will read the rows.
    origin
        The source.

    Yields
    ------
    Reading
        The opened sheet.

    Raises
    ------
    SourceError
        If the file is no spreadsheet or damaged, takes more than the limits, has no such sheet or several of which none
        is named, or its header names columns twice or not at all.
    """
    with drafts(con) as folder:
        draft = folder / "sheet.parquet"
        sheet: Sheet = guarded(origin, write_draft, origin.path, origin.source.sheet, draft, origin.limits)
        if sheet.blank.size > MOST_BROKEN:
            msg = f"{sheet.blank.size} of its {sheet.rows} rows are empty. Remove them."
            raise origin.refuse(msg)
        relation, parameters = "read_parquet($path, hive_partitioning = false)", {"path": sql.one_file(draft)}
        types = [str(row[1]) for row in con.execute(f"DESCRIBE SELECT * FROM {relation}", parameters).fetchall()]
        yield Reading(
            _TITLES.get(origin.path.suffix.lower(), "Excel"),
            tuple(Column(name, kind) for name, kind in zip(sheet.names, types[:-1], strict=True)),
            relation,
            parameters,
            row_no="row_no",
            records=sheet.rows - sheet.header,
            lines=lambda: Lines(sheet.rows, sheet.header),
            broken=lambda _rows: [Broken(n, "blank_line", EMPTY_LINE) for n in sheet.blank.tolist()],
        )

"""The build of the stage: every source is read in the order of gcrm.toml, and every kind gets its table."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.columns import FIGURES, KINDS, Kind
from gcrm.ingest import exchange, ledger, operations
from gcrm.ingest.load import load_files
from gcrm.ingest.reader import input_files, origins
from gcrm.stage import StageReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from gcrm.settings import Settings

_LEVELED = {"regions", "zone_statistics", "movements", "floating_populations"}
_COMMENTS = {
    "hierarchy": "Hierarchy of the level.",
    "level": "Level of the region, as the source says.",
    "attractions": "Figure of what draws people, by the name that the source gives it; null is not known.",
    "source": "Source in gcrm.toml that the row comes from.",
    "row_no": "Number of the record in its source, 1-based; records that were rejected count.",
}
_LEDGER_COMMENTS = {
    "reject": (
        "One row per rejected record.",
        {
            "source": _COMMENTS["source"],
            "file": "File of the source, or table of a database.",
            "line": "Physical line of a text file on which the record begins, or row of a sheet, 1-based; else null.",
            "lines": "Physical lines that the record takes; null for formats without lines.",
            "row_no": _COMMENTS["row_no"],
            "reason": "Short code of why it was rejected; the first reason in the order of the columns.",
            "column_name": "Column with the fault; null where the record cannot be taken apart into columns.",
            "detail": "What is wrong, in words that hold nothing of the record.",
        },
    ),
    "source": (
        "One row per source and file.",
        {
            "source": "Name in gcrm.toml.",
            "kind": "What its rows are.",
            "file": "File, or table of a database; the files of a pattern each by its own name.",
            "format": "What the file is.",
            "crs": "CRS of its coordinates; null where none are read.",
            "rows_in": "Records of the file.",
            "rows_loaded": "Records that were loaded.",
            "rows_rejected": "Records that were rejected.",
            "rows_superseded": "Records for which a later change of the same key stands.",
            "rows_deleted": "Records that say, as the latest of their key, that it is gone.",
            "physical_lines": "Lines of a text file, counted by its bytes, or rows of a sheet; else null.",
            "header_lines": "Lines of its header; null for formats without lines.",
            "loaded_lines": "Lines of the loaded records; null for formats without lines.",
            "rejected_lines": "Lines of the rejected records; null for formats without lines.",
            "superseded_lines": "Lines of the superseded records; null for formats without lines.",
            "deleted_lines": "Lines of the records that were deleted; null for formats without lines.",
        },
    ),
}


def build_ingest(
    con: duckdb.DuckDBPyConnection,
    *,
    settings: Settings,
    folder: Path,
    fetched: Mapping[str, Sequence[Path]] | None = None,
) -> StageReport:
    """Read every source into typed tables, and list what was rejected.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write.
    settings
        The project's settings.
    folder
        The project's folder; the paths of sources are relative to it.
    fetched
        Per source that reads from a database the files that its rows were fetched into; null where there is none.

    Returns
    -------
    StageReport
        Rows per table, and one finding per source and reason of rejection.

    Raises
    ------
    SourceError
        If a file is missing, cannot be read as declared, lacks a column, or is in an unknown CRS.
    StoreError
        If there is an operational store and it cannot be reached or read.
    """
    input_files(settings, folder)  # refuses a project with missing files before anything is read
    sql.run(con, __package__, "reject")
    sql.run(con, __package__, "source")
    written = operations.read(settings, folder)
    stones = written.stones if written is not None and written.stones.hashes else None
    parts: dict[str, list[str]] = {name: [] for name in KINDS}
    with _in_order(con):
        for i, files in enumerate(origins(settings, folder, fetched or {}).values()):
            own = parts[files[0].source.kind]
            load_files(con, files, settings, tuple(own), stones)
            part = f"ingest.{sql.identifier(f'part_{i}')}"
            con.execute(f"ALTER TABLE ingest.load RENAME TO {sql.identifier(f'part_{i}')}")
            own.append(part)
        rows = {kind.table: _assemble(con, kind, parts[kind.name]) for kind in KINDS.values()}
    exchange.check(con)
    rows |= operations.write(con, written)
    for table, (grain, columns) in _LEDGER_COMMENTS.items():
        sql.comment(con, f"ingest.{table}", grain, columns)
    return StageReport("ingest", rows, ledger.findings(con))


@contextmanager
def _in_order(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let inserts keep the order of what they insert, so that a row's place in a table is its place in the file."""
    setting = "preserve_insertion_order"
    before = con.execute(f"SELECT current_setting('{setting}')").fetchall()[0][0]
    con.execute(f"SET GLOBAL {setting} = true")
    try:
        yield
    finally:
        con.execute(f"SET GLOBAL {setting} = {bool(before)}")


def _assemble(con: duckdb.DuckDBPyConnection, kind: Kind, parts: list[str]) -> int:
    """Make the table of a kind from the tables of its sources; return its rows."""
    name = sql.identifier(kind.table)
    if len(parts) == 1:
        con.execute(f"ALTER TABLE {parts[0]} DROP COLUMN fault")
        con.execute(f"ALTER TABLE {parts[0]} RENAME TO {name}")
    else:
        columns = _columns(kind)
        con.execute(f"CREATE TABLE ingest.{name} ({', '.join(f'{c} {t}' for c, t in columns)})")
        for part in parts:
            con.execute(f"INSERT INTO ingest.{name} SELECT {', '.join(c for c, _ in columns)} FROM {part}")
            con.execute(f"DROP TABLE {part}")
    sql.comment(con, f"ingest.{kind.table}", kind.grain, _comments(kind))
    return sql.number(con, f"SELECT count(*) FROM ingest.{name}")


def _columns(kind: Kind) -> list[tuple[str, str]]:
    """Return identifier and type of each column of a kind's table."""
    fields = [(sql.identifier(f.name), f.sql_type) for f in kind.fields]
    level = [("hierarchy", "VARCHAR"), ("level", "VARCHAR")] if kind.name in _LEVELED else []
    figures = [("attractions", FIGURES)] if kind.attractive else []
    return [*fields, *level, *figures, ("source", "VARCHAR"), ("row_no", "BIGINT")]


def _comments(kind: Kind) -> dict[str, str]:
    held = {"source", "row_no"} | ({"hierarchy", "level"} if kind.name in _LEVELED else set())
    held |= {"attractions"} if kind.attractive else set()
    extra = {name: text for name, text in _COMMENTS.items() if name in held}
    return {f.name: f.comment for f in kind.fields} | extra

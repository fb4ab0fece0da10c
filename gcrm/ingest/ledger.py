"""The ledger: every rejected record with file, line and reason, and the count that shows that nothing vanished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gcrm import sql
from gcrm.errors import InternalError
from gcrm.stage import Finding

if TYPE_CHECKING:
    import duckdb

    from gcrm.ingest.reading import Origin
    from gcrm.ingest.rows import Loaded

#: Columns of `ingest.source` that add up to the records of a file, and to its lines beside those of the header.
_ROWS = ("rows_loaded", "rows_rejected", "rows_superseded", "rows_deleted")
_LINES = ("loaded_lines", "rejected_lines", "superseded_lines", "deleted_lines")


def write(con: duckdb.DuckDBPyConnection, loaded: Loaded, before: int = 0) -> int:
    """Write the rejected records of `ingest.load`, and the account of the file.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write.
    loaded
        What has been read.
    before
        Records of the same source in the files before this one.

    Returns
    -------
    int
        Records of the file.

    Raises
    ------
    InternalError
        If a record or a line of the file is neither loaded nor rejected.
    """
    origin = loaded.origin
    mine = {"source": origin.name, "file": origin.file}
    sql.run(con, __package__, "rejected", _faults(loaded) | mine | {"before": before})
    rows_in = sql.number(con, "SELECT count(*) FROM ingest.load") + len(loaded.broken)
    good = sql.number(con, "SELECT count(*) FROM ingest.load WHERE fault IS NULL")
    bad = sql.number(con, "SELECT count(*) FROM ingest.reject WHERE source = $source AND file = $file", mine)
    account: dict[str, Any] = mine | {"kind": origin.source.kind, "format": loaded.format, "crs": loaded.plan.crs_name}
    account |= {"rows_in": rows_in, "rows_loaded": good, "rows_rejected": bad}
    if loaded.lines is not None:
        query = "SELECT sum(lines) FROM ingest.reject WHERE source = $source AND file = $file"
        rejected = sql.number(con, query, mine)
        further = int(loaded.lines.extra.sum()) - (rejected - bad)
        account |= {"physical_lines": loaded.lines.physical, "header_lines": loaded.lines.header}
        account |= {"loaded_lines": good + further, "rejected_lines": rejected}
    enter(con, account)
    return rows_in


def enter(con: duckdb.DuckDBPyConnection, account: dict[str, Any]) -> None:
    """Enter the account of a file, or of whatever else a source is, into `ingest.source`.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write.
    account
        Column of `ingest.source` -> value. Rows that are not named are 0; lines that are not named are null without
        physical lines, and 0 with them.

    Raises
    ------
    InternalError
        If the rows or the lines do not add up.
    """
    zeros = dict.fromkeys(_ROWS, 0) | (dict.fromkeys(_LINES, 0) if "physical_lines" in account else {})
    values = zeros | account
    names = ", ".join(sql.identifier(name) for name in values)
    marks = ", ".join(f"${name}" for name in values)
    con.execute(f"INSERT INTO ingest.source ({names}) VALUES ({marks})", values)
    _check(con, str(account["source"]), str(account["file"]))


def correct(
    con: duckdb.DuckDBPyConnection, origin: Origin, superseded: tuple[int, int], deleted: tuple[int, int]
) -> None:
    """Correct the account of a file for rows that were loaded and then gave way to others.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write.
    origin
        The source and its file.
    superseded
        Rows for which a later change stands, and their lines.
    deleted
        Rows that say that their record is gone, and their lines.

    Raises
    ------
    InternalError
        If the rows or the lines do not add up.
    """
    mine = {"source": origin.name, "file": origin.file}
    # The lines stay null where there are none.
    con.execute(
        "UPDATE ingest.source SET rows_loaded = rows_loaded - $s - $d, rows_superseded = $s, rows_deleted = $d, "
        "loaded_lines = loaded_lines - $sl - $dl, superseded_lines = superseded_lines + $sl, "
        "deleted_lines = deleted_lines + $dl WHERE source = $source AND file = $file",
        mine | {"s": superseded[0], "sl": superseded[1], "d": deleted[0], "dl": deleted[1]},
    )
    _check(con, origin.name, origin.file)


def _check(con: duckdb.DuckDBPyConnection, source: str, file: str) -> None:
    """Stop where records or lines of a file have gone without a trace."""
    rows, lines = " + ".join(_ROWS), " + ".join(_LINES)
    wrong = con.execute(
        f"SELECT rows_in, rows_loaded, rows_rejected, physical_lines FROM ingest.source "
        f"WHERE source = $source AND file = $file AND (rows_in <> {rows} OR least({', '.join(_ROWS)}) < 0 "
        f"OR physical_lines <> header_lines + {lines})",
        {"source": source, "file": file},
    ).fetchone()
    if wrong is not None:
        msg = f"source '{source}': of {wrong[0]} records on {wrong[3]} lines {wrong[1]} are loaded, {wrong[2]} rejected"
        raise InternalError(msg)


def findings(con: duckdb.DuckDBPyConnection) -> tuple[Finding, ...]:
    """Return one finding per source and reason, in the order of the sources."""
    found = con.execute(
        "SELECT r.source, r.reason, r.column_name, count(*) FROM ingest.reject AS r "
        "INNER JOIN (SELECT source, min(rowid) AS place FROM ingest.source GROUP BY source) AS s "
        "ON s.source = r.source GROUP BY ALL ORDER BY min(s.place), r.reason, r.column_name"
    ).fetchall()
    reasons: dict[tuple[str, str], list[tuple[str | None, int]]] = {}
    for source, reason, column, count in found:
        reasons.setdefault((source, reason), []).append((column, count))
    return tuple(
        Finding("rejected", source, sum(n for _, n in parts), _sentence(reason, [c for c, _ in parts if c]))
        for (source, reason), parts in reasons.items()
    )


def _sentence(reason: str, columns: list[str]) -> str:
    return f"{reason} ({', '.join(columns)})" if columns else reason


def _faults(loaded: Loaded) -> dict[str, Any]:
    """Return what the statement that fills the ledger needs to know."""
    faults, broken, lines = loaded.plan.faults, loaded.broken, loaded.lines
    empty = np.empty(0, np.int64)
    extra = lines.extra if lines is not None else empty
    return {
        "codes": list(range(len(faults))),
        "reasons": [f.reason for f in faults],
        "columns": [f.column for f in faults],
        "details": [f.detail for f in faults],
        "broken_rows": [b.row_no for b in broken],
        "broken_reasons": [b.reason for b in broken],
        "broken_details": [b.detail for b in broken],
        "multiline": (lines.records if lines is not None else empty).tolist(),
        "extra": extra.tolist(),
        "total": np.cumsum(extra).tolist(),
        "header": lines.header if lines is not None else None,
    }

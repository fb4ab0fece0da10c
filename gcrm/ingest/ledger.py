"""The ledger: every rejected record with file, line and reason, and the count that shows that nothing vanished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gcrm import sql
from gcrm.errors import InternalError
from gcrm.stage import Finding

if TYPE_CHECKING:
    import duckdb

    from gcrm.ingest.load import Loaded


def number(con: duckdb.DuckDBPyConnection, query: str, values: dict[str, Any] | None = None) -> int:
    """Ask for one number.

    Parameters
    ----------
    con
        Connection that the query runs on.
    query
        SELECT of one row and one column.
    values
        Values of its `$name` parameters.

    Returns
    -------
    int
        The number; 0 for null.
    """
    return int(con.execute(query, values or {}).fetchall()[0][0] or 0)


def write(con: duckdb.DuckDBPyConnection, loaded: Loaded) -> None:
    """Write the rejected records of `ingest.load`, and the account of the source.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write.
    loaded
        What has been read.

    Raises
    ------
    InternalError
        If a record or a line of the file is neither loaded nor rejected.
    """
    origin = loaded.origin
    sql.run(con, __package__, "rejected", _faults(loaded) | {"source": origin.name, "file": origin.source.path})
    rows_in = number(con, "SELECT count(*) FROM ingest.load") + len(loaded.broken)
    good = number(con, "SELECT count(*) FROM ingest.load WHERE fault IS NULL")
    mine = {"source": origin.name}
    bad = number(con, "SELECT count(*) FROM ingest.reject WHERE source = $source", mine)
    lines: dict[str, int | None] = dict.fromkeys(("physical", "header", "loaded", "rejected"))
    if loaded.lines is not None:
        rejected = number(con, "SELECT sum(lines) FROM ingest.reject WHERE source = $source", mine)
        further = int(loaded.lines.extra.sum()) - (rejected - bad)
        lines = {"physical": loaded.lines.physical, "header": loaded.lines.header}
        lines |= {"loaded": good + further, "rejected": rejected}
        if loaded.lines.physical != loaded.lines.header + good + further + rejected:
            msg = f"source '{origin.name}': the lines of the file are not those of its records"
            raise InternalError(msg)
    if rows_in != good + bad:
        msg = f"source '{origin.name}': of {rows_in} records {good} are loaded and {bad} rejected"
        raise InternalError(msg)
    con.execute(
        "INSERT INTO ingest.source VALUES ($source, $kind, $file, $format, $crs, $rows_in, $rows_loaded, "
        "$rows_rejected, $physical, $header, $loaded, $rejected)",
        mine
        | {"kind": origin.source.kind, "file": origin.source.path, "format": loaded.format}
        | {"crs": loaded.plan.crs_name, "rows_in": rows_in, "rows_loaded": good, "rows_rejected": bad}
        | lines,
    )


def findings(con: duckdb.DuckDBPyConnection) -> tuple[Finding, ...]:
    """Return one finding per source and reason, in the order of the sources."""
    found = con.execute(
        "SELECT r.source, r.reason, r.column_name, count(*) FROM ingest.reject AS r "
        "INNER JOIN (SELECT source, rowid AS place FROM ingest.source) AS s ON s.source = r.source "
        "GROUP BY ALL ORDER BY min(s.place), r.reason, r.column_name"
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

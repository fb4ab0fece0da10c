"""What the stage tells a person: how many records were located how, and why the others were not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.stage import Finding

if TYPE_CHECKING:
    import duckdb


def findings(con: duckdb.DuckDBPyConnection) -> tuple[Finding, ...]:
    """Count the records of each kind by match level, and those without a place by reason.

    Parameters
    ----------
    con
        Connection with the finished tables and the temporary tables of the stage.

    Returns
    -------
    tuple of Finding
        Kind `located` or `tie` with the subject "customer: exact", kind `unlocated` with the subject
        "customer: no_address", kind `invalid_point` with the subject "customer", and kind `pile_up` with the subject
        "addresses".
    """
    found = []
    rows = con.execute(sql.read(__package__, "report")).fetchall()
    for kind, level, status, rule, meaning, records in rows:
        if level is None:
            found.append(Finding("unlocated", f"{kind}: {rule}", records, f"{status}: {meaning}"))
        else:
            found.append(Finding("tie" if status == "tie" else "located", f"{kind}: {level}", records, meaning))
    for kind, records in con.execute(sql.read(__package__, "invalid")).fetchall():
        detail = "lon and lat are no valid point (one missing, out of range, or both 0); the address was used instead"
        found.append(Finding("invalid_point", kind, records, detail))
    for places, points in con.execute(sql.read(__package__, "pile_up_report")).fetchall():
        if places:
            detail = (
                f"many different addresses stand at one point ({points:,} points): most likely the middle of something"
            )
            found.append(Finding("pile_up", "addresses", places, detail))
    return tuple(found)

"""Duplicate keys: the first row of a key stays, also across files and sources of a kind; later ones are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.sql import identifier

if TYPE_CHECKING:
    import duckdb

    from gcrm.ingest.plan import Plan


def mark(con: duckdb.DuckDBPyConnection, plan: Plan, others: tuple[str, ...], whole: str | None) -> None:
    """Mark every good row of `ingest.load` whose key an earlier good row has.

    Keys that occur once, nearly all of them, are set aside before anything is put in order. A null in a key equals
    another null.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write.
    plan
        How the rows were loaded.
    others
        Tables with rows of the same kind from earlier sources.
    whole
        Table with the rows of earlier files of the same source; null for the first file.
    """
    if not plan.key:
        return
    key = ", ".join(identifier(name) for name in plan.key)
    code = len(plan.faults) - 1
    twice = f"SELECT {key} FROM ingest.load WHERE fault IS NULL GROUP BY {key} HAVING count(*) > 1"
    ranked = (
        f"SELECT l.row_no, row_number() OVER (PARTITION BY {_of('l', plan.key)} ORDER BY l.row_no) AS place "
        f"FROM ingest.load AS l JOIN twice AS t ON {_same('l', 't', plan.key)} WHERE l.fault IS NULL"
    )
    later = f"WITH twice AS ({twice}), ranked AS ({ranked}) SELECT row_no FROM ranked WHERE place > 1"
    con.execute(f"UPDATE ingest.load SET fault = {code} WHERE row_no IN ({later})")
    if whole is not None:
        taken = f"SELECT 1 FROM {whole} AS o WHERE {_same('l', 'o', plan.key)}"
        con.execute(f"UPDATE ingest.load AS l SET fault = {code} WHERE fault IS NULL AND EXISTS ({taken})")
    mark_taken(con, plan, others)


def mark_taken(con: duckdb.DuckDBPyConnection, plan: Plan, others: tuple[str, ...]) -> None:
    """Mark every good row of `ingest.load` whose key an earlier source has brought.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write.
    plan
        How the rows were loaded.
    others
        Tables with rows of the same kind from earlier sources.
    """
    if not plan.key:
        return
    code = len(plan.faults) - 1
    for other in others:
        same, values = _same("l", "o", plan.key), {}
        if plan.statistics:
            same, values = f"{same} AND list_contains($names, o.statistic)", {"names": list(plan.statistics)}
        taken = f"SELECT 1 FROM {other} AS o WHERE {same}"
        con.execute(f"UPDATE ingest.load AS l SET fault = {code} WHERE fault IS NULL AND EXISTS ({taken})", values)


def _of(alias: str, key: tuple[str, ...]) -> str:
    return ", ".join(f"{alias}.{identifier(name)}" for name in key)


def _same(left: str, right: str, key: tuple[str, ...]) -> str:
    return " AND ".join(f"{left}.{n} IS NOT DISTINCT FROM {right}.{n}" for n in map(identifier, key))

"""Records that may be one party: pairs to decide about, and why they are thought to be the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from gcrm import sql
from gcrm.cube.records import KINDS, choose
from gcrm.errors import AccessError, QueryError

if TYPE_CHECKING:
    from collections.abc import Collection

    import duckdb
    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.crm import Sameness, Subject
    from gcrm.warehouse.reader import Reader

State = Literal["open", "same", "different", "all"]


def duplicates(
    reader: Reader, *, scope: Scope, state: State = "open", decided: Collection[Sameness] = (), limit: int = 500
) -> pa.Table:
    """List pairs of customers and prospects that are one party, or may be.

    Parameters
    ----------
    reader
        The snapshot.
    scope
        Who asks; it needs record rights, and sees pairs of which both lie in its regions.
    state
        `open` are those that a person should decide about, `same` are joined, `different` are kept apart.
    decided
        What people have decided by now: such pairs are no longer open.
    limit
        Most pairs, the likeliest first.

    Returns
    -------
    pa.Table
        One row per pair: kind, id, name, address, party_id of either (`_a`, `_b`), population, probability, weight,
        rule, state, and `decided` (`same` or `different` by a decision that the snapshot may not know yet).

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If the project does not look for duplicates.
    """
    con = _open(reader, scope)
    values: dict[str, Any] = {**_decided(decided), "state": state, "limit": limit, "scoped": bool(scope.regions)}
    values |= {f"{kind}s": _seen(reader, scope, f"{kind}s") for kind in ("customer", "prospect")}
    return con.execute(sql.read(__package__, "duplicates"), values).to_arrow_table()


def evidence(reader: Reader, first: Subject, second: Subject, *, scope: Scope) -> pa.Table:
    """Explain why two records are thought to be one party, or not: what each field adds.

    Parameters
    ----------
    reader
        The snapshot.
    first, second
        The records.
    scope
        Who asks; it needs record rights.

    Returns
    -------
    pa.Table
        One row per field in order, after one for any two records: field, value_a, value_b, level (how alike they are),
        weight (base-2 logarithm of the odds), total so far, and probability at that total.

    Raises
    ------
    AccessError
        If the scope has no record rights, or one of the two lies outside its regions.
    QueryError
        If the project does not look for duplicates, or the two were not compared.
    """
    con = check_records(reader, first, second, scope=scope)
    values = {"kind_a": first.kind, "id_a": first.id, "kind_b": second.kind, "id_b": second.id}
    found = con.execute(sql.read(__package__, "evidence"), values).to_arrow_table()
    if not found.num_rows:
        msg = (
            f"{first.kind} {first.id} and {second.kind} {second.id} were not compared, or are less likely one party "
            "than [linkage] review says."
        )
        raise QueryError(msg)
    return found


def check_records(reader: Reader, first: Subject, second: Subject, *, scope: Scope) -> duckdb.DuckDBPyConnection:
    """Refuse two records of which one is not there, or not within reach.

    Parameters
    ----------
    reader
        The snapshot.
    first, second
        The records.
    scope
        Who asks.

    Returns
    -------
    duckdb.DuckDBPyConnection
        A connection over the snapshot.

    Raises
    ------
    AccessError
        If the scope has no record rights, or one of the two lies outside its regions.
    QueryError
        If the project does not look for duplicates, or has no such record.
    """
    con = _open(reader, scope)
    for one in (first, second):
        values = {"kind": one.kind, "id": one.id}
        if con.execute("SELECT 1 FROM linkage.record WHERE kind = $kind AND id = $id", values).fetchone() is None:
            msg = f"There is no {one.kind} '{one.id}'; a prospect is written like prospect:P1."
            raise QueryError(msg)
        if scope.regions and one.id not in (_seen(reader, scope, f"{one.kind}s") or ()):
            msg = f"The scope '{scope.name}' does not reach both records."
            raise AccessError(msg)
    return con


def _open(reader: Reader, scope: Scope) -> duckdb.DuckDBPyConnection:
    """Return a connection for one who may see records, over a snapshot that has pairs."""
    if not scope.record_rights:
        msg = f"The scope '{scope.name}' has no right to single records."
        raise AccessError(msg)
    if "linkage" not in reader.manifest.stages:
        msg = "This project does not look for duplicates: write [linkage] into gcrm.toml, and build it again."
        raise QueryError(msg)
    return reader.cursor()


def _seen(reader: Reader, scope: Scope, kind: str) -> list[str] | None:
    """Return the identifiers that a scope of some regions sees; null where it sees everybody."""
    if not scope.regions:
        return None
    chosen = choose(reader, scope=scope, kind=kind, active=False)
    key = sql.identifier(KINDS[kind][1])
    rows = chosen.con.execute(f"SELECT f.{key} FROM {chosen.source} WHERE {chosen.condition}", chosen.values)
    return [name for (name,) in rows.fetchall()]


def _decided(decided: Collection[Sameness]) -> dict[str, list[str]]:
    """Return decisions as lists, in one order."""
    return {
        "kinds_a": [d.subject.kind for d in decided],
        "ids_a": [d.subject.id for d in decided],
        "kinds_b": [d.other_kind for d in decided],
        "ids_b": [d.other_id for d in decided],
        "words": ["same" if d.same else "different" for d in decided],
    }

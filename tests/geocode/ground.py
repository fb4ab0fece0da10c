"""Empty stages in memory, literal rows, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import columns, sql
from gcrm.geocode import build_geocode
from gcrm.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from gcrm.stage import StageReport

SETTINGS = Settings.model_validate({"project": {"name": "Test", "metric_crs": "EPSG:32610"}})


def connect() -> duckdb.DuckDBPyConnection:
    """Open a connection with an empty `ingest` and an empty `geocode`, both in memory."""
    con = sql.connect()
    con.execute("ATTACH ':memory:' AS ingest")
    con.execute("ATTACH ':memory:' AS geocode")
    for kind in columns.KINDS.values():
        fields = ", ".join(f"{sql.identifier(f.name)} {f.sql_type}" for f in kind.fields)
        con.execute(f"CREATE TABLE ingest.{sql.identifier(kind.table)} ({fields}, source VARCHAR, row_no BIGINT)")
    return con


def insert(con: duckdb.DuckDBPyConnection, table: str, *rows: dict[str, Any], source: str = "s") -> None:
    """Insert literal rows; row_no counts from 1, and a key is made up where the row has none."""
    if not rows:
        return
    kind = next(k for k in columns.KINDS.values() if k.table == table)
    made_up = {kind.key[0]: f"{table}-"} if kind.key else {}
    full = [
        {**{k: f"{v}{row_no}" for k, v in made_up.items()}, "source": source, "row_no": row_no, **row}
        for row_no, row in enumerate(rows, 1)
    ]
    names = sorted({name for row in full for name in row})
    marks = ", ".join(f"({', '.join('?' for _ in names)})" for _ in full)
    listed = ", ".join(sql.identifier(name) for name in names)
    values = [row.get(name) for row in full for name in names]
    con.execute(f"INSERT INTO ingest.{sql.identifier(table)} ({listed}) VALUES {marks}", values)


def build(con: duckdb.DuckDBPyConnection) -> StageReport:
    """Run the stage."""
    return build_geocode(con, settings=SETTINGS)


def located(con: duckdb.DuckDBPyConnection, table: str = "customer") -> list[dict[str, Any]]:
    """Return the location of each record of `table`, in the order of the source."""
    cursor = con.execute(
        "SELECT l.* FROM geocode.record_location AS r JOIN geocode.location AS l USING (location_id) "
        "WHERE r.kind = $table ORDER BY r.source, r.row_no",
        {"table": table},
    )
    names = [d[0] for d in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def find(reference: list[dict[str, Any]], *customers: dict[str, Any] | str) -> list[dict[str, Any]]:
    """Return the location of each customer, a text being a whole address, against a literal reference."""
    with connect() as con:
        insert(con, "address_reference", *reference)
        insert(con, "customer", *({"address": c} if isinstance(c, str) else c for c in customers))
        build(con)
        return located(con)


def pick(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """Return some columns of each row."""
    return [tuple(row[name] for name in names) for row in rows]

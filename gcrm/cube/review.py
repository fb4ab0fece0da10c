"""The review of unsure addresses: a queue of those that wait for a person, and what else each may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.cube.records import choose
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Collection

    import duckdb
    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.warehouse.reader import Reader

#: An address that was found with less confidence than this waits for a person.
BELOW = 0.9
_PARTIES = {"customers": "customer", "prospects": "prospect"}


@dataclass(frozen=True)
class Queue:
    """Addresses that wait for a person.

    Attributes
    ----------
    table
        One row per place, the one with the largest orders first: location_id, address, reasons (why it waits: `tie`,
        `review`, `unmatched`, `area`, `unsure`, `pile_up`; see `gcrm.workspace.reason`), status, match_level,
        confidence, error_m, faults, matched_address, lon, lat, precision, alternatives, pile_up (addresses at its
        point; null where it is in no pile), customers, prospects, revenue (all orders of its customers).
    total
        Places that wait, listed or not.
    """

    table: pa.Table
    total: int


def queue(
    reader: Reader, *, scope: Scope, decided: Collection[str] = (), below: float = BELOW, limit: int = 500
) -> Queue:
    """List the places of customers and prospects that a person should look at.

    These are ties, answers that something speaks against, addresses that were not found, or found as the middle of an
    area only, those found with little confidence, and pile-ups; not those that somebody decided about, and not what is
    no place (a post box).

    Parameters
    ----------
    reader
        The snapshot.
    scope
        Who asks; it needs record rights.
    decided
        Keys of addresses that were decided about since the snapshot was built.
    below
        Confidence below which an address that was found waits, too.
    limit
        Most places to list.

    Returns
    -------
    Queue
        The most valuable first.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    """
    con, parties, values = _parties(reader, scope)
    text = f"""
        WITH party AS ({parties}),
        doubted AS (
            SELECT g.*, u.addresses AS pile_up, list_filter([
                CASE WHEN g.status IN ('tie', 'review', 'unmatched') THEN g.status END,
                CASE WHEN g.status = 'matched' AND g.precision = 'area' THEN 'area' END,
                CASE WHEN g.status = 'matched' AND g.confidence < $below THEN 'unsure' END,
                CASE WHEN u.location_id IS NOT NULL THEN 'pile_up' END
            ], lambda reason: reason IS NOT NULL) AS reasons
            FROM geocode.location AS g LEFT JOIN geocode.pile_up AS u ON u.location_id = g.location_id
        ),
        waiting AS (
            SELECT * FROM doubted AS g
            WHERE len(g.reasons) > 0 AND g.status <> 'rejected' AND g.address IS NOT NULL
                AND coalesce(g.match_level, '') <> 'decided' AND g.rule <> 'decided_not_found'
        ),
        settled AS (
            SELECT DISTINCT location_id FROM ({_KEYS.format(tested="location_id IN (SELECT location_id FROM waiting)")})
            WHERE list_contains($decided, address_key)
        ),
        worth AS (
            SELECT p.location_id, count(*) FILTER (p.kind = 'customer') AS customers,
                count(*) FILTER (p.kind = 'prospect') AS prospects, sum(o.amount)::DECIMAL(18, 2) AS revenue
            FROM party AS p
            LEFT JOIN (SELECT customer_key, sum(amount) AS amount FROM warehouse.fact_order GROUP BY ALL) AS o
                ON p.kind = 'customer' AND o.customer_key = p.key
            GROUP BY p.location_id
        ),
        other AS (SELECT location_id, count(*) AS alternatives FROM geocode.alternative GROUP BY location_id)
        SELECT g.location_id, g.address, g.reasons, g.status, g.match_level, g.confidence, g.error_m, g.faults,
            g.matched_address,
            g.lon, g.lat, g.precision, coalesce(a.alternatives, 0) AS alternatives, g.pile_up,
            w.customers, w.prospects, w.revenue, count(*) OVER () AS total
        FROM waiting AS g
        INNER JOIN worth AS w ON w.location_id = g.location_id
        LEFT JOIN other AS a ON a.location_id = g.location_id
        WHERE g.location_id NOT IN (FROM settled)
        ORDER BY w.revenue DESC NULLS LAST, w.customers DESC, w.prospects DESC, g.location_id
        LIMIT $limit
    """
    found = con.execute(text, {**values, "below": below, "limit": limit, "decided": sorted(decided)}).to_arrow_table()
    total = found["total"][0].as_py() if found.num_rows else 0
    return Queue(found.drop_columns(["total"]), total)


def alternatives(reader: Reader, location_id: int, *, scope: Scope) -> pa.Table:
    """List what else an address may be.

    Parameters
    ----------
    reader
        The snapshot.
    location_id
        The place.
    scope
        Who asks; it needs record rights.

    Returns
    -------
    pa.Table
        One row per address of the reference, the likeliest first: rank, address, lon, lat, score, faults, apart_m.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If no record that the scope may see stands at the place.
    """
    con = visible(reader, location_id, scope)
    return con.execute(
        "SELECT rank, address, lon, lat, score, faults, apart_m FROM geocode.alternative "
        "WHERE location_id = $location_id ORDER BY rank",
        {"location_id": location_id},
    ).to_arrow_table()


def keys_of(con: duckdb.DuckDBPyConnection, location_id: int) -> list[str]:
    """Return the keys of the ways in which the address of a place is written; none for a bare point."""
    text = (
        f"SELECT DISTINCT address_key FROM ({_KEYS.format(tested='location_id = $location_id')}) ORDER BY address_key"
    )
    return [key for (key,) in con.execute(text, {"location_id": location_id}).fetchall() if key is not None]


#: Key of the written address of every record at some places.
_KEYS = " UNION ALL ".join(
    f"""SELECT r.location_id, address_key(c.address, c.house_number, c.street, c.postcode, c.city) AS address_key
    FROM geocode.record_location AS r
    INNER JOIN ingest.{kind} AS c ON c.source = r.source AND c.row_no = r.row_no
    WHERE r.kind = '{kind}' AND r.{{tested}}"""
    for kind in ("customer", "prospect", "store", "competitor")
)


def _parties(reader: Reader, scope: Scope) -> tuple[duckdb.DuckDBPyConnection, str, dict[str, Any]]:
    """Return a connection, the SQL of the customers and prospects that a scope may see, and its values."""
    chosen = {kind: choose(reader, scope=scope, kind=kind, active=False) for kind in _PARTIES}
    parts = [
        f"SELECT '{word}' AS kind, f.{word}_key AS key, f.location_id FROM {chosen[kind].source} "
        f"WHERE {chosen[kind].condition}"
        for kind, word in _PARTIES.items()
    ]
    one = chosen["customers"]
    sql.run(one.con, "gcrm.geocode", "key_macro")
    return one.con, " UNION ALL ".join(parts), one.values


def visible(reader: Reader, location_id: int, scope: Scope) -> duckdb.DuckDBPyConnection:
    """Return a connection, where a record that the scope may see stands at a place.

    Parameters
    ----------
    reader
        The snapshot.
    location_id
        The place.
    scope
        Who asks; it needs record rights.

    Returns
    -------
    duckdb.DuckDBPyConnection
        The snapshot's connection.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If no record that the scope may see stands at the place.
    """
    con, parties, values = _parties(reader, scope)
    text = f"SELECT count(*) FROM ({parties}) WHERE location_id = $location_id"
    row = con.execute(text, {**values, "location_id": location_id}).fetchone()
    if not row or not row[0]:
        msg = "No customer or prospect in the published data you may see stands at this place. See: gcrm review list"
        raise QueryError(msg)
    return con

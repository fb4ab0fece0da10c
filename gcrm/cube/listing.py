"""Records one by one, in an order: the customers or prospects that a filter and a search leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gcrm.cube.records import choose
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.cube.question import PeriodWord
    from gcrm.warehouse.reader import Reader

#: What a list of records can be ordered by -> SQL; the first is the usual one.
ORDERS = {
    "revenue": "revenue DESC NULLS LAST",
    "last_order": "last_order DESC NULLS LAST",
    "name": "name NULLS LAST",
    "since": "since DESC NULLS LAST",
}
Order = Literal["revenue", "last_order", "name", "since"]


@dataclass(frozen=True)
class Listing:
    """Records one by one.

    Attributes
    ----------
    table
        One row per record: id, name, segment, owner (the name), since, revenue and orders of the period, last_order
        (day of the last one up to the period's end), address, match_level (null where it is not located). Prospects
        have no orders: null there.
    total
        Records that the filter and the search leave, listed or not.
    """

    table: pa.Table
    total: int


def listing(
    reader: Reader,
    *,
    scope: Scope,
    kind: str,
    where: Mapping[str, str | Sequence[str | None] | None] | None = None,
    period: PeriodWord = None,
    search: str = "",
    order: Order = "revenue",
    limit: int = 500,
) -> Listing:
    """List the records of one kind that are active at the end of a period.

    Parameters
    ----------
    reader
        The snapshot.
    scope
        Who asks; it needs record rights.
    kind
        A key of `KINDS`.
    where, period
        See `query.check` and `query.parse_period`.
    search
        Part of the identifier, name or address, in any case; empty for all.
    order
        A key of `ORDERS`; equal ones by identifier.
    limit
        Most records to list.

    Returns
    -------
    Listing
        The first records, and how many there are.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known.
    """
    if order not in ORDERS:
        msg = f"Records cannot be ordered by '{order}'.{near(order, ORDERS)}"
        raise QueryError(msg)
    chosen = choose(reader, scope=scope, kind=kind, where=where, period=period)
    values = chosen.values | {"first": chosen.days.first, "last": chosen.days.last, "limit": limit}
    address = "coalesce(l.address, nullif(concat_ws(' ', l.house_number, l.street), ''))"
    words = search.split()
    values |= {f"word_{i}": word for i, word in enumerate(words)}
    hay = f"concat_ws(' ', f.{chosen.key}, f.name, {address}, l.postcode, l.city)"
    found = "".join(f" AND contains(lower({hay}), lower($word_{i}))" for i in range(len(words)))
    sums, join = "NULL::DECIMAL(18, 2) AS revenue, NULL::BIGINT AS orders, NULL::DATE AS last_order", ""
    if kind == "customers":
        sums = "o.revenue, coalesce(o.orders, 0) AS orders, o.last_order"
        join = "LEFT JOIN ordered AS o ON o.customer_key = f.customer_key"
    text = f"""
        WITH ordered AS (
            SELECT customer_key, max(ordered_on) AS last_order,
                sum(amount) FILTER (ordered_on >= $first)::DECIMAL(18, 2) AS revenue,
                count(*) FILTER (ordered_on >= $first) AS orders
            FROM warehouse.fact_order WHERE ordered_on <= $last GROUP BY customer_key
        ),
        found AS (
            SELECT f.{chosen.key} AS id, f.name, f.segment, coalesce(w.name, f.owner_id) AS owner, f.since, {sums},
                {address} AS address, l.match_level
            FROM {chosen.source} {join}
            LEFT JOIN warehouse.dim_owner AS w ON w.owner_id = f.owner_id
            WHERE {chosen.condition}{found}
        )
        SELECT *, count(*) OVER () AS total FROM found ORDER BY {ORDERS[order]}, id LIMIT $limit
    """
    table = chosen.con.execute(text, values).to_arrow_table()
    total = table["total"][0].as_py() if table.num_rows else 0
    return Listing(table.drop_columns(["total"]), total)

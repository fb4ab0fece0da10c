"""The profile of customers by what their buildings are: which types they live in more often than there are homes.

For a member i with c_i customers and b_i of the base (dwelling units, or buildings), C and B being their sums over all
members that are known and have a base,

    index_i = 100 (c_i / C) / (b_i / B),

so that 100 is average. Its 95 % interval is that of Wilson for c_i in C, divided by the base's share, which is counted
and not sampled. Members without a base have no index, and customers whose member is not known stand in a row of
their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm import sql
from gcrm.analysis.interval import wilson
from gcrm.cube import building
from gcrm.cube.records import choose
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from gcrm.access.scope import Scope
    from gcrm.cube.building import Where
    from gcrm.cube.question import PeriodWord
    from gcrm.warehouse.reader import Reader

#: What customers can be profiled by.
MEMBERS = ("residence_type", "building_use", "residence_word")
#: What they are held against.
BASES = {"units": "sum(b.units)", "buildings": "count(*)"}

#: Customers that are held against a base: those whose own building is part of it.
_COUNTS = {"units": "l.units > 0", "buildings": "TRUE"}


def profile(
    reader: Reader,
    *,
    scope: Scope,
    by: str = "residence_type",
    base: str = "units",
    kind: str = "customers",
    where: Where | None = None,
    period: PeriodWord = None,
) -> pa.Table:
    """Hold customers by type against the homes there are.

    Parameters
    ----------
    reader
        The snapshot.
    scope
        Who asks; it needs record rights.
    by
        A name of `MEMBERS`.
    base
        `units` or `buildings`: those of the same regions. Customers in buildings whose units are not known stand in the
        row of the unknown member where it is `units`.
    kind
        `customers` or `prospects`, active at the end of the period.
    where, period
        As in `Workspace.points`; filters that are no regions choose customers alone.

    Returns
    -------
    pa.Table
        One row per member, the most frequent first, the unknown one last: `by`, customers (or prospects), base, share
        (of customers), base_share, index, index_low, index_high (95 %); null where it cannot be told.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known.
    """
    for word, known in ((by, MEMBERS), (base, BASES)):
        if word not in known:
            msg = f"A profile knows no '{word}'.{near(word, known)}"
            raise QueryError(msg)
    chosen = choose(reader, scope=scope, kind=kind, where=where, period=period)
    places = {n: m for n, m in (where or {}).items() if n in _levels(reader)}
    homes = building.choose(reader, scope=scope, where=places)
    name = sql.identifier(by)
    # Two statements: each has parameters of its own.
    counts = chosen.con.execute(
        f"SELECT CASE WHEN {_COUNTS[base]} THEN l.{name} END, count(*) FROM {chosen.source}"
        f" WHERE {chosen.condition} GROUP BY 1",
        chosen.values,
    ).fetchall()
    stock = (
        reader.cursor()
        .execute(
            f"SELECT b.{name}, {BASES[base]}::BIGINT FROM enrich.building AS b WHERE {homes.condition} GROUP BY 1",
            homes.values,
        )
        .fetchall()
    )
    return _table(by, kind, dict(counts), dict(stock))


def _levels(reader: Reader) -> set[str]:
    return {level for h in reader.settings.hierarchies.values() for level in h.levels}


def _table(by: str, kind: str, counts: dict[str | None, int], stock: dict[str | None, int | None]) -> pa.Table:
    """Put shares and indices together."""
    members = sorted({*counts, *stock} - {None}, key=lambda m: (-counts.get(m, 0), str(m)))
    c = np.array([counts.get(m, 0) for m in members], float)
    b = np.array([stock.get(m) or 0 for m in members], float)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = c[b > 0].sum()
        share, base_share = np.where(b > 0, c, np.nan) / whole, b / b.sum()
        low, high = wilson(np.where(b > 0, c, np.nan), np.full(len(c), whole))
        columns = {
            "share": share,
            "base_share": base_share,
            "index": 100 * share / base_share,
            "index_low": 100 * low / base_share,
            "index_high": 100 * high / base_share,
        }
    unknown = [None] if None in counts or None in stock else []
    found = {
        by: pa.array([*members, *unknown], pa.string()),
        kind: pa.array([*c.astype(int), *(counts.get(u, 0) for u in unknown)], pa.int64()),
        "base": pa.array([*b.astype(int), *(stock.get(u) or 0 for u in unknown)], pa.int64()),
    }
    for name, values in columns.items():
        figures = np.append(values, [np.nan] * len(unknown))
        found[name] = pa.array(figures, mask=~np.isfinite(figures))
    return pa.table(found)

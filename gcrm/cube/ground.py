"""What every question to one snapshot stands on: its days and its cuboids, read once and used again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.cuboid.cuboid import Catalogue, catalogue
from gcrm.cube.model import FACTS
from gcrm.cube.query import Period

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Ground:
    """What is the same for all questions to a snapshot.

    Attributes
    ----------
    whole
        First and last day of its orders.
    catalogue
        Its cuboids.
    empty
        Facts of which it has no record at all.
    """

    whole: Period
    catalogue: Catalogue
    empty: frozenset[str]


def ground_of(con: duckdb.DuckDBPyConnection) -> Ground:
    """Read what questions to a snapshot stand on.

    Parameters
    ----------
    con
        Connection with the snapshot attached.

    Returns
    -------
    Ground
        The same as long as the snapshot is attached, for it never changes.
    """
    return Ground(whole_range(con), catalogue(con), _empty(con))


def _empty(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the facts without a record: nobody said anything of them, and zero would be a figure."""
    picks = ", ".join(f"EXISTS (FROM {fact.table}) AS {sql.identifier(name)}" for name, fact in FACTS.items())
    has = con.execute(f"SELECT {picks}").fetchone() or ()
    return frozenset(name for name, some in zip(FACTS, has, strict=True) if not some)


def whole_range(con: duckdb.DuckDBPyConnection) -> Period:
    """Return the days from the first to the last order of a snapshot.

    Where there is no order, the last day on which a customer or prospect began, so that stocks can still be counted.
    """
    # Each column by itself: so DuckDB takes it from what it knows of the table, and reads no row.
    row = con.execute("""
        SELECT coalesce(o.first_day, greatest(c.last_day, p.last_day), current_date),
            coalesce(o.last_day, greatest(c.last_day, p.last_day), current_date)
        FROM (SELECT min(ordered_on) AS first_day, max(ordered_on) AS last_day FROM warehouse.fact_order) AS o,
            (SELECT max(since) AS last_day FROM warehouse.dim_customer) AS c,
            (SELECT max(since) AS last_day FROM warehouse.dim_prospect) AS p
    """).fetchone()
    first, last = row if row is not None else (None, None)
    return Period(first, last)

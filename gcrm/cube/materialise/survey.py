"""What a fact looks like before cuboids of it are chosen: its size, its members, and what is proven of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.materialise.proof import prove
from gcrm.cube.materialise.select import Shape, Things

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from gcrm.cube.cuboid.cuboid import Grain
    from gcrm.cube.materialise.fact import Source

quote = sql.identifier
#: For so many years before the last day stocks are kept.
_YEARS = 10


@dataclass(frozen=True)
class Known:
    """A fact, and what was found out about it.

    Attributes
    ----------
    source
        The fact.
    shape
        Its size.
    proofs
        Column of a count of different things -> dimensions of which each thing has one member; see `proof.prove`.
    first
        First day with a record, or on which a stock is counted.
    last
        Last day with a record.
    """

    source: Source
    shape: Shape
    proofs: Mapping[str, frozenset[str]]
    first: date
    last: date

    @property
    def held(self) -> list[str]:
        """Columns that its cuboids of sums hold: what can be added from month to month."""
        return [made for made in self.source.measures if "day" in self.proofs.get(made, {"day"})]

    @property
    def unique(self) -> set[str]:
        """Columns of counts of which every record has a thing of its own."""
        return {made for made, proven in self.proofs.items() if "*" in proven}

    def may_drop(self, dropped: frozenset[str]) -> bool:
        """Say whether sums of a finer cuboid may be added over some dimensions."""
        return all(dropped <= proven for made, proven in self.proofs.items() if made in self.held)


def look(con: duckdb.DuckDBPyConnection, source: Source, rows: int, today: date) -> Known | None:
    """Find out how large a fact's cuboids would be, and prove what can be proven.

    Parameters
    ----------
    con
        Connection with the warehouse and the cube's paths attached.
    source
        The fact.
    rows
        How many records it has.
    today
        Last day of the data.

    Returns
    -------
    Known
        What was found; null for a fact without days.
    """
    day = "coalesce(since, until)" if source.is_stock else "day"
    row = con.execute(f"SELECT min({day}), max({day}) FROM ({source.records([], [])})").fetchone()
    first, last = row or (None, None)
    if first is None:
        return None
    if source.is_stock:
        first, last = min(max(first, date(today.year - _YEARS, 1, 1)), today), today
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    stretches: dict[Grain, int] = {"month": months, "day": (last - first).days + 1}
    if source.is_stock:
        stretches = {"ends": months + 13}
    proofs = {made: prove(con, source, made, rows) for made in source.counted}
    things = tuple(
        Things(made, proven, _pairs(con, source, made), own=source.measures[made].fact == source.name)
        for made, proven in proofs.items()
        if "day" not in proven
    )
    members = _members(con, source)
    chains = [tuple(name for name in chain if members[name] > 1) for chain in source.chains]
    known = {name: members[name] for chain in chains for name in chain}  # of the others nothing is known
    figures, kept = len(source.measures) - len(things), tuple(c for c in chains if c)
    shape = Shape(source.name, rows, kept, known, stretches, figures, things, source.beyond)
    return Known(source, shape, proofs, first, last)


def _members(con: duckdb.DuckDBPyConnection, source: Source) -> dict[str, int]:
    """Count the members of each dimension, the unknown one among them, well enough to choose by."""
    found: dict[str, int] = {}
    for of_place in (True, False):
        names = [d for d in source.members if (d in source.of_place) is of_place]
        if names:
            picks = ", ".join(f"approx_count_distinct({quote(d)}) + 1" for d in names)
            records = "cube.location_path" if of_place else f"({source.records(names, [])})"
            text = f"SELECT {picks} FROM {records}"
            found |= dict(zip(names, con.execute(text, source.used(text)).fetchone() or (), strict=True))
    return found


def _pairs(con: duckdb.DuckDBPyConnection, source: Source, made: str) -> int:
    """Count about how many pairs of a thing and a month there are."""
    records = source.records([], [made])
    text = f"SELECT approx_count_distinct(hash({source.thing(made)}, date_trunc('month', day))) FROM ({records})"
    return int((con.execute(text, source.used(text)).fetchone() or (0,))[0])

"""What a cuboid is, and the list of those that a snapshot has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import duckdb

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

#: The stretch of time that one row stands for; `ends`: a stock on the last day of each month and on the last day.
Grain = Literal["day", "month", "ends"]
#: What a row holds: sums of its records; how many things were seen first since `prev`; or one thing that was seen.
Content = Literal["sums", "visits", "things"]


@dataclass(frozen=True)
class Cuboid:
    """A table with one row per member of some dimensions and stretch of time.

    Attributes
    ----------
    name
        Its table in the catalog `cube`.
    fact
        The fact whose records it adds up.
    content
        `sums`: columns of figures. `visits`: one count of different things, apart by the month in which each thing
        was there before (`prev`; null: never), so that any range of months can be counted: things that were there
        before within the range are counted then. `things`: one row per thing and place, in column `thing`.
    grain
        The stretch of time of a row; its column `day` is the first day of it, or the day on which a stock is counted.
    dimensions
        Names of its dimensions; regions are those of today.
    columns
        Names of its columns of figures, or of what it counts; see `gcrm.cube.cuboid.column`.
    rows
        How many rows it has.
    first, last
        For events, the first and last day that has any; for a stock, the first and last day on which it is counted.
    today
        For a stock, the day on which it is counted although it may not end a month.
    """

    name: str
    fact: str
    content: Content
    grain: Grain
    dimensions: frozenset[str]
    columns: frozenset[str]
    rows: int
    first: date
    last: date
    today: date


@dataclass(frozen=True)
class Catalogue:
    """The cuboids of a snapshot, and what was proven of its data.

    Attributes
    ----------
    cuboids
        Every cuboid, the smallest first.
    proofs
        Fact and column of a count of different things -> dimensions (and `day`) of which each thing has one member.
    located
        Fact whose records are kept with what stands beside them -> what is; see `gcrm.cube.cuboid.located`.
    """

    cuboids: tuple[Cuboid, ...] = ()
    proofs: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    located: Mapping[str, frozenset[str]] = field(default_factory=dict)


#: A snapshot without cuboids.
NONE = Catalogue()


def catalogue(con: duckdb.DuckDBPyConnection) -> Catalogue:
    """Read which cuboids a snapshot has.

    Parameters
    ----------
    con
        Connection with the snapshot attached.

    Returns
    -------
    Catalogue
        Cuboids and proofs; empty for a snapshot that was built before there were any.
    """
    try:
        rows = con.execute("""
            SELECT name, fact, content, grain, dimensions, columns, rows, first_day, last_day, counted_on
            FROM cube.cuboid ORDER BY rows, name
        """).fetchall()
        proofs = con.execute("SELECT fact, figure, dimensions FROM cube.cuboid_proof").fetchall() if rows else []
        located = con.execute("SELECT fact, columns FROM cube.located").fetchall()
    except duckdb.CatalogException:
        return NONE
    cuboids = (Cuboid(n, f, c, g, frozenset(ds), frozenset(cs), *rest) for n, f, c, g, ds, cs, *rest in rows)
    proven = {(f, c): frozenset(ds) for f, c, ds in proofs}
    return Catalogue(tuple(cuboids), proven, {f: frozenset(cs) for f, cs in located})

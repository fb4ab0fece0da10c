"""What is proven of the things that a fact's records are of: in which dimensions each of them has one member only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    import duckdb

    from gcrm.cube.materialise.fact import Source

quote = sql.identifier
#: Facts with more records are tried on one in so many things first: what does not hold there need not be looked at.
_MANY, _ONE_IN = 1_000_000, 128


def prove(con: duckdb.DuckDBPyConnection, source: Source, made: str, rows: int) -> frozenset[str]:
    """Find the dimensions of which everything that a measure counts has one member in all of its records.

    Parameters
    ----------
    con
        Connection with the warehouse and the cube's paths attached.
    source
        The fact.
    made
        Column of a count of different things.
    rows
        How many records the fact has.

    Returns
    -------
    frozenset of str
        Names of dimensions; `location_id` where each thing has one place; `day` where each is of one day; `*` where
        every record has a thing of its own.
    """
    plain = [d for d in source.members if d not in source.of_place]
    found = _tested(con, source, made, ["*", "location_id", *plain, "day"], rows)
    if "location_id" in found:  # what lies at one place lies in its regions
        return found | source.of_place
    return found | _tested(con, source, made, sorted(source.of_place), rows)


def _tested(con: duckdb.DuckDBPyConnection, source: Source, made: str, names: list[str], rows: int) -> frozenset[str]:
    for share in (_ONE_IN, 1) if rows > _MANY else (1,):
        names = _holding(con, source, made, names, share) if names else []
    return frozenset(names)


def _holding(con: duckdb.DuckDBPyConnection, source: Source, made: str, names: list[str], share: int) -> list[str]:
    """Return the names that hold of all things, or of one in `share` of them."""
    dimensions = [n for n in names if n in source.members]
    tests = [f"{_test(n)} AS test_{i}" for i, n in enumerate(names)]
    chosen = f" AND hash(thing) % {share} = 0" if share > 1 else ""
    records = f"SELECT *, {source.thing(made)} AS thing FROM ({source.records(dimensions, [made])})"
    text = f"SELECT {', '.join(tests)} FROM ({records}) WHERE thing IS NOT NULL{chosen} GROUP BY thing"
    text = f"SELECT {', '.join(f'bool_and(test_{i})' for i in range(len(names)))} FROM ({text})"
    row = con.execute(text, source.used(text)).fetchone() or ()
    return [n for n, holds in zip(names, row, strict=True) if holds is not False]


def _test(name: str) -> str:
    if name == "*":
        return "count(*) = 1"
    member = quote(name)
    return f"min({member}) IS NOT DISTINCT FROM max({member}) AND count({member}) IN (0, count(*))"

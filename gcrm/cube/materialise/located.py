"""Records of a fact written once more with what stands beside them: their regions, their place and their product."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.cuboid.located import beside, table_of
from gcrm.cube.materialise.comment import describe_located
from gcrm.cube.model import FACTS
from gcrm.cube.model.fact import JOINS, PATH

if TYPE_CHECKING:
    import duckdb

    from gcrm.cube.materialise.fact import Source

quote = sql.identifier


def locate(con: duckdb.DuckDBPyConnection, source: Source, rows: int) -> Source:
    """Write the records of a fact with what stands beside them, in the order of their days.

    Looking up the regions of each record takes most of the time of a question to many of them. Cells are left out:
    they take as much space as everything else.

    Parameters
    ----------
    con
        Connection with the warehouse and the cube's paths attached, and `cube` attached for writing.
    source
        The fact.
    rows
        How many records it has.

    Returns
    -------
    Source
        The fact, read from there from now on; as it is where nothing stands beside it.
    """
    fact = FACTS[source.name]
    read = {name: text for name, text in source.members.items() if name not in source.cells and beside(text)}
    columns = sorted({column for text in read.values() for column in beside(text)})
    if not columns:
        return source
    picks = "".join(f", {column[0]}.{quote(column[2:])} AS {quote(column)}" for column in columns)
    joins = dict.fromkeys([PATH, *(JOINS[a.join] for d in read if (a := fact.attributes.get(d)) and a.join)])
    order = f" ORDER BY {fact.day}" if fact.day else ""
    table = table_of(source.name)
    con.execute(f"CREATE TABLE {table} AS SELECT f.*{picks} FROM {fact.table} AS f {' '.join(joins)}{order}")
    con.execute("INSERT INTO cube.located VALUES ($f, $c, $n)", {"f": source.name, "c": columns, "n": rows})
    describe_located(con, source.name, columns)
    return replace(source, located=frozenset(columns))

"""What the tables of cuboids mean, written into the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from gcrm.cube.materialise.select import View
    from gcrm.cube.model import Measure

_CUBOID = {
    "name": "Its table in the cube.",
    "fact": "The fact whose records it adds up.",
    "content": (
        "`sums` of records; `visits`: how many different things were there, apart by the month in which they were "
        "there before; `things`: each of them."
    ),
    "grain": "The stretch of time of a row: `day`, `month`, or `ends`: a stock on the last day of each month.",
    "dimensions": "Its dimensions, in columns of their names.",
    "columns": "Its columns of figures, each named after the definition of its measure.",
    "rows": "How many rows it has.",
    "first_day": "First day with a record, or on which the stock is counted.",
    "last_day": "Last day with a record, or on which the stock is counted.",
    "counted_on": "Last day of the data: a stock is counted then, although it may not end a month.",
}
_PROOF = {
    "fact": "The fact.",
    "figure": "Column that counts different things.",
    "dimensions": (
        "Dimensions (and `day`) of which each thing has one member in all records, so that counts may be added; "
        "`*`: every record has a thing of its own."
    ),
}
_LOCATED = {
    "fact": "The fact.",
    "columns": "Its columns from beside the records: `p_` of the path, `l_` of the place, `d_` of the product.",
    "rows": "How many rows it has.",
}
_BESIDE = {"p": "Region of this level that the place lies in today.", "l": "Of the place.", "d": "Of the product."}
_COUNTED = {
    "prev": "Month in which they were there before; null: never.",
    "things": "How many different ones.",
    "thing": "What is counted; null: a record that counts nothing.",
    "location_id": "Place of its records; null where it is not known.",
}


def describe_lists(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty lists of cuboids, of proofs, and of records that are kept with what stands beside them.

    Parameters
    ----------
    con
        Connection with `cube` attached for writing.
    """
    con.execute("""
        CREATE TABLE cube.cuboid (name VARCHAR, fact VARCHAR, content VARCHAR, grain VARCHAR, dimensions VARCHAR[],
            columns VARCHAR[], rows BIGINT, first_day DATE, last_day DATE, counted_on DATE);
        CREATE TABLE cube.cuboid_proof (fact VARCHAR, figure VARCHAR, dimensions VARCHAR[]);
        CREATE TABLE cube.located (fact VARCHAR, columns VARCHAR[], rows BIGINT)
    """)
    grain = "One row per cuboid: a table of the cube with a fact by some dimensions and stretch of time."
    sql.comment(con, "cube.cuboid", grain, _CUBOID)
    grain = "One row per fact and count of different things: what is proven of it."
    sql.comment(con, "cube.cuboid_proof", grain, _PROOF)
    grain = "One row per fact whose records are kept with what stands beside them, in the table located_ and its name."
    sql.comment(con, "cube.located", grain, _LOCATED)


def describe_located(con: duckdb.DuckDBPyConnection, fact: str, columns: Iterable[str]) -> None:
    """Write the meaning of records that are kept with what stands beside them.

    Parameters
    ----------
    con
        Connection with `cube` attached for writing.
    fact
        Name of the fact.
    columns
        Its columns from beside the records.
    """
    grain = f"One row per record of {fact}, with what stands beside it."
    sql.comment(con, f"cube.located_{fact}", grain, {name: _BESIDE[name[0]] for name in columns})


def describe(con: duckdb.DuckDBPyConnection, name: str, view: View, held: Mapping[str, Measure]) -> None:
    """Write the meaning of a cuboid's table and of its columns.

    Parameters
    ----------
    con
        Connection with `cube` attached for writing.
    name
        Its table.
    view
        What it is of.
    held
        Columns of figures -> their measures.
    """
    meaning = dict.fromkeys(view.dimensions, "Member of this dimension; null where it is unknown.")
    meaning["day"] = "First day of the stretch of time, or the day on which a stock is counted."
    if view.content == "sums":
        meaning |= {made: f"{m.title}." for made, m in held.items()}
    else:
        wanted = ("prev", "things") if view.content == "visits" else ("thing", "location_id")
        meaning |= {column: _COUNTED[column] for column in wanted}
    counted = "" if view.content == "sums" else f": {', '.join(m.title for m in held.values())}"
    by = ", ".join([*sorted(view.dimensions), {"ends": "month end"}.get(view.grain, view.grain)])
    sql.comment(con, f"cube.{name}", f"Cuboid of {view.fact} by {by} ({view.content}{counted}).", meaning)

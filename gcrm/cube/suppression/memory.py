"""Keeps in the snapshot what its releases tell, and reads what the snapshot before keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm import sql
from gcrm.cube.suppression.history import History

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

#: Table -> its grain, and its columns: name, type, attribute of a history, meaning.
_TABLES = {
    "release_shown": (
        "One row per count that this release or an earlier one gave out.",
        (
            (
                "key",
                "VARCHAR",
                "shown_keys",
                "Name of the count: measure, dimensions, period dimension, members, period.",
            ),
            ("count", "DOUBLE", "shown_counts", "The count."),
        ),
    ),
    "release_unknown": (
        "One row per count that no release gave out, as far as something withheld depends on it.",
        (
            ("count", "DOUBLE", "counts", "The true count."),
            ("withheld", "BOOLEAN", "withheld", "True for a cell; false for a part that never was one."),
        ),
    ),
    "release_name": (
        "One row per name of a count that no release gave out.",
        (
            ("key", "VARCHAR", "keys", "Name of the count: measure, dimensions, period dimension, members, period."),
            ("unknown", "BIGINT", "unknowns", "Place of the count among those of its fact (release_unknown), from 0."),
        ),
    ),
    "release_entry": (
        "One row per count that takes part in a constraint between counts that no release gave out.",
        (
            ("bond", "BIGINT", "rows", "Place of the constraint among those of its fact (release_bond), from 0."),
            ("unknown", "BIGINT", "columns", "Place of the count among those of its fact (release_unknown), from 0."),
            ("factor", "DOUBLE", "factors", "Its factor."),
        ),
    ),
    "release_bond": (
        "One row per constraint between counts that no release gave out.",
        (
            ("fall", "DOUBLE", "fall", "How far it may fall from its true value."),
            ("rise", "DOUBLE", "rise", "How far it may rise from its true value."),
        ),
    ),
}


def write(con: duckdb.DuckDBPyConnection, histories: Mapping[str, History]) -> dict[str, int]:
    """Write the history of every fact.

    Parameters
    ----------
    con
        Connection with `cube` attached for writing.
    histories
        Fact -> what its releases tell.

    Returns
    -------
    dict of str to int
        Rows per table.
    """
    counted = {}
    for table, (grain, columns) in _TABLES.items():
        name = f"cube.{sql.identifier(table)}"
        shapes = ", ".join(f"{sql.identifier(c)} {kind}" for c, kind, *_ in columns)
        con.execute(f"CREATE TABLE {name} (fact VARCHAR, place BIGINT, {shapes})")
        for fact, history in histories.items():
            values = {c: pa.array(getattr(history, attribute).tolist()) for c, _, attribute, _ in columns}
            size = len(next(iter(values.values())))
            if not size:
                continue
            con.register("history_rows", pa.table({"fact": [fact] * size, "place": range(size), **values}))
            con.execute(f"INSERT INTO {name} SELECT * FROM history_rows")
            con.unregister("history_rows")
        counted[table] = int((con.execute(f"SELECT count(*) FROM {name}").fetchone() or (0,))[0])
        meanings = {c: meaning for c, _, _, meaning in columns}
        own = {"fact": "What is counted: customers, prospects or orders.", "place": "Its place, from 0."}
        sql.comment(con, f"cube.{table}", grain, own | meanings)
    return counted


def read(con: duckdb.DuckDBPyConnection, catalog: str | None, fact: str) -> History:
    """Read the history of a fact.

    Parameters
    ----------
    con
        Connection with the cube of the snapshot before attached.
    catalog
        What it is attached as; null where there is none.
    fact
        Name of the fact.

    Returns
    -------
    History
        An empty one where that snapshot keeps none.
    """
    empty = History.empty()
    text = "SELECT 1 FROM duckdb_tables() WHERE database_name = $catalog AND table_name = 'release_bond'"
    if catalog is None or con.execute(text, {"catalog": catalog}).fetchone() is None:
        return empty
    found = {}
    for table, (_, columns) in _TABLES.items():
        picks = ", ".join(sql.identifier(c) for c, *_ in columns)
        source = f"{sql.identifier(catalog)}.{sql.identifier(table)}"
        rows = con.execute(f"SELECT {picks} FROM {source} WHERE fact = $fact ORDER BY place", {"fact": fact})
        frame = rows.to_arrow_table()
        for c, _, attribute, _ in columns:
            found[attribute] = np.array(frame[c].to_pylist(), dtype=getattr(empty, attribute).dtype)
    return History(**found)

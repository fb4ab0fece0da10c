"""Changes: of all the rows that a source brings for a key, the latest counts; and it may say that the record is gone.

Which row is the latest depends on the rows alone, not on which file brought them or when: files that arrive late, are
split or put together give the same table. Only rows of the very same time are settled by their order: the later file,
and within a file the later row, counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.ingest import ledger
from gcrm.settings.origin import CHANGE_COLUMNS
from gcrm.sql import identifier, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from gcrm.ingest.reading import Lines, Origin


@dataclass(frozen=True)
class Part:
    """What one file of a source has brought.

    Attributes
    ----------
    origin
        The source and its file.
    before, after
        Records of the source before those of this file, and up to its end: its records are numbered from `before + 1`
        to `after`.
    lines
        How they lie on the lines of the file; null for formats without lines.
    """

    origin: Origin
    before: int
    after: int
    lines: Lines | None


def settle(con: duckdb.DuckDBPyConnection, key: tuple[str, ...], parts: Sequence[Part]) -> None:
    """Keep in `ingest.load` the latest row of every key, unless it says that the record is gone.

    What goes is counted for the account of its file. A null in a key equals another null.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write.
    key
        Columns that identify a row.
    parts
        The files of the source.
    """
    columns = ", ".join(identifier(name) for name in key)
    latest = f"row_number() OVER (PARTITION BY {columns} ORDER BY changed_at DESC, row_no DESC)"
    ranked = f"SELECT row_no, deleted, {latest} AS place FROM ingest.load"
    con.execute(
        f"CREATE OR REPLACE TABLE ingest.gone AS SELECT row_no, place = 1 AS deleted FROM ({ranked}) AS ranked "
        "WHERE place > 1 OR deleted"
    )
    con.execute("DELETE FROM ingest.load WHERE row_no IN (SELECT row_no FROM ingest.gone)")
    for part in parts:
        superseded, deleted = (_gone(con, part, deleted=deleted) for deleted in (False, True))
        ledger.correct(con, part.origin, superseded, deleted)
    con.execute("DROP TABLE ingest.gone")
    for name in CHANGE_COLUMNS:
        con.execute(f"ALTER TABLE ingest.load DROP COLUMN {name}")


def _gone(con: duckdb.DuckDBPyConnection, part: Part, *, deleted: bool) -> tuple[int, int]:
    """Return how many rows of a file went for one of the two reasons, and how many lines they take."""
    mine = "row_no > $before AND row_no <= $after AND deleted = $deleted"
    query = f"SELECT row_no - $before AS n FROM ingest.gone WHERE {mine}"
    values = {"before": part.before, "after": part.after, "deleted": deleted}
    if part.lines is None or not part.lines.records.size:
        count = number(con, f"SELECT count(*) FROM ({query}) AS gone", values)
        return count, count
    rows = con.execute(query, values).fetchnumpy()["n"]
    return rows.size, rows.size + int(part.lines.extra[np.isin(part.lines.records, rows)].sum())

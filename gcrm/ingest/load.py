"""The load of one source: its good rows into a table, its bad ones into the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.ingest import change, duplicate, forgotten, ledger, rows
from gcrm.ingest.change import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from gcrm.crm import Tombstones
    from gcrm.ingest.reading import Origin
    from gcrm.settings import Settings

_WHOLE = "ingest.whole"


def load(con: duckdb.DuckDBPyConnection, origin: Origin, settings: Settings, others: tuple[str, ...]) -> None:
    """Load a source that is one file: `ingest.load` then holds its good rows, `ingest.reject` the others.

    See `load_files`.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write, whose inserts keep the order of what they insert.
    origin
        The source.
    settings
        The project's settings.
    others
        Tables with the rows that earlier sources of the same kind have brought: their keys are taken.

    Raises
    ------
    SourceError
        If the file cannot be read as declared, or most of its coordinates lie outside the world.
    """
    load_files(con, [origin], settings, others)


def load_files(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[Origin],
    settings: Settings,
    others: tuple[str, ...],
    stones: Tombstones | None = None,
) -> None:
    """Load one source: `ingest.load` then holds the good rows of its files, `ingest.reject` the others.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write, whose inserts keep the order of what they insert.
    files
        The files of the source, at least one, in the order in which they are read.
    settings
        The project's settings.
    others
        Tables with the rows that earlier sources of the same kind have brought: their keys are taken.
    stones
        Who was forgotten and must not come back; null where nobody was.

    Raises
    ------
    SourceError
        If a file cannot be read as declared, has not the columns of the first, or most of its coordinates lie outside
        the world.
    """
    parts: list[Part] = []
    first = None
    for origin in files:
        loaded = rows.read(con, origin, settings, first)
        first = first or loaded
        before = parts[-1].after if parts else 0
        if stones is not None:
            forgotten.mark(con, loaded.plan, origin.source.kind, stones)
        if origin.source.load == "full":
            duplicate.mark(con, loaded.plan, others, _WHOLE if parts else None)
        else:
            duplicate.mark_taken(con, loaded.plan, others)
        count = ledger.write(con, loaded, before)
        con.execute("DELETE FROM ingest.load WHERE fault IS NOT NULL")
        _append(con, before, begun=bool(parts))
        parts.append(Part(origin, before, before + count, loaded.lines))
    con.execute(f"ALTER TABLE {_WHOLE} RENAME TO load")
    if first is None:
        return
    if first.origin.source.load == "changes":
        change.settle(con, first.plan.key, parts)
    if first.plan.statistics:
        _lengthen(con, first.plan.statistics)


def _append(con: duckdb.DuckDBPyConnection, before: int, *, begun: bool) -> None:
    """Put the rows of a file behind those of the files before it, and number them on."""
    if not begun:
        con.execute("ALTER TABLE ingest.load RENAME TO whole")
        return
    con.execute(
        f"INSERT INTO {_WHOLE} SELECT * REPLACE (row_no + $before AS row_no) FROM ingest.load", {"before": before}
    )
    con.execute("DROP TABLE ingest.load")


def _lengthen(con: duckdb.DuckDBPyConnection, statistics: tuple[str, ...]) -> None:
    """Put wide statistics, one per column, below one another: one row per region, statistic and reference day."""
    figures = ", ".join(f"s{i}" for i in range(len(statistics)))
    con.execute(
        "CREATE TABLE ingest.long AS SELECT region_id, unnest($names) AS statistic, "
        f"unnest([{figures}]) AS value, as_of, hierarchy, level, source, row_no, fault FROM ingest.load",
        {"names": list(statistics)},
    )
    con.execute("DROP TABLE ingest.load")
    con.execute("ALTER TABLE ingest.long RENAME TO load")

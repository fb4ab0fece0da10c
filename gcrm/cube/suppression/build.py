"""Makes the tables that are given out: counts everything, decides what is withheld, writes the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm import sql
from gcrm.cube.suppression import memory
from gcrm.cube.suppression.census import Census
from gcrm.cube.suppression.comment import CELL, COLUMNS, TABLE, meanings
from gcrm.cube.suppression.history import History, recall, remember
from gcrm.cube.suppression.knowledge import Knowledge
from gcrm.cube.suppression.periods import days_of
from gcrm.cube.suppression.protection import protect
from gcrm.cube.suppression.release import COUNTED, facts_of, tables_of
from gcrm.cube.suppression.thin import without_thin
from gcrm.stage import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    from numpy.typing import NDArray

    from gcrm.cube.model import Model
    from gcrm.cube.query import Period
    from gcrm.cube.suppression.census import Asker
    from gcrm.cube.suppression.periods import Days
    from gcrm.cube.suppression.release import Table
    from gcrm.settings import Settings

    #: Table number and fact -> True for each row that is withheld.
    Hidden = dict[tuple[int, str], NDArray[np.bool_]]


def build_release(
    con: duckdb.DuckDBPyConnection, *, settings: Settings, model: Model, whole: Period, ask: Asker, earlier: str | None
) -> tuple[dict[str, int], tuple[Finding, ...]]:
    """Make `cube.release_table` and `cube.release_cell`.

    Parameters
    ----------
    con
        Connection with the warehouse attached, and `cube` attached for writing.
    settings
        The project's settings.
    model
        What the project can be asked.
    whole
        First and last day of the project.
    ask
        Answers questions with exact figures.
    earlier
        What the cube of the snapshot before is attached as; null where there is none.

    Returns
    -------
    tuple
        Rows per table; tables that were left out, and what could not be protected.

    Raises
    ------
    SettingsError
        If `[releases]` names what cannot be given out.
    """
    wanted = tables_of(settings, model)
    census = Census(ask, model, wanted)
    tables, thin = without_thin(census, wanted, settings.privacy.min_count)
    days = days_of(con, model, whole, {t.period for t in tables})
    hidden: Hidden = {}
    histories: dict[str, History] = {}
    exposed = 0
    for fact in COUNTED:
        own = [t for t in tables if fact in census.facts(t)]
        histories[fact] = memory.read(con, earlier, fact)
        if own:
            shield = _Shield(census, days, settings.privacy.min_count, histories[fact])
            exposed += shield.withhold(own, fact)
            hidden |= shield.hidden
            histories[fact] = shield.history
    cells = [_cells(census, t, hidden, days) for t in tables]
    rows = {
        "release_table": _write_tables(con, tables, hidden),
        "release_cell": _write_cells(con, cells, tables, model),
    }
    detail = "Withheld counts that cannot be protected, because tables given out before tell them."
    findings = (Finding("exposed", "releases", exposed, detail),) if exposed else ()
    return rows | memory.write(con, histories), (*thin, *findings)


@dataclass
class _Shield:
    """Decides what is withheld of one fact.

    Attributes
    ----------
    census, days, min_count
        Exact counts, the days of periods, and k.
    history
        What earlier releases tell; afterwards, what this one tells too.
    hidden
        Table number and fact -> True for each row that is withheld.
    """

    census: Census
    days: Days
    min_count: int
    history: History
    hidden: Hidden = field(default_factory=dict)

    def withhold(self, tables: Sequence[Table], fact: str) -> int:
        """Decide; return how many counts cannot be protected."""
        faces = [self.census.face(t, fact) for t in tables]
        calendar = self.days.calendar({t.period for t in tables})
        knowledge = Knowledge(faces, self.census.parts(tables, fact), calendar)
        counts = _given_out(self.census, tables, fact)
        if fact == "order":
            knowledge.flow("buyers" if "buyers" in counts else "", "orders" if counts - {"buyers"} else "")
        else:
            knowledge.stock(COUNTED[fact][0])
        cells = 1 + max((int(c.max(initial=-1)) for c in knowledge.cells), default=-1)
        small = recall(knowledge.draft, self.history, cells, grows=fact == "order")
        for face, numbers in zip(faces, knowledge.cells, strict=True):
            for values in face.counts.values():
                small[numbers[(values > 0) & (values < self.min_count)]] = True
        system = knowledge.draft.system(len(small))
        found = protect(system, small, self.min_count)
        for table, numbers in zip(tables, knowledge.cells, strict=True):
            self.hidden[table.number, fact] = found.hidden[numbers]
        self.history = remember(knowledge.draft, system, found, self.history, cells)
        return len(found.exposed)


def _given_out(census: Census, tables: Sequence[Table], fact: str) -> set[str]:
    """Return the measures of a fact that are given out, the parts of ratios among them."""
    model = census.model
    measures = {m for t in tables for m in t.measures if fact in facts_of(model.measures[m], model)}
    return {part for m in measures for part, p in model.taken(model.measures[m]).items() if fact in facts_of(p, model)}


def _cells(census: Census, table: Table, hidden: Hidden, days: Days) -> pa.Table:
    """Return what is given out of one table: figures and states, withheld ones without their figure."""
    figures = census.figures(table)
    if table.period:
        figures = figures.filter(pa.compute.is_valid(figures[table.period]))
    picks: dict[str, pa.ChunkedArray | pa.Array] = {
        "table_number": pa.array([table.number] * figures.num_rows, pa.int32())
    }
    labels = figures[table.period].to_pylist() if table.period else [""] * figures.num_rows
    spans = [days.spans[table.period][label] for label in labels]
    for i, name in enumerate(("first_day", "last_day")):
        picks[name] = pa.array([span[i] for span in spans], pa.date32())
    for name in table.by:
        picks |= {n: figures[n] for n in (name, f"{name}_name") if n in figures.column_names}
    for name in table.measures:
        gone = np.zeros(figures.num_rows, dtype=bool)
        for fact in facts_of(census.model.measures[name], census.model):
            gone |= hidden.get((table.number, fact), gone)
        state = figures[f"{name}_state"]
        mask = pa.array(gone)
        picks[name] = pa.compute.if_else(mask, pa.scalar(None, figures[name].type), figures[name])
        withheld = pa.compute.and_(mask, pa.compute.not_equal(state, "unknown"))
        picks[f"{name}_state"] = pa.compute.if_else(withheld, "suppressed", state)
    return pa.table(picks)


def _write_tables(con: duckdb.DuckDBPyConnection, tables: Sequence[Table], hidden: Hidden) -> int:
    """Write the list of tables."""
    con.execute(
        "CREATE TABLE cube.release_table (table_number INTEGER, sets VARCHAR[], dimensions VARCHAR[], period VARCHAR, "
        "measures VARCHAR[], cells BIGINT, withheld BIGINT)"
    )
    for t in tables:
        masks = [mask for (number, _), mask in hidden.items() if number == t.number]
        gone = np.logical_or.reduce(masks) if masks else np.zeros(0, dtype=bool)
        values = [t.number, t.sets, t.dimensions, t.period or None, t.measures, len(gone), int(gone.sum())]
        con.execute("INSERT INTO cube.release_table VALUES (?, ?, ?, ?, ?, ?, ?)", [_plain(v) for v in values])
    sql.comment(con, "cube.release_table", TABLE, dict(COLUMNS))
    return len(tables)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _write_cells(
    con: duckdb.DuckDBPyConnection, cells: Sequence[pa.Table], tables: Sequence[Table], model: Model
) -> int:
    """Write every cell that is given out."""
    empty = pa.schema([("table_number", pa.int32()), ("first_day", pa.date32()), ("last_day", pa.date32())])
    joined = pa.concat_tables([empty.empty_table(), *cells], promote_options="permissive")
    con.register("release_rows", joined)
    try:
        con.execute("CREATE TABLE cube.release_cell AS SELECT * FROM release_rows")
    finally:
        con.unregister("release_rows")
    measures = {m: model.measures[m].help for t in tables for m in t.measures}
    dimensions = {d for t in tables for d in t.by}
    sql.comment(con, "cube.release_cell", CELL, meanings(joined.column_names, dimensions, measures))
    return int(joined.num_rows)

"""Suppression: small counts, and what they could be recovered from, are withheld from readers without record rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from gcrm.cube.plan import parts_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from gcrm.cube.model import Model
    from gcrm.cube.query import Query

#: The count that says how many parties stand behind a measure.
_PARTIES = {"customer": "customers", "prospect": "prospects", "order": "buyers", "order_line": "buyers"}


def parties(query: Query, model: Model) -> tuple[str, ...]:
    """Return the counts of parties that a question's measures rest on, in order."""
    return tuple(dict.fromkeys(_PARTIES[m.fact] for m in parts_of(model, query.measures) if m.fact in _PARTIES))


def suppress(table: pa.Table, query: Query, model: Model, min_count: int, parents: dict[str, str | None]) -> pa.Table:
    """Withhold what rests on fewer than `min_count` parties, and enough besides that it cannot be worked out.

    Parameters
    ----------
    table
        One row per member and total, with every count of `parties` among its columns.
    query
        The question it answers.
    model
        What the project can be asked.
    min_count
        Counts of 1 to `min_count - 1` are withheld; zero is shown.
    parents
        Region of the first region dimension -> its parent: the total of siblings is public elsewhere.

    Returns
    -------
    pa.Table
        The same rows; withheld values are null and their state is `suppressed`.
    """
    for count in parties(query, model):
        withheld = _closed(table, query, table[count].to_pylist(), min_count, parents)
        for measure in query.measures:
            if any(_PARTIES.get(m.fact) == count for m in model.taken(measure).values()):
                table = _blank(table, measure.name, withheld)
    return table


def _closed(
    table: pa.Table, query: Query, counts: list[int | None], min_count: int, parents: dict[str, str | None]
) -> set[int]:
    """Return the rows to withhold: the small ones, and along every line of a total enough others to hide them."""
    withheld = {i for i, n in enumerate(counts) if n is not None and 0 < n < min_count}
    lines = list(_lines(table, query, parents))
    while True:
        before = len(withheld)
        for line in lines:
            hidden = [i for i in line if i in withheld]
            if hidden and (len(hidden) < 2 or sum(counts[i] or 0 for i in hidden) < min_count):
                shown = sorted((i for i in line if i not in withheld and counts[i]), key=lambda i: (counts[i], i))
                withheld.update(shown[:1])
        if len(withheld) == before:
            return withheld


def _lines(table: pa.Table, query: Query, parents: dict[str, str | None]) -> Iterable[list[int]]:
    """Return the sets of rows that add up to a total which may be known: along each dimension, totals included."""
    names = [d.name for d in query.by]
    columns = {n: table[n].to_pylist() for n in names}
    grouping = table["grouping"].to_pylist() if "grouping" in table.column_names else [0] * table.num_rows
    found: dict[Hashable, list[int]] = {}
    for i in range(table.num_rows):
        for place, name in enumerate(names):
            bit = 1 << (len(names) - 1 - place)
            rest = tuple(columns[n][i] for n in names if n != name)
            found.setdefault((name, rest, grouping[i] | bit), []).append(i)
            if not grouping[i] & bit and columns[name][i] in parents:
                found.setdefault((name, rest, grouping[i], parents[columns[name][i]]), []).append(i)
    return found.values()


def _blank(table: pa.Table, measure: str, rows: set[int]) -> pa.Table:
    """Take a measure out of some rows."""
    keep = pa.array([i not in rows for i in range(table.num_rows)])
    for name, other in ((measure, None), (f"{measure}_state", "suppressed")):
        column = table[name].combine_chunks()
        filler = pa.scalar(other, type=column.type)
        values = pa.compute.if_else(keep, column, filler)
        table = table.set_column(table.column_names.index(name), name, values)
    return table

"""The rows of a cuboid in the shape of a fact's rows, so that the same statement goes on from either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.cuboid.column import column_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcrm.cube.cuboid.cuboid import Cuboid
    from gcrm.cube.model import Measure
    from gcrm.cube.model.formula import Frame

quote = sql.identifier
#: Content -> the column that a measure is read from, where it is not named after the measure.
_COUNTED = {"visits": "things", "things": "thing"}


def rows(cuboid: Cuboid, frame: Frame, measures: Iterable[Measure], filters: list[str], back: str) -> str:
    """Select the rows of a cuboid that count.

    Parameters
    ----------
    cuboid
        The cuboid.
    frame
        Which days are looked at.
    measures
        What is read.
    filters
        Conditions over `p`, the cuboid.
    back
        The interval by which the frame's days come before the row's own; empty where they do not.

    Returns
    -------
    str
        A SELECT with `day`, the dimensions, and a column `v_` per measure; of visits also `prev`, of things also
        `location_id`.
    """
    day, tests = "p.day", list(filters)
    if cuboid.grain == "ends":  # days on which a stock is counted are found from the row's own
        tests += [] if back else ["p.day BETWEEN $first AND $last"]
    else:
        day = _moved(day, back)
        first = "date_trunc('year', $first)::DATE" if frame.time == "year_to_date" else "$first::DATE"
        begin = first
        if cuboid.grain == "month":  # the first month may begin before the question does: then no record of it does
            begin = f"date_trunc('month', {first})::DATE"
            day = day if back else f"greatest(p.day, {first})"
        tests.append(f"{_moved('p.day', back)} BETWEEN {begin} AND $last")
    columns = [f"{day} AS day", *(f"p.{quote(name)}" for name in sorted(cuboid.dimensions))]
    extra = {"visits": f"{_moved('p.prev', back)} AS prev", "things": "p.location_id"}
    columns += [extra[cuboid.content]] if cuboid.content in extra else []
    counted = _COUNTED.get(cuboid.content)
    columns += [f"p.{quote(counted or column_of(m))} AS {quote(f'v_{m.name}')}" for m in measures]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    return f"SELECT {', '.join(columns)} FROM cube.{quote(cuboid.name)} AS p{where}"


def _moved(day: str, back: str) -> str:
    return f"({day} + INTERVAL {back})::DATE" if back else day

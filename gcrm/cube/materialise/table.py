"""The table of a cuboid: sums of a fact's records, counts of what was seen first, single things, or a stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.cuboid.column import adder, total

if TYPE_CHECKING:
    from collections.abc import Collection

    from gcrm.cube.materialise.fact import Source
    from gcrm.cube.materialise.select import View
    from gcrm.cube.model import Measure

quote = sql.identifier


def rows_of(source: Source, view: View, unique: Collection[str], held: Collection[str]) -> str:
    """Select the rows of a cuboid from the records of its fact.

    Parameters
    ----------
    source
        The fact.
    view
        The cuboid.
    unique
        Columns of counts of which every record has a thing of its own.
    held
        Columns that a cuboid of sums holds.

    Returns
    -------
    str
        A SELECT; a stock's reads `$today`.
    """
    names = sorted(view.dimensions)
    if view.grain == "ends":
        return _stock(source, names, held)
    if view.content == "things":
        return _things(source, names, view.figure)
    if view.content == "visits":
        return _visits(source, names, view.figure)
    records = source.records(names, held)
    totals = [f"{_total(source.measures[m], m, unique=m in unique)} AS {quote(m)}" for m in held]
    day = "day" if view.grain == "day" else "date_trunc('month', day)::DATE"
    columns = [f"{day} AS day", *map(quote, names), *totals]
    return f"SELECT {', '.join(columns)} FROM ({records}) GROUP BY {', '.join([*map(quote, names), day])}"


def again(view: View, finer: str, measures: dict[str, Measure]) -> str:
    """Select the rows of a cuboid of sums from a finer one.

    Parameters
    ----------
    view
        The cuboid.
    finer
        Table of the finer one.
    measures
        Columns that it holds -> their measures; each can be added.

    Returns
    -------
    str
        A SELECT.
    """
    names = [quote(n) for n in sorted(view.dimensions)]
    totals = [f"{adder(m)}({quote(made)}){_kept_type(m)} AS {quote(made)}" for made, m in measures.items()]
    day = "day" if view.grain != "month" else "date_trunc('month', day)::DATE"
    columns = [f"{day} AS day", *names, *totals]
    return f"SELECT {', '.join(columns)} FROM {finer} GROUP BY {', '.join([*names, day])}"


def narrow(kept: str) -> str:
    """Return the type of eight bytes for a total of sixteen, of which DuckDB reads a fifth as many rows a second.

    Parameters
    ----------
    kept
        A type of DuckDB's.

    Returns
    -------
    str
        A type that holds the same figures up to 18 digits; any other type as it is.
    """
    return kept.replace("DECIMAL(38,", "DECIMAL(18,").replace("HUGEINT", "BIGINT")


def _kept_type(measure: Measure) -> str:
    """Write the type of a count that is added: sums of counts would be wider than they need to be."""
    return "::BIGINT" if measure.kind == "distinct" or not measure.of else ""


def _total(measure: Measure, made: str, *, unique: bool = False) -> str:
    value, keep = quote(f"v_{made}"), quote(f"k_{made}") if measure.where else ""
    return total(measure, value, keep, unique=unique)


def _things(source: Source, names: list[str], figure: str) -> str:
    """Select what was there once per month, place and members; records that count nothing stay, as null."""
    records = source.records(names, [figure])
    month = "date_trunc('month', day)::DATE AS day"
    return f"SELECT DISTINCT {source.thing(figure)} AS thing, {month}{_listed(names)}, location_id FROM ({records})"


def seen(source: Source, names: list[str], figure: str) -> str:
    """Select in which months things were there, and in which before, with the place of each.

    Parameters
    ----------
    source
        The fact.
    names
        Dimensions that do not follow from the place.
    figure
        What is counted; it has one place in all records.

    Returns
    -------
    str
        A SELECT of `day`, `prev`, the dimensions, `location_id`, and `things`: 1, or 0 for records that count nothing.
    """
    listed = _listed(names)
    before = f"lag(day) OVER (PARTITION BY thing{listed} ORDER BY day)"
    return f"""
        SELECT day, CASE WHEN thing IS NOT NULL THEN {before} END AS prev{listed}, location_id,
            (thing IS NOT NULL)::UTINYINT AS things
        FROM ({_things(source, names, figure)})
    """


def visits_of(source: Source, view: View, months: str) -> str:
    """Count what was there in a month, apart by the month in which it was there before, from `seen`.

    Parameters
    ----------
    source
        The fact.
    view
        The cuboid.
    months
        Table that `seen` made.

    Returns
    -------
    str
        A SELECT.
    """
    places = view.dimensions & source.of_place
    members = {name: f"{'p' if name in places else 's'}.{quote(name)}" for name in sorted(view.dimensions)}
    join = " LEFT JOIN cube.location_path AS p ON p.location_id = s.location_id" if places else ""
    picks = "".join(f", {member} AS {quote(name)}" for name, member in members.items())
    groups = ", ".join(["s.day", "s.prev", *members.values()])
    total = "sum(s.things)::BIGINT AS things"
    return f"SELECT s.day, s.prev{picks}, {total} FROM {quote(months)} AS s{join} GROUP BY {groups}"


def _visits(source: Source, names: list[str], figure: str) -> str:
    """Count what was there in a month, apart by the month in which it was there before."""
    listed = _listed(names)
    months = f"SELECT DISTINCT thing, day{listed} FROM ({_things(source, names, figure)})"
    before = f"lag(day) OVER (PARTITION BY thing{listed} ORDER BY day)"
    seen = f"SELECT thing, day, CASE WHEN thing IS NOT NULL THEN {before} END AS prev{listed} FROM ({months})"
    return f"SELECT day, prev{listed}, count(thing) AS things FROM ({seen}) GROUP BY day, prev{listed}"


def _stock(source: Source, names: list[str], held: Collection[str]) -> str:
    """Count a stock on the last day of every month and today, by what has come and gone until then."""
    listed, kept = _listed(names), [quote(m) for m in held]
    totals = "".join(f", coalesce({_total(source.measures[m], m)}, 0) AS {quote(m)}" for m in held)
    gone, none = "".join(f", -{m}" for m in kept), ", 0" * len(kept)
    running = "".join(f", (sum(sum({quote(m)})) OVER w){_kept_type(source.measures[m])} AS {quote(m)}" for m in held)
    window = f"({f'PARTITION BY {listed[2:]} ' if names else ''}ORDER BY day)"
    return f"""
        WITH counted AS (
            SELECT last_day(day::DATE) AS day
            FROM range(date_trunc('month', $first_day::DATE)::TIMESTAMP, $today::DATE + INTERVAL 1 YEAR,
                INTERVAL 1 MONTH) AS d(day)
            UNION SELECT $today::DATE
        ),
        stretch AS (
            SELECT greatest({_counted_from("since")}, {_counted_from("$first_day::DATE")}) AS begins,
                {_counted_from("until")} AS ends{listed}, count(*) AS records{totals}
            FROM ({source.records(names, held)})
            GROUP BY begins, ends{listed}
        ),
        move AS (
            SELECT begins AS day{listed}, records{_listed(held)} FROM stretch WHERE coalesce(ends > begins, TRUE)
            UNION ALL SELECT ends{listed}, -records{gone} FROM stretch WHERE ends > begins
            UNION ALL SELECT t.day{listed}, 0{none}
            FROM (SELECT DISTINCT {listed[2:] or "0"} FROM stretch) CROSS JOIN counted AS t
        )
        SELECT * EXCLUDE records FROM (
            SELECT day{listed}, sum(sum(records)) OVER w AS records{running}
            FROM move WHERE day <= (SELECT max(day) FROM counted)
            GROUP BY day{listed} WINDOW w AS {window}
        )
        WHERE records > 0
    """


def _counted_from(day: str) -> str:
    """Write the first day on or after a day on which stocks are counted; null for null."""
    until_today = f"{day} <= $today AND last_day({day}) = last_day($today::DATE)"
    return f"CASE WHEN {until_today} THEN $today::DATE ELSE last_day({day}) END"


def _listed(names: Collection[str]) -> str:
    return "".join(f", {quote(n)}" for n in names)

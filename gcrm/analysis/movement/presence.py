"""Who is around at which hour: people present by region, and how day and night, work and leisure differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm.analysis.movement.place import places, when
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.analysis.movement.flow import Hours
    from gcrm.warehouse.reader import Reader

_MEASURES = ("stock", "footfall")
_HOURS = """
    WITH place AS ({places})
    SELECT p.member, any_value(p.name) AS name, f.day_type, f.hour,
        CASE WHEN bool_and(f.persons IS NOT NULL) THEN sum(f.persons) END AS persons,
        sum(f.persons) AS at_least, count(*) FILTER (f.persons IS NULL) AS unknown
    FROM {rows} AS f
    JOIN place AS p ON p.location_id = f.location_id
    WHERE f.measure = $measure AND {when} AND {chosen}
    GROUP BY p.member, f.day_type, f.hour
    ORDER BY p.member, f.day_type, f.hour
"""
#: The first source by itself, and one that is named; a day of the week stands for all of its type.
_COUNTED = (
    "(SELECT DISTINCT ON (location_id, measure, age, sex, visitor, day_type, hour) * FROM warehouse.fact_presence)"
)


def hourly(
    reader: Reader,
    level: str,
    *,
    scope: Scope,
    measure: str = "stock",
    day_type: str | None = None,
    hours: Hours = None,
    source: str | None = None,
    visitor: str | None = None,
) -> pa.Table:
    """Count the people in each region of a level, hour by hour.

    Parameters
    ----------
    reader
        The snapshot.
    level, scope
        As in `gcrm.analysis.movement.place.places`.
    measure
        `stock` (present in the hour) or `footfall` (passing in it).
    day_type, hours
        As in `gcrm.analysis.movement.place.when`.
    source
        Source that counts; the first of its measure in gcrm.toml where null.
    visitor
        Only residents, visitors or workers; null is everybody.

    Returns
    -------
    pa.Table
        One row per region, type of day and hour: member, name, day_type, hour, persons (null where a part is
        unknown), at_least (the sum of the known parts), unknown (parts that are not known).

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known.
    """
    if measure not in _MEASURES:
        msg = f"There is no measure '{measure}' of people present.{near(measure, _MEASURES)}"
        raise QueryError(msg)
    text, values = places(reader, level, scope=scope)
    timed, times = when(day_type, hours, "f")
    values |= times | {"measure": measure}
    tests, rows = ["TRUE"], _COUNTED
    if source is not None:
        known = sources(reader)
        if source not in known:
            msg = f"There is no source '{source}' of floating population.{near(source, known)}"
            raise QueryError(msg)
        rows = "enrich.presence"
        tests.append("f.source = $source")
        values["source"] = source
    if visitor is not None:
        tests.append("f.visitor = $visitor")
        values["visitor"] = visitor
        rows = "enrich.presence"
        tests += [] if source is not None else ["f.source IN (SELECT source FROM enrich.presence WHERE counted)"]
    elif source is not None:
        tests.append(_WHOLE)
    filled = _HOURS.format(places=text, when=timed, chosen=" AND ".join(tests), rows=rows)
    return reader.cursor().execute(filled, values).to_arrow_table()


#: Of a source that tells both everybody and groups, only everybody counts.
_WHOLE = """(coalesce(f.age, f.sex, f.visitor) IS NULL) = (
    SELECT bool_or(coalesce(w.age, w.sex, w.visitor) IS NULL) FROM enrich.presence AS w
    WHERE w.source = f.source AND w.measure = f.measure)"""


def sources(reader: Reader) -> list[str]:
    """Return the sources of floating population, in order of their names."""
    text = "SELECT DISTINCT source FROM enrich.presence ORDER BY 1"
    return [name for (name,) in reader.cursor().execute(text).fetchall()]


_INDICES = """
    WITH place AS ({places}),
    cell AS (
        SELECT p.member, any_value(p.name) AS name, f.iso_weekday, f.hour,
            CASE WHEN bool_and(f.persons IS NOT NULL) THEN sum(f.persons) END AS persons
        FROM warehouse.fact_presence AS f
        JOIN place AS p ON p.location_id = f.location_id
        WHERE f.measure = $measure AND f.hour IS NOT NULL
        GROUP BY p.member, f.iso_weekday, f.hour
    ),
    folded AS (
        SELECT member, any_value(name) AS name,
            {mean} AS persons_mean,
            {day} AS day, {night} AS night, {weekday} AS weekday, {weekend} AS weekend,
            CASE WHEN bool_and(persons IS NOT NULL) THEN sum(persons) END AS person_hours,
            CASE WHEN bool_and(persons IS NOT NULL) THEN arg_max(hour, persons) END AS peak_hour, count(*) AS hours
        FROM cell
        GROUP BY member
    ),
    -- Visitors and residents of the source that counts, where it tells them apart; hours count by their days.
    sort AS (
        SELECT p.member, f.visitor, f.day_type, f.hour,
            CASE f.day_type WHEN 'weekday' THEN 5 WHEN 'weekend' THEN 2 WHEN 'saturday' THEN 1 WHEN 'sunday' THEN 1
                ELSE 7 END AS days,
            CASE WHEN bool_and(f.persons IS NOT NULL) THEN sum(f.persons) END AS persons
        FROM enrich.presence AS f
        JOIN place AS p ON p.location_id = f.location_id
        WHERE f.measure = $measure AND f.hour IS NOT NULL AND f.visitor IN ('visitor', 'resident')
            AND f.source IN (SELECT c.source FROM enrich.presence AS c WHERE c.counted AND c.measure = $measure)
        GROUP BY ALL
    ),
    guest AS (
        SELECT member, {visitor} AS visitor, {resident} AS resident
        FROM sort
        GROUP BY member
    )
    SELECT member, name, person_hours, hours, persons_mean AS persons, day, night,
        day / nullif(night, 0) AS day_night, weekday, weekend, weekday / nullif(weekend, 0) AS weekday_weekend,
        visitor, resident, visitor / nullif(resident, 0) AS visitor_resident, peak_hour
    FROM folded
    LEFT JOIN guest USING (member)
    ORDER BY day_night DESC NULLS LAST, member
"""


def _mean(condition: str) -> str:
    """Write the mean of hours; unknown where one of them is, or none is asked for."""
    return f"CASE WHEN bool_and(persons IS NOT NULL) FILTER ({condition}) THEN avg(persons) FILTER ({condition}) END"


def _of_visitors(word: str) -> str:
    """Write the mean of hours over the week for one sort of people; unknown where one of them is."""
    own = f"FILTER (visitor = '{word}')"
    mean = f"sum(persons * days) {own} / sum(days) {own}"
    return f"CASE WHEN bool_and(persons IS NOT NULL) {own} THEN {mean} END"


def indices(
    reader: Reader,
    level: str,
    *,
    scope: Scope,
    measure: str = "stock",
    day: tuple[int, int] = (9, 17),
    night: tuple[int, int] = (0, 5),
) -> pa.Table:
    """Tell how day and night, weekdays and weekends differ in each region of a level.

    Parameters
    ----------
    reader
        The snapshot.
    level, scope, measure
        As in `hourly`.
    day, night
        First and last hour of either.

    Returns
    -------
    pa.Table
        One row per region, by day_night: member, name, person_hours (of a typical week), hours (of the week that are
        counted), persons (their mean), day, night, weekday, weekend, visitor and resident (means), day_night,
        weekday_weekend and visitor_resident (their quotients), peak_hour. A mean of which an hour is unknown is null,
        and so is a quotient by zero.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known.
    """
    if measure not in _MEASURES:
        msg = f"There is no measure '{measure}' of people present.{near(measure, _MEASURES)}"
        raise QueryError(msg)
    text, values = places(reader, level, scope=scope)
    spans = {"day": _span("day", day, values), "night": _span("night", night, values)}
    folds = {name: _mean(condition) for name, condition in spans.items()}
    folds |= {"weekday": _mean("iso_weekday <= 5"), "weekend": _mean("iso_weekday >= 6"), "mean": _mean("TRUE")}
    folds |= {word: _of_visitors(word) for word in ("visitor", "resident")}
    filled = _INDICES.format(places=text, **folds)
    return reader.cursor().execute(filled, values | {"measure": measure}).to_arrow_table()


def _span(name: str, hours: tuple[int, int], values: dict[str, Any]) -> str:
    first, last = hours
    if not (0 <= first <= 23 and 0 <= last <= 23):
        msg = f"{name}: hours are 0 to 23; found {first} to {last}."
        raise QueryError(msg)
    values |= {f"{name}_first": first, f"{name}_last": last}
    return f"hour >= ${name}_first {'AND' if first <= last else 'OR'} hour <= ${name}_last"

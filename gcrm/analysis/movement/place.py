"""The places of movement at a level: the region or cell that each lies in, as far as a scope may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.cube.model import dimensions
from gcrm.errors import AccessError, QueryError, near

if TYPE_CHECKING:
    from gcrm.access.scope import Scope
    from gcrm.warehouse.reader import Reader

#: The level of places as their source names them.
STATION = "station"


def places(reader: Reader, level: str, *, scope: Scope) -> tuple[str, dict[str, Any]]:
    """Write the places of movement with what they are at a level.

    Parameters
    ----------
    reader
        The snapshot.
    level
        A level of regions that do not overlap, a cell (`h3_r8`), or `station`: every place by itself.
    scope
        Who asks; it needs record rights, for flows and people present may be few. Places beyond its regions are left
        out.

    Returns
    -------
    tuple
        SELECT of location_id, member (null where the place lies in no region of the level), name, lon and lat of the
        place; and the values of its `$name` parameters.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If there is no such level.
    """
    if not scope.record_rights:
        msg = f"The scope '{scope.name}' has no right to single flows and places; ask for figures by region instead."
        raise AccessError(msg)
    member, name, joins = _member(reader, level)
    values: dict[str, Any] = {}
    tests = ["TRUE"]
    for i, (seen, members) in enumerate(scope.regions.items()):
        values |= {f"seen_level_{i}": seen, f"seen_{i}": list(members)}
        tests.append(f"""p.location_id IN (
            SELECT b.location_id FROM warehouse.bridge_location_region AS b
            JOIN cube.current_region AS s ON s.region_key = b.region_key
            WHERE s.level = $seen_level_{i} AND list_contains($seen_{i}, s.region_id))""")
    text = f"""
        SELECT p.location_id, {member} AS member, {name} AS name, p.lon, p.lat
        FROM enrich.movement_place AS p
        LEFT JOIN cube.location_path AS t ON t.location_id = p.location_id{joins}
        WHERE {" AND ".join(tests)}"""
    return text, values


def _member(reader: Reader, level: str) -> tuple[str, str, str]:
    """Write the member of a level, its name, and the joins that both need."""
    if level == STATION:
        member = "coalesce(p.place_id, p.lon || ' ' || p.lat)"
        return member, f"coalesce(p.name, {member})", ""
    known = dimensions(reader.settings)
    fit = {name: d.kind for name, d in known.items() if d.kind in {"region", "cell"}}
    if level not in fit:
        msg = f"There is no level '{level}' that movements can be counted by.{near(level, [STATION, *fit])}"
        raise QueryError(msg)
    column = f"t.{sql.identifier(level)}"
    if fit[level] == "cell":
        cell = f"lower(to_hex({column}))"
        return cell, cell, ""
    return "r.region_id", "r.name", f" LEFT JOIN cube.current_region AS r ON r.region_key = {column}"


def when(day_type: str | None, hours: int | tuple[int, int] | None, alias: str) -> tuple[str, dict[str, Any]]:
    """Write the condition that rows are of a type of day and some hours.

    Parameters
    ----------
    day_type
        weekday, saturday, sunday or weekend, which holds saturday and sunday; null is every row.
    hours
        An hour, or the first and the last of several, which may reach past midnight; null is every row.
    alias
        Alias of the rows.

    Returns
    -------
    tuple
        Condition, and the values of its parameters.

    Raises
    ------
    QueryError
        If the type of day or the hours mean nothing.
    """
    tests, values = ["TRUE"], dict[str, Any]()
    if day_type is not None:
        words = {"weekday": ["weekday"], "saturday": ["saturday"], "sunday": ["sunday"]}
        words["weekend"] = ["weekend", "saturday", "sunday"]
        if day_type not in words:
            msg = f"There is no type of day '{day_type}'.{near(day_type, words)}"
            raise QueryError(msg)
        tests.append(f"list_contains($day_types, {alias}.day_type)")
        values["day_types"] = words[day_type]
    if hours is not None:
        first, last = (hours, hours) if isinstance(hours, int) else hours
        if not (0 <= first <= 23 and 0 <= last <= 23):
            msg = f"Hours are 0 to 23; found {first} to {last}."
            raise QueryError(msg)
        joined = "AND" if first <= last else "OR"
        tests.append(f"({alias}.hour >= $first_hour {joined} {alias}.hour <= $last_hour)")
        values |= {"first_hour": first, "last_hour": last}
    return " AND ".join(tests), values

"""Buildings, and the customers and prospects in them: penetration per building, and how it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.cube.ground import whole_range
from gcrm.cube.model import dimensions
from gcrm.cube.query import parse_period
from gcrm.errors import AccessError, QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.cube.question import PeriodWord
    from gcrm.warehouse.reader import Reader

    Where = Mapping[str, str | Sequence[str | None] | None]

#: Columns of a building that it can be chosen by.
ATTRIBUTES = ("residence_type", "building_use", "residence_word", "stand", "building_id")


@dataclass(frozen=True)
class Chosen:
    """The buildings that a filter leaves.

    Attributes
    ----------
    condition
        SQL behind `WHERE`; `b` is the building.
    values
        Values of its `$name` parameters.
    """

    condition: str
    values: dict[str, Any]


def choose(reader: Reader, *, scope: Scope, where: Where | None = None) -> Chosen:
    """Choose buildings by their regions of today and their own words.

    Parameters
    ----------
    reader
        The snapshot.
    scope
        Who asks; it needs record rights, and its regions are filters like others.
    where
        Level of regions, or a name of `ATTRIBUTES` -> member or members that count; None is the unknown member.

    Returns
    -------
    Chosen
        The buildings, as a condition.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known.
    """
    if not scope.record_rights:
        msg = f"The scope '{scope.name}' has no right to single buildings; ask for figures by region instead."
        raise AccessError(msg)
    levels = {name for name, d in dimensions(reader.settings).items() if d.kind in {"region", "area"}}
    tests = ["TRUE"]
    values: dict[str, Any] = {}
    for i, (name, wanted) in enumerate([*(where or {}).items(), *scope.regions.items()]):
        members = [wanted] if wanted is None or isinstance(wanted, str) else list(wanted)
        values[f"where_{i}"] = [m for m in members if m is not None]
        if name in levels:
            values[f"level_{i}"] = name
            tests.append(_within(i, unknown=None in members))
        elif name in ATTRIBUTES:
            column = f"b.{sql.identifier(name)}"
            empty = f"{column} IS NULL" if None in members else "FALSE"
            tests.append(f"(coalesce(list_contains($where_{i}, {column}), FALSE) OR {empty})")
        else:
            msg = f"Buildings cannot be chosen by '{name}'.{near(name, [*levels, *ATTRIBUTES])}"
            raise QueryError(msg)
    return Chosen(" AND ".join(tests), values)


def _within(i: int, *, unknown: bool) -> str:
    """Return the condition that a building lies in a region of a level; or in none, where that counts too."""
    held = (
        "SELECT g.building_key FROM enrich.building_region AS g"
        " INNER JOIN cube.current_region AS c ON c.region_key = g.region_key"
        f" WHERE c.level = $level_{i}"
    )
    inside = f"b.building_key IN ({held} AND list_contains($where_{i}, c.region_id))"
    return f"({inside} OR b.building_key NOT IN ({held}))" if unknown else inside


def buildings(
    reader: Reader, *, scope: Scope, where: Where | None = None, period: PeriodWord = None, months: int = 6
) -> pa.Table:
    """Count the customers and prospects of each building.

    Parameters
    ----------
    reader
        The snapshot.
    scope, where
        As in `choose`.
    period
        Its last day is the one on which parties must be active; the data's last day where null.
    months
        How long before that the customers are counted as well.

    Returns
    -------
    pa.Table
        One row per building, by identifier: building_key, building_id, stand, address (the first of those known there;
        null without), addresses, name, building_use, residence_type, residence_from, residence_word, confidence, units,
        units_from, levels, height_m, floor_area_m2, built_year, lon, lat, customers, customers_before, prospects.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known, or `months` is not positive.
    """
    if months < 1:
        msg = f"The change of a building is counted over months: {months} is none. Ask for at least one."
        raise QueryError(msg)
    chosen = choose(reader, scope=scope, where=where)
    con = reader.cursor()
    last = parse_period(period, whole_range(con)).last
    values = chosen.values | {"last": last, "months": months}
    return con.execute(_BUILDINGS.format(condition=chosen.condition), values).to_arrow_table()


_BUILDINGS = """
    WITH party AS (
        SELECT location_id, 'customer' AS kind, since, until FROM warehouse.dim_customer
        UNION ALL
        SELECT location_id, 'prospect', since, until FROM warehouse.dim_prospect
    ),
    counted AS (
        SELECT h.building_key,
            count(*) FILTER (p.kind = 'customer' AND coalesce(p.since <= $last, TRUE)
                AND $last < coalesce(p.until, DATE '9999-12-31')) AS customers,
            count(*) FILTER (p.kind = 'customer' AND coalesce(p.since <= $last - to_months($months), TRUE)
                AND $last - to_months($months) < coalesce(p.until, DATE '9999-12-31')) AS customers_before,
            count(*) FILTER (p.kind = 'prospect' AND coalesce(p.since <= $last, TRUE)
                AND $last < coalesce(p.until, DATE '9999-12-31')) AS prospects
        FROM party AS p
        INNER JOIN enrich.location_building AS h ON h.location_id = p.location_id
        GROUP BY h.building_key
    ),
    addressed AS (
        SELECT h.building_key, coalesce(min(l.house_number || ' ' || l.street), min(l.address)) AS address
        FROM enrich.location_building AS h
        INNER JOIN warehouse.dim_location AS l ON l.location_id = h.location_id
        GROUP BY h.building_key
    )
    SELECT b.building_key, b.building_id, b.stand, a.address, b.addresses, b.name, b.building_use, b.residence_type,
        b.residence_from, b.residence_word, b.confidence, b.units, b.units_from, b.levels, b.height_m, b.floor_area_m2,
        b.built_year, b.lon, b.lat, coalesce(c.customers, 0) AS customers,
        coalesce(c.customers_before, 0) AS customers_before, coalesce(c.prospects, 0) AS prospects
    FROM enrich.building AS b
    LEFT JOIN counted AS c ON c.building_key = b.building_key
    LEFT JOIN addressed AS a ON a.building_key = b.building_key
    WHERE {condition}
    ORDER BY b.building_id, b.building_key
"""
